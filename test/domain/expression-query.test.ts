// What expressions in queries mean: arithmetic, texts, roots and functions, over what conditions already say.
import { describe, expect, test } from 'vitest';
import { pathsOf } from '#domain/conditions/expression-ast.ts';
import { openCursor } from '#domain/conditions/expression-cursor.ts';
import { parseExpression, parseExpressionAt } from '#domain/conditions/expression-parse.ts';
import { queryDialect } from '#domain/conditions/expression-query-dialect.ts';
import type { Token } from '#domain/conditions/expression-tokens.ts';
import { testOf, valueIn, type QuerySubject } from '#test/support/query-subject.ts';
import { valueOf } from '#test/support/read-condition.ts';

const subject: QuerySubject = {
  deviceId: 'edge-1',
  moduleId: '$edgeAgent',
  status: 'enabled',
  statusReason: null,
  version: 3,
  parentScopes: ['a', 1, null],
  capabilities: { iotEdge: true },
  configurations: { 'my config': { status: 'Applied', id: 'x' } },
  tags: {
    site: 'north',
    ring: 2,
    zero: 0,
    on: true,
    off: false,
    list: ['x', 2, true],
    place: { floor: 1 },
    'a-b': 5,
    big: 1e308,
  },
  desired: { $version: 7, level: 3, $metadata: { $lastUpdated: '2026' } },
  reported: { lastDesiredVersion: 7, text: 'a"b\'c\\' },
};

test.each<[string, unknown]>([
  // arithmetic, tighter than comparison
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['10 - 4 - 3', 3],
  ['12 / 4 / 3', 1],
  ['2 - -3', 5],
  ['- tags.ring', -2],
  ['-tags.ring * -2', 4],
  ['--tags.ring', 2],
  ['-(tags.ring + 1)', -3],
  ['+5', 5],
  ['7 % 4 + 0x1f', 34],
  ['0XfF', 255],
  ['-7 % 4', -3],
  ['tags.ring -1', 1],
  ['tags.ring-1', undefined],
  ['tags.a-b - 1', 4],
  ['1e3+1E-1', 1000.1],
  ['tags.ring / tags.zero', undefined],
  ['tags.ring % 0', undefined],
  ['tags.big * 10', undefined],
  ["tags.ring + '1'", undefined],
  ["tags.ring * '1'", undefined],
  ["'a' + 'b'", undefined],
  ['tags.on + 1', undefined],
  ['tags.missing * 0', undefined],
  ['1 * tags.missing', undefined],
  ["-'a'", undefined],
  ['- tags.missing', undefined],
  ['(1 < 2) + 1', undefined],
  ['null + 1', undefined],
  // texts
  [String.raw`'it\'s'`, "it's"],
  ["'it''s'", "it's"],
  ['"say ""hi"""', 'say "hi"'],
  [String.raw`"\"\\\u0041\u00e9\uD83D\uDE00'"`, '"\\Aé😀\''],
  ['""', ''],
  ["''", ''],
  // values of all kinds
  ['tags.place', { floor: 1 }],
  ['tags', subject['tags']],
  ['properties.desired', subject['desired']],
  ['PROPERTIES.Reported.lastDesiredVersion', 7],
  ['properties.desired.$metadata.$lastUpdated', '2026'],
  ['devices.deviceId', 'edge-1'],
  ['Devices.Modules.moduleId', '$edgeAgent'],
  ['devices.modules.tags.ring', 2],
  ['configurations.[[my config]].id', 'x'],
  ['CAPABILITIES.iotedge', true],
  ['undefined', undefined],
  ['statusReason', null],
  ['1 < 2', true],
  ['NOT tags.on', false],
  ['tags.on AND tags.off', false],
  ['tags.off OR tags.on', true],
  ['tags.ring IN [2]', true],
  ['IS_DEFINED(tags.x)', false],
  ["STARTSWITH('ab', 'a')", true],
  ['ARRAY_CONTAINS(tags.list, 2)', true],
])('when the value of %s is asked for, it is %j', (text, expected) => {
  expect(valueIn(text, subject)).toEqual(expected);
});

