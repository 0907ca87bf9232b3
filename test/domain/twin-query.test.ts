// Twin queries as text: what they are read into, and what is said of those that are none.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemText } from '#domain/values/problem-text.ts';
import { parseTwinQuery } from '#domain/queries/twin-query.ts';

const read = (text: string) => {
  const parsed = parseTwinQuery(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(problemText).join(' '));
  return parsed.value;
};
const refusal = (text: string): readonly string[] => {
  const parsed = parseTwinQuery(text);
  return parsed.ok ? [] : parsed.problems.map(problemText);
};
const names = (text: string) => {
  const { select } = read(text);
  return select === '*' ? select : select.map(({ name }) => name);
};

describe('queries', () => {
  it.each([
    'SELECT * FROM devices',
    'select * from DEVICES',
    '  SELECT\n*\tFROM /* all of them */ devices /* here */ ',
    'SELECT * FROM devices;',
    'SELECT * FROM devices ; ',
    'SELECT *',
    'select *;',
  ])('when it is %j, it asks for all devices as they are', (text) => {
    expect(read(text)).toEqual({ text, from: 'devices', top: null, select: '*', where: null, groupBy: [] });
  });

  it('when all clauses stand in it, each is read', () => {
    const text = `SELECT TOP 3 tags.site, COUNT() AS n, AVG(properties.reported.t * 2) AS t
      FROM devices.modules WHERE moduleId = '$edgeAgent' GROUP BY tags.site, tags.floor`;
    expect(read(text)).toEqual({
      text,
      from: 'devices.modules',
      top: 3,
      select: [
        { name: 'site', value: { kind: 'path', path: { root: 'tags', segments: ['site'] } } },
        { name: 'n', value: { kind: 'aggregate', aggregate: 'COUNT', operand: null } },
        {
          name: 't',
          value: { kind: 'aggregate', aggregate: 'AVG', operand: expect.objectContaining({ operator: '*' }) },
        },
      ],
      where: expect.objectContaining({ kind: 'compare', comparison: '=' }),
      groupBy: [
        { root: 'tags', segments: ['site'] },
        { root: 'tags', segments: ['floor'] },
      ],
    });
  });

  it.each([
    ['SELECT DeviceId, LASTACTIVITYTIME FROM devices', ['deviceId', 'lastActivityTime']],
    ['SELECT tags, properties.desired, properties.reported.a.b FROM devices', ['tags', 'desired', 'b']],
    ['SELECT properties.desired.$version, configurations.[[x]].status FROM devices', ['$version', 'status']],
    ['SELECT COUNT(), SUM(tags.a), MAX(tags.a) AS most, min(tags.a) FROM devices', ['$1', '$2', 'most', '$3']],
    ['SELECT tags.a AS group, tags.b as __proto__ FROM devices', ['group', '__proto__']],
    ['SELECT tags.[[a b]], tags.[[group]] FROM devices', ['a b', 'group']],
    ['SELECT deviceId FROM devices GROUP BY deviceId', ['deviceId']],
    ['SELECT COUNT( * ), COUNT(tags.a) FROM devices', ['$1', '$2']],
  ])('when it is %s, its columns are %j', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });
});

const onlyProperties = 'only properties and COUNT, SUM, AVG, MIN and MAX of them can be selected';

