// How two values compare and calculate: never across types, texts by code unit, objects and arrays not at all (conditions.md).
import type { Json } from '#base/json.ts';
import type { ArithmeticOperator, Comparison, LiteralValue } from './expression-ast.ts';

/** Whether a comparison of two values holds; undefined when it cannot be said. */
export function compareValues(
  comparison: Comparison,
  left: Json | undefined,
  right: Json | undefined,
): boolean | undefined {
  if (!isScalar(left) || !isScalar(right)) return undefined;
  if (comparison === '=') return left === right;
  if (comparison === '!=') return left !== right;
  if (typeof left === 'number' && typeof right === 'number') return isOrdered(comparison, left, right);
  if (typeof left === 'string' && typeof right === 'string') return isOrdered(comparison, left, right);
  return undefined;
}

/** Whether a value compares at all: it is there, and neither an object nor an array. */
export function isScalar(value: Json | undefined): value is LiteralValue {
  return value === null || (typeof value !== 'object' && value !== undefined);
}

function isOrdered<T extends number | string>(comparison: '<' | '<=' | '>' | '>=', left: T, right: T): boolean {
  switch (comparison) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** The result of an operator on two numbers; undefined for anything else, and when no number comes of it, as by division by zero. */
export function calculate(
  operator: ArithmeticOperator,
  left: Json | undefined,
  right: Json | undefined,
): number | undefined {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  const result = resultOf(operator, left, right);
  return Number.isFinite(result) ? result : undefined;
}

function resultOf(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}
