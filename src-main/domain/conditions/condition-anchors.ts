// What must hold for an expression to be true, as far as it can be looked up: that a property equals a value. From it follows
// which devices a condition can mean, and which conditions can mean a device, without trying all of either.
import type { Expression, ExpressionPath, LiteralValue } from './expression-ast.ts';

/** That the property at a path equals a value, which is never null: a missing property is nothing to look up. */
export interface Anchor {
  readonly path: ExpressionPath;
  readonly value: Exclude<LiteralValue, null>;
}

/** At least one of these holds. Without any, nothing can. */
export type AnchorClause = readonly Anchor[];

/**
 * The clauses that all hold whenever the expression is true; the reverse need not be so. None: it can be true of anything.
 * `tags.site = 'north' AND tags.role IN ['a', 'b'] AND tags.x > 5` → site is north; role is a or b.
 */
export function anchorClauses(expression: Expression): readonly AnchorClause[] {
  return clausesFor(expression, true);
}

/** What must hold for the expression to come out as `truth`, which unknown is neither of (conditions.md). */
function clausesFor(expression: Expression, truth: boolean): readonly AnchorClause[] {
  switch (expression.kind) {
    case 'path':
      return truth ? [[{ path: expression.path, value: true }]] : [];
    case 'literal':
      return (expression.value === true) === truth ? [] : [[]];
    case 'compare':
      return expression.comparison === (truth ? '=' : '!=') ? equalityClauses(expression.left, expression.right) : [];
    case 'in':
      return expression.negated === truth ? [] : listClauses(expression.subject, expression.values);
    case 'not':
      return clausesFor(expression.operand, !truth);
    case 'and':
    case 'or': {
      const parts = expression.operands.map((operand) => clausesFor(operand, truth));
      return (expression.kind === 'and') === truth ? parts.flat() : eitherOf(parts);
    }
    case 'undefined':
    case 'is-defined':
    case 'text-test':
    case 'array-contains':
    case 'arithmetic':
    case 'negate':
      return [];
  }
}

function equalityClauses(left: Expression, right: Expression): readonly AnchorClause[] {
  if (right.kind === 'literal') return listClauses(left, [right.value]);
  return left.kind === 'literal' ? listClauses(right, [left.value]) : [];
}

/** `= null` is true of what is missing, so a list with null in it narrows nothing. */
function listClauses(subject: Expression, values: readonly LiteralValue[]): readonly AnchorClause[] {
  if (subject.kind !== 'path') return [];
  const anchors = values.flatMap((value) => (value === null ? [] : [{ path: subject.path, value }]));
  return anchors.length === values.length ? [anchors] : [];
}

/** One of the parts holds, so one anchor of one clause of each does. The narrowest clause of each part is taken. */
function eitherOf(parts: readonly (readonly AnchorClause[])[]): readonly AnchorClause[] {
  const anchors: Anchor[] = [];
  for (const clauses of parts) {
    const narrowest = clauses.toSorted((left, right) => widthOf(left) - widthOf(right))[0];
    if (narrowest === undefined) return [];
    anchors.push(...narrowest);
  }
  return [anchors];
}

/** Roughly how many devices a clause leaves: an id means one, and what devices report cannot be looked up in the store. */
function widthOf(clause: AnchorClause): number {
  return clause.reduce((width, { path }) => width + (widths[path.root] ?? 1_000_000), 0);
}

const widths: Readonly<Record<string, number>> = { deviceId: 1, tags: 1000 };
