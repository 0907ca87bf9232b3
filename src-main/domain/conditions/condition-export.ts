// A condition as IoT Hub accepts it. Its conditions know neither IN nor the functions over texts (iot-hub.md 1.1, 1.3).
import { ownValue } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import { conditionDialect } from './condition-dialect.ts';
import { blankOut } from './condition-module.ts';
import type { Condition } from './condition.ts';
import type { Expression } from './expression-ast.ts';
import { printExpression } from './expression-print.ts';
import { readTokens, type Token } from './expression-tokens.ts';

// Conditions of modules read other paths, and are written in the same way.
const { code, functions, maxLength } = conditionDialect;

/**
 * The condition's text for a file that IoT Hub reads, or every reason why there is none, with its offset in `condition.text`.
 * As it was written, except that `tags.a IN [1, 2]` becomes `tags.a = 1 OR tags.a = 2`, and NIN an AND chain of `!=`.
 */
export function portableText<S>(condition: Condition<S>): Result<string> {
  const { text, opening, expression } = condition;
  if (expression === null || expression === '*') return success(text);
  const tokens = readTokens(blankOut(text, opening), conditionDialect);
  if (!tokens.ok) return tokens;
  const problems = tokens.value.flatMap(problemsOf);
  if (problems.length > 0) return failure(problems);
  return condition.isPortable ? success(text) : rewritten(opening, withoutLists(expression));
}

function rewritten(opening: string, expression: Expression): Result<string> {
  const printed = printExpression(expression, conditionDialect);
  const text = opening === '' ? printed : `${opening} ${printed}`;
  if (text.length <= maxLength) return success(text);
  const message = `without IN and NIN it has ${text.length} characters, IoT Hub takes ${maxLength}: tag the devices and match the tag.`;
  return failure([{ code, message, at: 0 }]);
}

function problemsOf(token: Token): readonly Problem[] {
  const problem = (message: string): readonly Problem[] => [{ code, message, at: token.at }];
  if (token.source.includes('"'))
    return problem(`IoT Hub allows no double quotes in a condition, not even in ${token.source}: match another tag.`);
  const name = token.source.toUpperCase();
  if (ownValue(functions, name) !== 'text-test') return [];
  return problem(
    `IoT Hub has no ${name} in conditions: tag the devices and match the tag, or list the values with IN.`,
  );
}

/** The same condition without IN and NIN: what was unknown stays unknown, since `a != b` is `NOT a = b` for every a and b. */
function withoutLists(expression: Expression): Expression {
  if (expression.kind === 'in') return chainOf(expression);
  if (expression.kind === 'not') return { ...expression, operand: withoutLists(expression.operand) };
  if (expression.kind === 'compare') {
    return { ...expression, left: withoutLists(expression.left), right: withoutLists(expression.right) };
  }
  if (expression.kind === 'and' || expression.kind === 'or') {
    return { ...expression, operands: expression.operands.flatMap((operand) => splice(operand, expression.kind)) };
  }
  return expression;
}

/** A list in a chain of its own kind needs no parentheses of its own. */
function splice(operand: Expression, chain: 'and' | 'or'): readonly Expression[] {
  const rewritten = withoutLists(operand);
  return operand.kind === 'in' && rewritten.kind === chain ? rewritten.operands : [rewritten];
}

type List = Extract<Expression, { readonly kind: 'in' }>;

function chainOf({ subject, values, negated }: List): Expression {
  const left = withoutLists(subject);
  const comparison = negated ? '!=' : '=';
  const operands = values.map((value): Expression => ({
    kind: 'compare',
    comparison,
    left,
    right: { kind: 'literal', value },
  }));
  if (operands.length < 2) return operands[0] ?? { kind: 'literal', value: negated };
  return { kind: negated ? 'and' : 'or', operands };
}
