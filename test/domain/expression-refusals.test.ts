// Every way an expression in a query can be wrong: where, in which words, and how to mend it.
import { describe, expect, test } from 'vitest';
import { conditionDialect } from '#domain/conditions/condition-dialect.ts';
import type { Dialect } from '#domain/conditions/expression-dialect.ts';
import { parseExpression } from '#domain/conditions/expression-parse.ts';
import { queryDialect } from '#domain/conditions/expression-query-dialect.ts';
import { problemsOf } from '#test/support/read-condition.ts';

const readable = 'a query reads deviceId, status, tags, properties.desired, properties.reported and the like, not';

/** Each text marks the place of its problem with ‸. */
test.each<[string, string]>([
  // paths
  ['‸foo = 1', `${readable} foo: name one of them, or put text into quotes.`],
  ['‸devices = 1', `${readable} devices: name one`],
  ['‸devices.modules = 1', `${readable} devices.modules: name one`],
  ['‸properties = 1', `${readable} properties: name one`],
  ['‸status.a = 1', `${readable} status.a: status has no parts, write status.`],
  ['‸devices.status.a', `${readable} devices.status.a: status has no parts`],
  ['‸capabilities.iotEdge.a', `${readable} capabilities.iotEdge.a: write capabilities.iotEdge.`],
  ['‸capabilities.other', `${readable} capabilities.other: name one`],
  [
    '‸configurations.a',
    `${readable} configurations.a: write configurations.[[id]].status or configurations.[[id]].id.`,
  ],
  ['‸configurations', 'not configurations: write configurations.[[id]].status'],
  ['‸configurations.a.other', 'not configurations.a.other: write configurations.[[id]].status'],
  ['‸configurations.a.status.b', 'not configurations.a.status.b: write configurations.[[id]].status'],
  ['deviceId = ‸edge1', "text values need single quotes: 'edge1'."],
  // operators
  ['tags.a = 1 ‸= 1', 'only two things are compared at a time: put the comparison before = into parentheses.'],
  ['tags.a = 1 ‸IN [1]', 'put what stands before IN into parentheses.'],
  ['tags.a IN [1] ‸= 1', 'only two things are compared at a time'],
  ['NOT tags.a = 1 ‸!= 1', 'only two things are compared at a time'],
  ['1 + ‸NOT tags.a', 'NOT stands before a whole comparison: write NOT (a = b), not a = NOT b.'],
  ['- ‸NOT tags.a', 'NOT stands before a whole comparison'],
  ['‸* 2', 'something is missing before *: complete the query, or remove *.'],
  ['1 + ‸/ 2', 'something is missing before /: complete the query, or remove /.'],
  ['1 +‸', 'something is missing after +: complete the query, or remove +.'],
  ['-‸', 'something is missing after -'],
  ['‸+ tags.a', 'something is missing before +'],
  ['1 - ‸+ tags.a', 'something is missing before +'],
  ['tags.a = 1 ‸FROM devices', 'FROM may not follow here: remove it.'],
  ['tags.a ‸top 5', 'top may not follow here: remove it.'],
  ['tags.a ‸as b', 'as may not follow here'],
  ['tags.a ‸group by tags.b', 'group may not follow here'],
  ['tags.a ‸by tags.b', 'by may not follow here'],
  ['tags.a ‸select tags.b', 'select may not follow here'],
  ['tags.a = ‸FROM devices', 'something is missing before FROM: complete the query, or remove FROM.'],
  ['‸where tags.a', 'something is missing before where'],
  ["tags.a ‸NOT IN ['x']", 'NOT IN is not known: use NIN [ … ].'],
  ["tags.a ‸tags.b IN ['x']", 'AND or OR is missing before tags.b.'],
  ['tags.a ‸NOT tags.b', 'AND or OR is missing before NOT.'],
  ['tags.a ‸is null', 'IS is not known: use = null or != null.'],
  ['tags.a ‸constructor', 'AND or OR is missing before constructor.'],
  ['tags.a ‸&& tags.b', 'unexpected character &: write AND.'],
  ['tags.a ‸|| tags.b', 'unexpected character |: write OR.'],
  ['‸! tags.a', 'unexpected character !: write NOT.'],
  ['tags.a ‸, tags.b', 'unexpected ,: remove it.'],
  ['tags.a = ‸[1]', 'a list stands only after IN or NIN'],
  ['‸', "the expression is missing: write one, as in tags.site = 'north'."],
  // numbers
  ['tags.a = ‸1e999', '1e999 is larger than any number a twin can hold: write a smaller one.'],
  ['tags.a = ‸0x', '0x is not a number: write it as 12, 0.5, 1e6 or 0x1F, or put it in single quotes as text.'],
  ['tags.a = ‸0xG', '0xG is not a number'],
  ['tags.a = -‸1.2.3', '1.2.3 is not a number'],
  ['tags.a = ‸1.', '1. is not a number'],
  ['tags.a = ‸.5', 'a number does not begin with its point: write 0 before it, as in 0.5.'],
  [
    'tags.a = ‸9007199254740993',
    '9007199254740993 would be read as 9007199254740992, whole numbers are exact up to 9007199254740991: hold it as text in the twin and put it in single quotes.',
  ],
  ['tags.a = ‸0x20000000000001', '0x20000000000001 would be read as 9007199254740992'],
  ['tags.a = ‸0x20000000000e01', '0x20000000000e01 would be read as 9007199254744576'],
  ['tags.a = ‸9007199254740992.5', '9007199254740992.5 would be read as 9007199254740992'],
  [`tags.a = ‸${'9'.repeat(308)}`, 'would be read as 1'],
  // texts
  ["tags.a = ‸'x", 'the text is not closed: add a single quote at its end'],
  ["tags.a = ‸'x''", "the text is not closed: add a single quote at its end (and write '' for a quote in it)."],
  ['tags.a = ‸"x""', 'the text is not closed: add a double quote at its end (and write "" for a quote in it).'],
  [String.raw`tags.a = ‸'x\'`, 'the text is not closed'],
  [
    String.raw`tags.a = 'C:‸\temp'`,
    String.raw`\t is no escape: write \' \" \\ or \u and four digits, or \\ for a backslash.`,
  ],
  [String.raw`tags.a = '‸\t\''`, String.raw`\t is no escape`],
  [String.raw`tags.a = '‸\u12'`, String.raw`\u is no escape`],
  [String.raw`tags.a = '‸\u12G4'`, String.raw`\u is no escape`],
  ["tags.a = 'x‸\\", '\\ is no escape'],
  [String.raw`tags.a = ‸'x\uD800'`, 'half a character stands in the text (a lone surrogate): write both halves.'],
  [String.raw`tags.a = ‸'\uDE00\uD83D'`, 'half a character stands in the text'],
  ["tags.a = 'x‸\uD800'", 'half a character stands here (a lone surrogate): write the text again.'],
  ['tags.[[‸\uDC00]] = 1', 'half a character stands here'],
  ["tags.a = '‸\u0000'", 'unexpected character U+0000: no text can be matched with it, remove it.'],
  [String.raw`tags.a = ‸'\u0000'`, 'unexpected character U+0000 in the text: remove its escape.'],
  ['tags.a = ‸\u0007', 'unexpected character U+0007: remove it'],
  ['tags.a = ‸\u00a0 1', 'unexpected character U+00A0: write a plain space instead.'],
  ['tags.a = ‸😀', 'unexpected character 😀: remove it, or put it into a text in single quotes.'],
  // comments
  ['tags.a ‸/* OR', 'the comment is not closed: add */.'],
  ['tags.a ‸/*/', 'the comment is not closed: add */.'],
  ['tags.a /* x */ *‸/', 'something is missing before /'],
  // functions
  [
    '‸FOO(1)',
    'there is no function FOO: the known ones are IS_DEFINED, STARTSWITH, ENDSWITH, CONTAINS and ARRAY_CONTAINS.',
  ],
  ['‸COUNT()', 'there is no function COUNT'],
  ['‸constructor(1)', 'there is no function constructor'],
  ['tags.‸(a)', 'a key is missing after the dot'],
  ['tags.a‸(1)', 'AND or OR is missing before (.'],
  ['STARTSWITH(‸)', 'something is missing before )'],
  ["STARTSWITH(tags.a ‸'x')", ''],
  ['STARTSWITH(tags.a, ‸1)', "STARTSWITH takes a text in single quotes here: write 'text'."],
  ["ARRAY_CONTAINS(‸'x', 1)", 'ARRAY_CONTAINS takes a path here: write tags.site, say, without quotes.'],
  ['ARRAY_CONTAINS(tags.a‸)', "ARRAY_CONTAINS takes a path and a value: add , 'value'."],
  [
    'ARRAY_CONTAINS(tags.a, ‸tags.b)',
    'ARRAY_CONTAINS takes a value here: write a text, a number, true, false or null.',
  ],
  ['ARRAY_CONTAINS(tags.a, 1‸', 'the parenthesis opened at 14 is not closed: add ).'],
  ['ARRAY_CONTAINS(tags.a, 1‸, 2)', 'unexpected ,: remove it.'],
  ['IS_DEFINED(‸)', 'IS_DEFINED takes a path here'],
  ['IS_DEFINED(‸1)', 'IS_DEFINED takes a path here'],
  ['tags.a IN [‸undefined]', "a list holds values only: put text into single quotes, as in 'undefined'."],
  ['tags.a IN [1, ‸- tags.b]', 'a value is missing in the list'],
])('when the query says %j, the answer is: %s', (marked, message) => {
  const problems = problemsOf(parseExpression(marked.replace('‸', ''), queryDialect));
  expect(problems).toEqual([
    { code: 'query.invalid', message: expect.stringContaining(message), at: marked.indexOf('‸') },
  ]);
});

