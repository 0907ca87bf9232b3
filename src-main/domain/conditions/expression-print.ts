// An expression as text, the way a person would write it: parentheses only where the tree needs them. Reading the text back
// gives the same tree.
import type { Expression, LiteralValue } from './expression-ast.ts';
import { arithmeticOperators, powers, type Dialect } from './expression-dialect.ts';
import { pathText } from './expression-path.ts';

/** `parseExpression(printExpression(tree, dialect), dialect)` gives `tree`, for any tree that the dialect can say. */
export function printExpression(expression: Expression, dialect: Dialect): string {
  switch (expression.kind) {
    case 'path':
      return pathText(expression.path);
    case 'literal':
      return printLiteral(expression.value, dialect);
    case 'undefined':
      return 'undefined';
    case 'is-defined':
      return `IS_DEFINED(${pathText(expression.path)})`;
    case 'text-test':
      return `${expression.test}(${printExpression(expression.subject, dialect)}, ${printLiteral(expression.text, dialect)})`;
    case 'array-contains':
      return `ARRAY_CONTAINS(${pathText(expression.path)}, ${printLiteral(expression.value, dialect)})`;
    case 'in': {
      const values = expression.values.map((value) => printLiteral(value, dialect)).join(', ');
      const subject = printInside(expression.subject, powerOf(expression) + 1, dialect);
      return `${subject} ${expression.negated ? 'NIN' : 'IN'} [${values}]`;
    }
    case 'compare':
      return printInfix(expression, expression.comparison, dialect, 1);
    case 'arithmetic':
      return printInfix(expression, expression.operator, dialect, 0);
    case 'not':
      return `NOT ${printInside(expression.operand, powers.not, dialect)}`;
    case 'negate':
      return `-${printNegated(expression.operand, dialect)}`;
    case 'and':
    case 'or': {
      const power = powerOf(expression) + 1;
      const operands = expression.operands.map((operand) => printInside(operand, power, dialect));
      return operands.join(expression.kind === 'and' ? ' AND ' : ' OR ');
    }
  }
}

/** A minus straight before a number would be read as part of it. */
function printNegated(operand: Expression, dialect: Dialect): string {
  const isNumber = operand.kind === 'literal' && typeof operand.value === 'number';
  return isNumber ? `(${printNumber(operand.value)})` : printInside(operand, powers.negate, dialect);
}

type Infixed = Extract<Expression, { readonly kind: 'compare' | 'arithmetic' }>;

/** `leftMore`: 0 where operators of one power are read from the left, 1 where they do not follow each other. */
function printInfix(expression: Infixed, sign: string, dialect: Dialect, leftMore: 0 | 1): string {
  const power = powerOf(expression);
  const left = printInside(expression.left, power + leftMore, dialect);
  return `${left} ${sign} ${printInside(expression.right, power + 1, dialect)}`;
}

/** In parentheses when it binds looser than its place asks for. */
function printInside(expression: Expression, power: number, dialect: Dialect): string {
  const text = printExpression(expression, dialect);
  return powerOf(expression) < power ? `(${text})` : text;
}

const powerByKind: Readonly<Partial<Record<Expression['kind'], number>>> = { ...powers, in: powers.compare };

/** What has no operator of its own holds together by itself. */
function powerOf(expression: Expression): number {
  if (expression.kind === 'arithmetic') return arithmeticOperators.infix[expression.operator].power;
  return powerByKind[expression.kind] ?? Infinity;
}

/** A value as it is written in a dialect: `'it''s'`, `-0.5`, `true`, `null`. */
export function printLiteral(value: LiteralValue, { lexis }: Dialect): string {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value !== 'string') return String(value);
  return lexis.hasEscapes ? `'${value.replaceAll(/['\\]/g, '\\$&')}'` : `'${value.replaceAll("'", "''")}'`;
}

function printNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  // Every digit, where JavaScript would round the last ones and the reader would refuse them.
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? String(BigInt(value)) : String(value);
}