describe('refusals', () => {
  it.each([
    ['', ['at 0: a query starts with SELECT: write SELECT * FROM devices.']],
    ['UPDATE devices', ['at 0: a query starts with SELECT: write SELECT * FROM devices.']],
    ['SELECT * FROM devices.jobs', ['at 14: this hub runs no jobs: write FROM devices or FROM devices.modules.']],
    [
      'SELECT * FROM twins',
      ['at 14: only devices and devices.modules can be asked: write FROM devices or FROM devices.modules.'],
    ],
    ['SELECT deviceId', ['at 15: FROM is missing: write FROM devices or FROM devices.modules.']],
    ['SELECT * WHERE tags.a = 1', ['at 9: FROM is missing: write FROM devices or FROM devices.modules.']],
    ['SELECT TOP 0 * FROM devices', ['at 11: TOP takes a whole number from 1: write SELECT TOP 10 *.']],
    ['SELECT TOP 1.5 * FROM devices', ['at 11: TOP takes a whole number from 1: write SELECT TOP 10 *.']],
    ['SELECT TOP * FROM devices', ['at 11: TOP takes a whole number from 1: write SELECT TOP 10 *.']],
    ['SELECT *, tags.a FROM devices', ['at 8: * stands alone: remove it, or all the other columns.']],
    ['SELECT tags.a, * FROM devices', ['at 15: * stands alone: remove it, or all the other columns.']],
    ['SELECT DISTINCT tags.a FROM devices', ['at 7: DISTINCT is not known: group by what should differ.']],
    ['SELECT tags.a b FROM devices', ['at 14: b is not expected here: put AS before a name, a comma between columns.']],
    [
      'SELECT tags.a AS b.c FROM devices',
      ['at 17: a name is missing after AS: write one without dots, as in AS site.'],
    ],
    ['SELECT tags.a AS 5 FROM devices', ['at 17: a name is missing after AS: write one without dots, as in AS site.']],
    ["SELECT 'a' FROM devices", [`at 7: ${onlyProperties}: write SELECT deviceId, tags.site.`]],
    ['SELECT tags.a + 1 FROM devices', [`at 7: ${onlyProperties}: write SELECT deviceId, tags.site.`]],
    ['SELECT LOWER(tags.a) FROM devices', [`at 7: LOWER cannot be selected: ${onlyProperties}.`]],
    ['SELECT SUM() FROM devices', ['at 11: SUM needs to know of what: write SUM(tags.floor).']],
    ['SELECT MAX(*) FROM devices', ['at 11: MAX needs to know of what: write MAX(tags.floor).']],
    ['SELECT COUNT(tags.a FROM devices', ['at 20: the parenthesis opened at 12 is not closed: add ).']],
    ['SELECT COUNT(*', ['at 14: the parenthesis opened at 12 is not closed: add ).']],
    ['SELECT COUNT(=) FROM devices', [expect.stringMatching(/^at 13: /)]],
    ['SELECT tags.a, FROM devices', [expect.stringMatching(/^at 15: /)]],
    ['SELECT * FROM devices WHERE *', ['at 28: * is no condition in a query: remove WHERE to get everything.']],
    ['SELECT * FROM devices WHERE', [expect.stringMatching(/^at 27: something is missing after WHERE/)]],
    ['SELECT * FROM devices WHERE tags.a = dev1', ["at 37: text values need single quotes: 'dev1'."]],
    ["SELECT * FROM devices WHERE tags.a LIKE 'x'", [expect.stringMatching(/^at 35: LIKE is not known/)]],
    ['SELECT tags.a FROM devices GROUP tags.a', ['at 33: BY is missing: write GROUP BY tags.site.']],
    ['SELECT tags.a FROM devices GROUP BY 1', ['at 36: GROUP BY takes properties: write GROUP BY tags.site.']],
    ['SELECT tags.a FROM devices GROUP BY', [expect.stringMatching(/^at 35: something is missing after BY/)]],
    [
      'SELECT * FROM devices GROUP BY tags.a',
      ['at 22: groups have no twin to show: select what GROUP BY names, and COUNT().'],
    ],
    [
      'SELECT tags.a, COUNT(), deviceId FROM devices',
      [
        'at 7: tags.a differs within a group: add it to GROUP BY, or remove it.',
        'at 24: deviceId differs within a group: add it to GROUP BY, or remove it.',
      ],
    ],
    [
      'SELECT tags.b FROM devices GROUP BY tags.a',
      ['at 7: tags.b differs within a group: add it to GROUP BY, or remove it.'],
    ],
    [
      'SELECT tags.a, properties.desired.a, tags.b AS a FROM devices',
      [
        'at 15: two columns are called a: give one another name by AS.',
        'at 37: two columns are called a: give one another name by AS.',
      ],
    ],
    [
      'SELECT nope, tags.a, neither FROM devices WHERE nor = 1 GROUP BY never',
      [7, 21, 48, 65].map((at) => expect.stringMatching(new RegExp(`^at ${at}: a query reads deviceId, `))),
    ],
  ])('when it is %j, all that is wrong is said, where, and how to mend it', (text, problems) => {
    expect(refusal(text)).toEqual(problems);
  });

  it.each([
    ['JOIN devices.modules', 'twins cannot be joined: ask devices and devices.modules one after the other.'],
    ['ORDER BY deviceId', 'ORDER BY is not known: rows come by device and module, sort them afterwards.'],
    ['LIMIT 5', 'LIMIT is not known: write SELECT TOP 10 * instead.'],
    ['OFFSET 5', 'OFFSET is not known: read the answer page by page.'],
    ['HAVING tags.a = 1', 'HAVING is not known: pick the groups out of the answer.'],
    ['UNION SELECT *', 'UNION is not known: send two queries.'],
    ['SELECT *', 'a query inside a query is not known: send two queries.'],
    ['FROM devices', 'FROM stands once: a query reads devices or devices.modules.'],
    ['d', 'd is not expected here: only WHERE and GROUP BY follow FROM.'],
  ])('when %s follows, what to do instead is said', (clause, sentence) => {
    expect(refusal(`SELECT * FROM devices ${clause}`)).toEqual([`at 22: ${sentence}`]);
  });

  it('when a clause comes a second time or in the wrong place, it is said', () => {
    expect(refusal('SELECT tags.a FROM devices GROUP BY tags.a WHERE tags.a = 1')).toEqual([
      'at 43: WHERE stands once, right behind FROM: join conditions by AND.',
    ]);
    expect(refusal('SELECT tags.a FROM devices GROUP BY tags.a GROUP BY tags.b')).toEqual([
      'at 43: GROUP BY stands once, at the end: remove the second.',
    ]);
    expect(refusal('SELECT * FROM devices WHERE tags.a = 1 ORDER BY deviceId')).toEqual([
      'at 39: ORDER BY is not known: rows come by device and module, sort them afterwards.',
    ]);
  });

  it('when it is any heap of words, it is read or refused at a place in it, in sentences', () => {
    const words = [
      'SELECT',
      'TOP',
      'FROM',
      'WHERE',
      'GROUP',
      'BY',
      'AS',
      'COUNT(',
      'SUM(',
      ')',
      '(',
      ',',
      '*',
      '-',
      ';',
    ];
    const values = [
      'devices',
      'devices.modules',
      'tags.a',
      'tags.[[b',
      'nope',
      '=',
      '<',
      "'x'",
      '"',
      '5',
      '0x1F',
      'AND',
      'NOT',
      'IN',
      '[',
      ']',
    ];
    const heap = fc
      .array(fc.oneof(fc.constantFrom(...words), fc.constantFrom(...values)), { maxLength: 12 })
      .map((all) => all.join(' '));
    fc.assert(
      fc.property(
        fc.oneof(
          heap,
          heap.map((rest) => `SELECT * FROM devices ${rest}`),
          fc.string(),
        ),
        (text) => {
          const parsed = parseTwinQuery(text);
          for (const { at, message } of parsed.ok ? [] : parsed.problems) {
            expect(at).toBeGreaterThanOrEqual(0);
            expect(at).toBeLessThanOrEqual(text.length);
            expect(message).toMatch(/^\S.{10,}\.$/s);
          }
          expect(parsed.ok || parsed.problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 2000, seed: 20261121 },
    );
  });

  it('when it is longer than a query may be, it is refused before it is looked at', () => {
    expect(refusal(`SELECT * FROM devices WHERE tags.a = '${'x'.repeat(8192)}'`)).toEqual([
      expect.stringContaining('at most 8192 characters'),
    ]);
    expect(refusal('SELECT * FROM devices;'.padEnd(8193))).toEqual([
      expect.stringContaining('at most 8192 characters, this one has 8193'),
    ]);
    expect(refusal('SELECT * FROM devices;'.padEnd(8192))).toEqual([]);
  });
});
