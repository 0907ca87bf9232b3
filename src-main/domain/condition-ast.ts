// A target condition as a tree. Every expression has a value; only `true` at the root matches a device (conditions.md).

/** What a path starts with. */
type ConditionRoot = 'deviceId' | 'tags' | 'reported';

export interface ConditionPath {
  readonly root: ConditionRoot;
  /** Below the root, case-sensitive; empty for `deviceId`. */
  readonly segments: readonly string[];
}

export type LiteralValue = string | number | boolean | null;
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type TextTest = 'STARTSWITH' | 'ENDSWITH' | 'CONTAINS';

export type Expression =
  | { readonly kind: 'path'; readonly path: ConditionPath }
  | { readonly kind: 'literal'; readonly value: LiteralValue }
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly left: Expression; readonly right: Expression }
  /** `IN` and, negated, `NIN`: short for an OR chain of `=`. */
  | {
      readonly kind: 'in';
      readonly negated: boolean;
      readonly subject: Expression;
      readonly values: readonly LiteralValue[];
    }
  | { readonly kind: 'is-defined'; readonly path: ConditionPath }
  | { readonly kind: 'text-test'; readonly test: TextTest; readonly path: ConditionPath; readonly text: string }
  | { readonly kind: 'not'; readonly operand: Expression }
  /** Flat, so that a chain of a thousand is one level deep. */
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] };

/** All parts of an expression, itself first. */
export function* walk(expression: Expression): Generator<Expression> {
  yield expression;
  switch (expression.kind) {
    case 'compare':
      yield* walk(expression.left);
      yield* walk(expression.right);
      break;
    case 'in':
      yield* walk(expression.subject);
      break;
    case 'not':
      yield* walk(expression.operand);
      break;
    case 'and':
    case 'or':
      for (const operand of expression.operands) yield* walk(operand);
      break;
    case 'path':
    case 'literal':
    case 'is-defined':
    case 'text-test':
  }
}