test.each<[Dialect, string, readonly number[]]>([
  [queryDialect, 'foo = 1 AND (bar OR NOT IS_DEFINED(baz)) OR tags.a = north', [0, 13, 35, 53]],
  [queryDialect, "STARTSWITH(foo, 'x') AND -bar + qux > 1 AND ARRAY_CONTAINS(list, 1)", [11, 26, 32, 59]],
  [queryDialect, 'foo = 1 AND bar = = 2', [0, 12, 18]],
  [conditionDialect, "IS_DEFINED(status) OR CONTAINS(etag, 'x') OR x IN [1]", [11, 31, 45]],
])('when several paths are wrong in %#, all are told in order', (dialect, text, places) => {
  expect(problemsOf(parseExpression(text, dialect)).map(({ at }) => at)).toEqual(places);
});

const nested = (levels: number): string => `${'('.repeat(levels)}tags.a${')'.repeat(levels)}`;
const sum = (terms: number): string => Array.from({ length: terms }, () => '1').join('+');

describe('bounds', () => {
  test('when a query is as long as it may be it is read, one character more is refused', () => {
    expect(parseExpression('1'.padEnd(8192), queryDialect)).toMatchObject({ ok: true });
    expect(problemsOf(parseExpression('1'.padEnd(8193), queryDialect))).toMatchObject([
      { at: 8192, message: 'a query has at most 8192 characters, this one has 8193: ask for less at a time.' },
    ]);
  });

  test('when it nests too deep, the refusal names what a query or a condition nests by', () => {
    for (const [dialect, what] of [
      [queryDialect, 'parentheses, NOTs or minus signs'],
      [conditionDialect, 'parentheses or NOTs'],
    ] as const) {
      expect(parseExpression(nested(100), dialect)).toMatchObject({ ok: true });
      expect(problemsOf(parseExpression(nested(101), dialect))).toMatchObject([
        { at: 101, message: `it nests more than 100 levels deep: remove ${what}.` },
      ]);
    }
  });

  test('when parentheses stand side by side, they are not nested', () => {
    const text = Array.from({ length: 101 }, () => '(tags.a)').join(' AND ');
    expect(parseExpression(text, conditionDialect)).toMatchObject({ ok: true });
  });

  test('when there are two hundred arithmetic operators they are read, one more is refused, once', () => {
    expect(parseExpression(sum(201), queryDialect)).toMatchObject({ ok: true });
    expect(problemsOf(parseExpression(sum(210), queryDialect))).toMatchObject([
      { at: 401, message: 'it has more than 200 arithmetic operators: compute part of it before.' },
    ]);
  });
});

