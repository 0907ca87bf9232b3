// An expression over a twin as a tree: what conditions, queries and routes are read into. Every part has a value; one that
// reads what is missing is unknown (conditions.md).

export interface ExpressionPath {
  /** Canonical, however it was written: `deviceId`, `moduleId`, `tags`, `desired`, `reported`, `configurations`, … */
  readonly root: string;
  /** Below the root, case-sensitive; empty for the root itself. */
  readonly segments: readonly string[];
}

export type LiteralValue = string | number | boolean | null;
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type TextTest = 'STARTSWITH' | 'ENDSWITH' | 'CONTAINS';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

export type Expression =
  | { readonly kind: 'path'; readonly path: ExpressionPath }
  | { readonly kind: 'literal'; readonly value: LiteralValue }
  /** The word `undefined`: what a missing property is. */
  | { readonly kind: 'undefined' }
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly left: Expression; readonly right: Expression }
  /** `IN` and, negated, `NIN`: short for an OR chain of `=`. Holds one value at least. */
  | {
      readonly kind: 'in';
      readonly negated: boolean;
      readonly subject: Expression;
      readonly values: readonly LiteralValue[];
    }
  | { readonly kind: 'is-defined'; readonly path: ExpressionPath }
  | { readonly kind: 'text-test'; readonly test: TextTest; readonly subject: Expression; readonly text: string }
  | { readonly kind: 'array-contains'; readonly path: ExpressionPath; readonly value: LiteralValue }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  /** Flat, so that a chain of a thousand is one level deep. Holds two operands at least. */
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] };

/** The parts an expression is made of, one level down, in the order they are written. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'compare':
    case 'arithmetic':
      return [expression.left, expression.right];
    case 'in':
    case 'text-test':
      return [expression.subject];
    case 'not':
    case 'negate':
      return [expression.operand];
    case 'and':
    case 'or':
      return expression.operands;
    case 'path':
    case 'literal':
    case 'undefined':
    case 'is-defined':
    case 'array-contains':
      return [];
  }
}

/** All parts of an expression, itself first, in the order they are written. */
export function allParts(expression: Expression): readonly Expression[] {
  const parts: Expression[] = [];
  const collect = (part: Expression): void => {
    parts.push(part);
    partsOf(part).forEach(collect);
  };
  collect(expression);
  return parts;
}

/** What an expression reads, in the order it is written; a path read twice is there twice. */
export function pathsOf(expression: Expression): readonly ExpressionPath[] {
  return allParts(expression).flatMap((part) => ('path' in part ? [part.path] : []));
}
