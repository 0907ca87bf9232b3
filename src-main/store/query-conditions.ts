// Expressions as SQL conditions over columns of JSON text. Each has two, for when it is true and for when it is false: NOT only
// changes sides, and SQL's own way with unknowns never matters.
import { pathsOf, type Expression, type ExpressionPath } from '#domain/conditions/expression-ast.ts';
import { compileTest } from '#domain/conditions/expression-compile.ts';
import {
  compared,
  comparedColumns,
  inList,
  isDefined,
  mirror,
  textTest,
  truth,
  turned,
  type Sides,
} from './query-comparisons.ts';
import { joined, type SqlPart } from './query-parts.ts';

/** The column that holds the JSON of what a path leads to. */
export type ColumnOf = (path: ExpressionPath) => string;

/** The condition for the rows of which an expression is true; undefined when SQLite cannot say what the domain would. */
export function sqlCondition(expression: Expression, columnOf: ColumnOf): SqlPart | undefined {
  return sidesOf(expression, columnOf)?.whenTrue;
}

function sidesOf(expression: Expression, columnOf: ColumnOf): Sides | undefined {
  if (pathsOf(expression).length === 0) return constant(expression);
  switch (expression.kind) {
    case 'path':
      return truth(columnOf(expression.path));
    case 'compare':
      return ofComparison(expression, columnOf);
    case 'in':
    case 'text-test':
      return ofSubject(expression, columnOf);
    case 'is-defined':
      return isDefined(columnOf(expression.path));
    case 'not':
      return turnedIf(true, sidesOf(expression.operand, columnOf));
    case 'and':
    case 'or':
      return ofChain(expression.kind, expression.operands, columnOf);
    case 'literal':
    case 'undefined':
    case 'array-contains':
    case 'arithmetic':
    case 'negate':
      return undefined;
  }
}

/** What reads no twin is the same for all of them. */
function constant(expression: Expression): Sides {
  const value = compileTest(expression, () => () => undefined)(undefined);
  return { whenTrue: fixed(value === true), whenFalse: fixed(value === false) };
}

function fixed(isMet: boolean): SqlPart {
  return { sql: isMet ? '1' : '0', parameters: [] };
}

function ofComparison(
  { comparison, left, right }: Extract<Expression, { readonly kind: 'compare' }>,
  columnOf: ColumnOf,
): Sides | undefined {
  if (left.kind === 'path' && right.kind === 'literal') return compared(columnOf(left.path), comparison, right.value);
  if (left.kind === 'literal' && right.kind === 'path') {
    return compared(columnOf(right.path), mirror(comparison), left.value);
  }
  if (left.kind !== 'path' || right.kind !== 'path') return undefined;
  return comparedColumns(columnOf(left.path), comparison, columnOf(right.path));
}

function ofSubject(
  expression: Extract<Expression, { readonly kind: 'in' | 'text-test' }>,
  columnOf: ColumnOf,
): Sides | undefined {
  if (expression.subject.kind !== 'path') return undefined;
  const column = columnOf(expression.subject.path);
  if (expression.kind === 'text-test') return textTest(column, expression.test, expression.text);
  return turnedIf(expression.negated, inList(column, expression.values));
}

function turnedIf(isTurned: boolean, sides: Sides | undefined): Sides | undefined {
  return sides && isTurned ? turned(sides) : sides;
}

function ofChain(kind: 'and' | 'or', operands: readonly Expression[], columnOf: ColumnOf): Sides | undefined {
  const sides: Sides[] = [];
  for (const operand of operands) {
    const side = sidesOf(operand, columnOf);
    if (side === undefined) return undefined;
    sides.push(side);
  }
  const [whenTrue, whenFalse] = kind === 'and' ? (['AND', 'OR'] as const) : (['OR', 'AND'] as const);
  return {
    whenTrue: joined(
      whenTrue,
      sides.map((side) => side.whenTrue),
    ),
    whenFalse: joined(
      whenFalse,
      sides.map((side) => side.whenFalse),
    ),
  };
}
