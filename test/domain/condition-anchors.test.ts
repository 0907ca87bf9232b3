// What must hold for a condition to be true, as it can be looked up.
import { describe, expect, it } from 'vitest';
import { anchorClauses } from '#domain/conditions/condition-anchors.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import type { Expression } from '#domain/conditions/expression-ast.ts';

function expressionOf(text: string): Expression {
  const parsed = parseCondition(text);
  if (!parsed.ok || parsed.value.expression === null || parsed.value.expression === '*') throw new Error(text);
  return parsed.value.expression;
}

/** `tags.site=north|south; deviceId=x`: clauses by `;`, their anchors by `|`. */
function clausesText(expression: Expression): string {
  return anchorClauses(expression)
    .map((clause) =>
      clause.map(({ path, value }) => `${[path.root, ...path.segments].join('.')}=${JSON.stringify(value)}`).join('|'),
    )
    .join('; ');
}

describe('anchorClauses', () => {
  it.each([
    ["deviceId = 'x'", 'deviceId="x"'],
    ["'x' = tags.a.b", 'tags.a.b="x"'],
    ['tags.a = -2.5', 'tags.a=-2.5'],
    ['tags.a = true', 'tags.a=true'],
    ['tags.a', 'tags.a=true'],
    ["tags.a IN ['x', 1]", 'tags.a="x"|tags.a=1'],
    ["tags.a = 'x' AND properties.reported.b = 1", 'tags.a="x"; reported.b=1'],
    ["tags.a = 'x' AND tags.b > 5", 'tags.a="x"'],
    ["tags.a = 'x' OR tags.b = 'y'", 'tags.a="x"|tags.b="y"'],
    ["(tags.a = 'x' AND deviceId = 'd') OR tags.b = 'y'", 'deviceId="d"|tags.b="y"'],
    ["(properties.reported.a = 'x' AND tags.c = 1) OR tags.b = 'y'", 'tags.c=1|tags.b="y"'],
    ["NOT tags.a != 'x'", 'tags.a="x"'],
    ["NOT tags.a NIN ['x']", 'tags.a="x"'],
    ["NOT (tags.a != 'x' OR tags.b != 'y')", 'tags.a="x"; tags.b="y"'],
    ["NOT (tags.a != 'x' AND tags.b != 'y')", 'tags.a="x"|tags.b="y"'],
    ['NOT NOT tags.a', 'tags.a=true'],
    ["true AND tags.a = 'x'", 'tags.a="x"'],
    ["false OR tags.a = 'x'", 'tags.a="x"'],
    ["NOT true OR tags.a = 'x'", 'tags.a="x"'],
  ])('when the condition is %s, one of each clause holds: %s', (text, clauses) => {
    expect(clausesText(expressionOf(text))).toBe(clauses);
  });

  it.each(['false', "'x'", 'NOT true', "tags.a = 'x' AND false"])(
    'when the condition is %s, a clause is empty: nothing can make it true',
    (text) => {
      expect(anchorClauses(expressionOf(text))).toContainEqual([]);
    },
  );

  it.each([
    "tags.a != 'x'",
    "NOT tags.a = 'x'",
    'NOT tags.a',
    'NOT false',
    'true',
    'tags.a > 5',
    'NOT tags.a > 5',
    'tags.a = null',
    "tags.a IN ['x', null]",
    "tags.a NIN ['x']",
    "NOT tags.a IN ['x']",
    'tags.a = tags.b',
    "'x' = 'x'",
    "(tags.a = 'x') IN [true]",
    'IS_DEFINED(tags.a)',
    "STARTSWITH(tags.a, 'x')",
    "tags.a = 'x' OR tags.b > 5",
  ])('when the condition is %s, nothing narrows it', (text) => {
    expect(anchorClauses(expressionOf(text))).toEqual([]);
  });

  it.each<Expression>([
    { kind: 'undefined' },
    { kind: 'negate', operand: { kind: 'literal', value: 1 } },
    { kind: 'arithmetic', operator: '+', left: { kind: 'literal', value: 1 }, right: { kind: 'literal', value: 1 } },
    { kind: 'array-contains', path: { root: 'tags', segments: ['a'] }, value: 1 },
  ])('when the expression is $kind, as in queries, nothing narrows it', (expression) => {
    expect(anchorClauses(expression)).toEqual([]);
  });
});
