// What a query answers, over twins in IoT Hub's own JSON.
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { createAggregate } from '#domain/queries/twin-aggregate.ts';
import { createGrouping } from '#domain/queries/twin-grouping.ts';
import { answerPaths, isGrouped, uniquePaths, type AggregateName } from '#domain/queries/twin-query-ast.ts';
import { evaluateTwinQuery, readerOfTwin } from '#domain/queries/twin-query-evaluate.ts';
import { parseTwinQuery } from '#domain/queries/twin-query.ts';

const twin = (deviceId: string, tags: JsonObject, reported: JsonObject = {}): JsonObject => ({
  deviceId,
  status: 'enabled',
  tags,
  properties: { desired: { $version: 2 }, reported },
  configurations: { 'base-1': { status: 'Applied' } },
});

const twins = [
  twin('a', { site: 'north', floor: 1 }, { level: 5, connectivity: 'wifi' }),
  twin('b', { site: 'south', floor: 2 }, { level: 60, lastDesiredVersion: 2 }),
  twin('c', { site: 'north', floor: 3 }, { level: 'high', telemetryConfig: { status: 'Success' } }),
  twin('d', {}, {}),
  twin('e', { site: { name: 'x' } }),
];

const queryOf = (text: string) => {
  const parsed = parseTwinQuery(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};
const answer = (text: string): unknown => JSON.parse(JSON.stringify(evaluateTwinQuery(queryOf(text), twins)));

describe('evaluateTwinQuery', () => {
  it.each([
    ["SELECT deviceId FROM devices WHERE tags.site = 'north'", [{ deviceId: 'a' }, { deviceId: 'c' }]],
    ["SELECT deviceId FROM devices WHERE tags.site != 'north'", [{ deviceId: 'b' }]],
    ['SELECT deviceId FROM devices WHERE properties.reported.level >= 60', [{ deviceId: 'b' }]],
    ["SELECT deviceId FROM devices WHERE properties.reported.connectivity IN ['wired', 'wifi']", [{ deviceId: 'a' }]],
    ['SELECT deviceId FROM devices WHERE is_defined(properties.reported.connectivity)', [{ deviceId: 'a' }]],
    [
      'SELECT deviceId FROM devices WHERE properties.desired.$version = properties.reported.lastDesiredVersion',
      [{ deviceId: 'b' }],
    ],
    [
      "SELECT TOP 2 deviceId FROM devices WHERE configurations.[[base-1]].status = 'Applied'",
      [{ deviceId: 'a' }, { deviceId: 'b' }],
    ],
    [
      'SELECT tags.site, properties.reported.telemetryConfig AS config FROM devices WHERE tags.floor > 2 OR deviceId = "d"',
      [{ site: 'north', config: { status: 'Success' } }, {}],
    ],
    ['SELECT TOP 1 * FROM devices', [twins[0]]],
    ['SELECT COUNT() AS n FROM devices', [{ n: 5 }]],
    ["SELECT COUNT(), SUM(tags.floor), MIN(tags.floor) FROM devices WHERE deviceId = 'nobody'", [{ $1: 0 }]],
    [
      'SELECT COUNT(tags.floor) AS n, SUM(tags.floor * 2) AS sum, AVG(tags.floor) AS mean FROM devices',
      [{ n: 3, sum: 12, mean: 2 }],
    ],
    ['SELECT MIN(tags.site) AS first, MAX(tags.floor) AS top FROM devices', [{ top: 3 }]],
    [
      'SELECT tags.site AS site, COUNT() AS n FROM devices GROUP BY tags.site',
      [{ site: 'north', n: 2 }, { site: 'south', n: 1 }, { n: 2 }],
    ],
    [
      'SELECT properties.reported.level AS level FROM devices GROUP BY properties.reported.level',
      [{ level: 'high' }, { level: 5 }, { level: 60 }, {}],
    ],
    ['SELECT TOP 1 tags.site FROM devices GROUP BY tags.site', [{ site: 'north' }]],
    ['SELECT COUNT() AS n FROM devices GROUP BY tags.site, status', [{ n: 2 }, { n: 1 }, { n: 2 }]],
    ["SELECT tags.site FROM devices WHERE deviceId = 'nobody' GROUP BY tags.site", []],
  ])('when the query is %s, that is the answer', (text, rows) => {
    expect(answer(text)).toEqual(rows);
  });
});

describe('createGrouping', () => {
  it('when groups are asked for how many they are, it is told with the length of their keys', () => {
    const query = queryOf('SELECT tags.site, COUNT() FROM devices GROUP BY tags.site');
    if (!isGrouped(query)) throw new Error('no groups');
    const grouping = createGrouping(query, readerOfTwin);
    expect(grouping.size()).toEqual({ groups: 0, characters: 0 });
    for (const each of twins) grouping.add(each);
    const keys = ['["north"]', '["south"]', '[[]]'];
    expect(grouping.groups().map(({ key }) => key)).toEqual(keys);
    expect(grouping.size()).toEqual({ groups: 3, characters: keys.join('').length });
  });
});

describe('answerPaths', () => {
  it('when a path is read twice, it is there once; WHERE is not the answer’s business', () => {
    const query = queryOf(
      'SELECT tags.a, SUM(tags.b + tags.a) AS b, COUNT() FROM devices WHERE tags.c = 1 GROUP BY tags.a',
    );
    const [a, b] = [
      { root: 'tags', segments: ['a'] },
      { root: 'tags', segments: ['b'] },
    ];
    expect(answerPaths(query)).toEqual([a, b]);
    expect(answerPaths(queryOf('SELECT * FROM devices'))).toEqual([]);
    expect(uniquePaths([])).toEqual([]);
  });
});

const aggregated = (name: AggregateName, values: readonly (Json | undefined)[]): Json | undefined => {
  const aggregate = createAggregate(name);
  for (const value of values) aggregate.add(value);
  return aggregate.result();
};

describe('aggregates', () => {
  it.each<[AggregateName, readonly (Json | undefined)[], Json | undefined]>([
    ['COUNT', [], 0],
    ['COUNT', [1, undefined, null, 'x'], 3],
    ['SUM', [], undefined],
    ['SUM', [undefined], undefined],
    ['SUM', [1, undefined, 2.5], 3.5],
    ['SUM', [1, '2'], undefined],
    ['SUM', [1, null], undefined],
    ['SUM', [1e308, 1e308], undefined],
    ['AVG', [1, 2, undefined], 1.5],
    ['AVG', [1, true], undefined],
    ['AVG', [], undefined],
    ['MIN', [3, 1, 2], 1],
    ['MAX', [1, 3, 2], 3],
    ['MIN', ['b', 'a'], 'a'],
    ['MAX', ['😀', '\ue000'], '\ue000'],
    ['MIN', [undefined], undefined],
    ['MAX', [true, false, true], true],
    ['MIN', ['a', 1, true, null, null], null],
    ['MAX', [null, true, 1, 'a'], 'a'],
    ['MAX', [1, {}], undefined],
    ['MIN', [1, []], undefined],
  ])('when %s is asked of %j, it is %j', (name, values, result) => {
    expect(aggregated(name, values)).toEqual(result);
  });
});