test.each<[string, boolean | undefined]>([
  ['properties.desired.$version = properties.reported.lastDesiredVersion', true],
  ["configurations.[[my config]].status = 'Applied' and capabilities.iotEdge = true", true],
  ['tags.ring * 2 + 1 > 4 AND 4 <= tags.ring + 2', true],
  ['tags.ring + 1 = tags.place.floor + 2', true],
  ['tags.ring / 0 = 1 OR tags.ring / 0 != 1', undefined],
  ['NOT tags.ring + 1 = 3', false],
  ['(tags.ring + 1) IN [3, 4] AND tags.ring * 2 nin [3]', true],
  ['tags.ring IN [-2, +2, 0x2]', true],
  ['tags.ring + 1', false],
  ['- tags.ring', false],
  ['tags.missing + 1', undefined],
  ['undefined', undefined],
  ['NOT undefined', undefined],
  ['undefined = undefined', undefined],
  ['tags.site != undefined', undefined],
  ['undefined OR true', true],
  ['undefined AND false', false],
  // null is what is not there
  ['statusReason = null', true],
  ['statusReason != null', false],
  ['null = statusReason', true],
  ['statusReason IN [null]', true],
  ["statusReason NIN ['a', null]", false],
  ["statusReason IN ['a']", false],
  ["statusReason = 'a'", false],
  ['(tags.missing + 1) = null', undefined],
  ['(tags.missing + 1) IN [null]', undefined],
  ['(tags.ring = 2) IN [null, true]', true],
  ['null IN [null]', true],
  ['tags IN [null]', false],
  ['tags NIN [null, null]', true],
  ['tags IN [null, 1]', undefined],
  ['tags = null', false],
  ['tags != null', true],
  ["tags = 'x'", undefined],
  ['IS_DEFINED(tags) AND is_defined(moduleId)', true],
  // texts
  ["STARTSWITH(tags.site, 'no') AND ENDSWITH('north', 'th') AND CONTAINS(tags.site, \"ort\")", true],
  ["STARTSWITH(tags.site, 'th')", false],
  ["ENDSWITH(tags.site, 'no')", false],
  ["CONTAINS((tags.ring + 1), '3')", undefined],
  ["CONTAINS(undefined, '3')", undefined],
  // arrays
  ["array_contains(parentScopes, 'a') AND ARRAY_CONTAINS(parentScopes, null)", true],
  ["ARRAY_CONTAINS(parentScopes, '1')", false],
  ['ARRAY_CONTAINS(parentScopes, -1)', false],
  ["ARRAY_CONTAINS(tags.site, 'n')", undefined],
  ["ARRAY_CONTAINS(tags.missing, 'n')", undefined],
  ["NOT ARRAY_CONTAINS(tags.list, 'y')", true],
  // comments
  ["/* a */tags.site/**/=/* ' */'north'/* * / */", true],
  ["tags.site = 'north' /* AND tags.off */", true],
  ["'/*' = '/*'", true],
  ['6 / 2 = 3', true],
])('when the query asks %s, it is %s', (text, expected) => {
  expect(testOf(text)(subject)).toBe(expected);
});

test.each([
  ['deviceid', 'deviceId'],
  ['MODULEID', 'moduleId'],
  ['etag', 'etag'],
  ['version', 'version'],
  ['deviceetag', 'deviceEtag'],
  ['status', 'status'],
  ['statusreason', 'statusReason'],
  ['statusupdatetime', 'statusUpdateTime'],
  ['statusUpdatedTime', 'statusUpdateTime'],
  ['ConnectionState', 'connectionState'],
  ['connectionstateupdatedtime', 'connectionStateUpdatedTime'],
  ['LastActivityTime', 'lastActivityTime'],
  ['cloudtodevicemessagecount', 'cloudToDeviceMessageCount'],
  ['authenticationtype', 'authenticationType'],
  ['modelid', 'modelId'],
  ['devicescope', 'deviceScope'],
  ['parentscopes', 'parentScopes'],
])('when the query reads %s, it is the field %s', (text, root) => {
  expect(pathsOf(valueOf(parseExpression(`${text} = 1`, queryDialect), text))).toEqual([{ root, segments: [] }]);
});

test('when a query is asked what it reads, it names every path in order', () => {
  const text = `-(tags.a) + properties.desired.b > 1 AND STARTSWITH(moduleId, 'x')
    OR ARRAY_CONTAINS(parentScopes, 1) OR tags.c IN [1] OR NOT IS_DEFINED(tags) OR undefined OR 1 = 2`;
  expect(pathsOf(valueOf(parseExpression(text, queryDialect), text))).toEqual([
    { root: 'tags', segments: ['a'] },
    { root: 'desired', segments: ['b'] },
    { root: 'moduleId', segments: [] },
    { root: 'parentScopes', segments: [] },
    { root: 'tags', segments: ['c'] },
    { root: 'tags', segments: [] },
  ]);
});

const endsAt = ['FROM', 'GROUP', 'AS', ','];

const isEnd = ({ kind, source }: Token): boolean => kind === 'end' || endsAt.includes(source.toUpperCase());

function readClause(text: string) {
  const cursor = valueOf(openCursor(text, queryDialect), text);
  return { expression: parseExpressionAt(cursor, isEnd), rest: cursor.token().source, problems: cursor.problems };
}

describe('a clause of a longer query', () => {
  test.each([
    ['tags.a = 1 GROUP BY tags.a', 'GROUP'],
    ['tags.a from devices', 'from'],
    ['tags.a + 1, deviceId', ','],
    ['NOT (tags.a) as b', 'as'],
    ['tags.a', ''],
  ])('when it is %s, it ends before %j', (text, rest) => {
    expect(readClause(text)).toMatchObject({ expression: expect.anything(), rest, problems: [] });
  });

  test('when something else follows, it is refused there', () => {
    expect(readClause('tags.a deviceId, x')).toMatchObject({
      expression: undefined,
      problems: [{ code: 'query.invalid', at: 7, message: 'AND or OR is missing before deviceId.' }],
    });
  });

  test('when a path is wrong, it is noted and the reading goes on', () => {
    expect(readClause('foo = 1 AND tags.a, x')).toMatchObject({
      expression: { kind: 'and' },
      rest: ',',
      problems: [{ at: 0 }],
    });
  });
});