test('when a great many paths are wrong, the first twenty are told', () => {
  const problems = problemsOf(parseExpression(Array.from({ length: 900 }, () => 'foo').join(' OR '), queryDialect));
  expect(problems).toHaveLength(20);
});

test.each([
  '9007199254740991',
  '-9007199254740991',
  '9007199254740992',
  '9223372036854775808.00',
  '1e23',
  '1E+300',
  '12345678901234567e3',
])('when the number is %s, it is read as it is', (text) => {
  for (const dialect of [conditionDialect, queryDialect]) {
    expect(parseExpression(text, dialect)).toEqual({ ok: true, value: { kind: 'literal', value: Number(text) } });
  }
});

test('when a condition holds a number that cannot be kept, it is refused with its sign', () => {
  expect(problemsOf(parseExpression('tags.a = -9007199254740993', conditionDialect))).toEqual([
    {
      code: 'deployment.condition',
      at: 9,
      message: expect.stringContaining('-9007199254740993 would be read as -9007199254740992,'),
    },
  ]);
});

test.each([
  '1 + 1',
  '-tags.a',
  '0x1F',
  '"x"',
  '/* x */ true',
  'undefined',
  "ARRAY_CONTAINS(tags.a, 'x')",
  'tags',
  'moduleId',
  'devices.tags.a',
  "'a' = 'x' % 2",
])('when a condition says %s, which only queries do, it is refused', (text) => {
  expect(parseExpression(text, queryDialect)).toMatchObject({ ok: true });
  expect(problemsOf(parseExpression(text, conditionDialect))).toHaveLength(1);
});
