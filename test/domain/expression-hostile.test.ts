// What an attacker would send instead of an expression: refused in words or answered, never by a full stack. That it takes no
// longer than its length allows is measured by `npm run bench -- hostile-texts`.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { conditionDialect } from '#domain/conditions/condition-dialect.ts';
import { matches } from '#domain/conditions/condition.ts';
import { compileTest } from '#domain/conditions/expression-compile.ts';
import { parseExpression } from '#domain/conditions/expression-parse.ts';
import { printExpression } from '#domain/conditions/expression-print.ts';
import { queryDialect } from '#domain/conditions/expression-query-dialect.ts';
import { readRoot } from '#test/support/query-subject.ts';
import { aSubject, problemsOf, readCondition, valueOf } from '#test/support/read-condition.ts';
import { worstTexts } from '#test/support/worst-texts.ts';

const longest = 8192;
const most = (piece: string, rest = ''): string =>
  piece.repeat(Math.floor((longest - rest.length) / piece.length)) + rest;

test('when a text is a megabyte long, it is refused without being read', () => {
  for (const dialect of [conditionDialect, queryDialect]) {
    const problems = problemsOf(parseExpression('('.repeat(2 ** 20), dialect));
    expect(problems).toEqual([
      {
        code: dialect.code,
        at: longest,
        message: expect.stringContaining('has at most 8192 characters, this one has 1048576: '),
      },
    ]);
  }
});

describe('nesting', () => {
  const openings: readonly [string, string, string][] = [
    ['(', 'tags.a', ')'],
    ['NOT ', 'tags.a', ''],
    ['NOT (', 'tags.a', ')'],
    ['-', 'tags.a', ''],
    ['- (', 'tags.a', ')'],
    ['CONTAINS(', 'tags.a', ", 'x')"],
    ['1 + (', '1', ')'],
  ];

  test.each(openings)('when %s nests without end, it is refused where it is too deep', (opening) => {
    for (const text of [most(opening), opening.repeat(10_000).slice(0, longest)]) {
      const [problem] = problemsOf(parseExpression(text, queryDialect));
      expect(problem?.message).toBe('it nests more than 100 levels deep: remove parentheses, NOTs or minus signs.');
      expect(problem?.at).toBeLessThan(opening.length * 101 + 1);
    }
  });

  test.each(openings)('when %s nests a hundred deep, it is read, answered and printed', (opening, inside, closing) => {
    const levels = opening === 'NOT (' || opening === '- (' ? 50 : 100;
    const text = opening.repeat(levels) + inside + closing.repeat(levels);
    const expression = valueOf(parseExpression(text, queryDialect), text);
    expect(compileTest(expression, readRoot)({ tags: { a: true } })).not.toBe(null);
    expect(parseExpression(printExpression(expression, queryDialect), queryDialect)).toEqual({
      ok: true,
      value: expression,
    });
    expect(problemsOf(parseExpression(opening + text + closing, queryDialect))).toHaveLength(1);
  });

  test('when a sum is as long as it may be, each operator a level of the tree, it is answered and printed', () => {
    const sum = Array.from({ length: 201 }, () => '1').join('+');
    const longSum = valueOf(parseExpression(`${sum} = 201`, queryDialect), 'sum');
    expect(compileTest(longSum, readRoot)({})).toBe(true);
    expect(printExpression(longSum, queryDialect)).toHaveLength(201 + 200 * 3 + 6);
  });
});

describe('keys that objects inherit', () => {
  const own = JSON.parse('{"__proto__": "p", "constructor": {"name": "c"}, "a": {"toString": 1}}') as JsonObject;

  test.each([
    ["tags.__proto__ = 'p' AND tags.constructor.name = 'c' AND tags.a.toString = 1", true],
    ['tags.hasOwnProperty = null AND NOT IS_DEFINED(tags.a.constructor) AND tags.a.__proto__.a = null', true],
    ['IS_DEFINED(tags.constructor.prototype) OR IS_DEFINED(properties.reported.__proto__)', false],
    ['tags.constructor.name.length = null AND tags.constructor.name.[[0]] = null', true],
  ])('when the condition is %s, only own ones are seen', (text, expected) => {
    expect(matches(readCondition(text), aSubject(own))).toBe(expected);
  });

  test.each([
    '__proto__ = 1',
    'constructor = 1',
    'toString(1)',
    'tags.a hasOwnProperty 1',
    'properties.__proto__.a = 1',
  ])('when %s stands where a name of the language may, it is none', (text) => {
    for (const dialect of [conditionDialect, queryDialect])
      expect(problemsOf(parseExpression(text, dialect))).not.toEqual([]);
  });

  test('when a key names a list by its place, it reads nothing', () => {
    expect(matches(readCondition('tags.list.0 = null AND tags.list.length = null'), aSubject({ list: ['x'] }))).toBe(
      true,
    );
  });
});

test.each(worstTexts(longest))(
  'when %s are as many as fit, they mean one thing or are refused in a sentence',
  (_, text) => {
    expect(text.length).toBeLessThanOrEqual(longest);
    for (const dialect of [conditionDialect, queryDialect]) {
      const parsed = parseExpression(text, dialect);
      if (!parsed.ok) {
        for (const { message } of parsed.problems) expect(message.length).toBeLessThan(300);
        continue;
      }
      const printed = printExpression(parsed.value, dialect);
      // Parentheses and blanks that nobody wrote may make it too long to be read again.
      if (printed.length <= longest) expect(parseExpression(printed, dialect)).toEqual(parsed);
      else expect(problemsOf(parseExpression(printed, dialect))).toMatchObject([{ at: longest }]);
    }
  },
);
