// The operators of a route's condition: how tight they bind, what they take, and what comes of it. As in IoT Edge a minus and NOT
// bind tightest of all, so that NOT a = 'x' is (NOT a) = 'x', which is refused with the mend.
import { asNumber, constantTerm, fits, nameOf, unread, type Refuse, type RouteValue, type Term } from './route-term.ts';
import type { RouteToken } from './route-tokens.ts';

type MakeTerm = (operator: RouteToken, left: Term, right: Term, refuse: Refuse) => Term;

interface RouteOperator {
  /** The higher, the tighter. */
  readonly power: number;
  readonly make: MakeTerm;
}

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

/** Told by how the left stands to the right: below 0, 0, above 0. */
const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const powers = { coalesce: 1, or: 2, and: 3, equality: 4, order: 5, sum: 6, product: 7 } as const;

/** By sign, or by keyword in capitals. */
export const routeOperators: Readonly<Record<string, RouteOperator>> = {
  '??': { power: powers.coalesce, make: coalesce },
  OR: { power: powers.or, make: either },
  AND: { power: powers.and, make: both },
  '=': { power: powers.equality, make: compare },
  '!=': { power: powers.equality, make: compare },
  '<>': { power: powers.equality, make: compare },
  '<': { power: powers.order, make: compare },
  '<=': { power: powers.order, make: compare },
  '>': { power: powers.order, make: compare },
  '>=': { power: powers.order, make: compare },
  '+': { power: powers.sum, make: compute },
  '-': { power: powers.sum, make: compute },
  '||': { power: powers.sum, make: concatenate },
  '*': { power: powers.product, make: compute },
  '/': { power: powers.product, make: compute },
  '%': { power: powers.product, make: compute },
};

function compute(operator: RouteToken, left: Term, right: Term, refuse: Refuse): Term {
  const { source } = operator;
  for (const side of [left, right]) {
    if (!fits(side, 'number'))
      return refuse(operator, `${source} takes numbers, not ${nameOf(side)}${numberMend(side)}.`);
    // IoT Edge has no rest for values of a body, and fails on the whole configuration.
    if (source === '%' && side.kind === 'body')
      return refuse(operator, '% takes numbers: write as_number( ) around the value of the body.');
  }
  const run = arithmetic[source] as (left: number, right: number) => number;
  return {
    kind: left.kind === 'body' || right.kind === 'body' ? 'body' : 'number',
    valueIn(message) {
      const first = left.valueIn(message);
      const second = right.valueIn(message);
      return typeof first === 'number' && typeof second === 'number' ? asNumber(run(first, second)) : undefined;
    },
  };
}

function numberMend({ kind }: Term): string {
  return kind === 'text' ? ': write as_number( ) around it' : '';
}

function concatenate(operator: RouteToken, left: Term, right: Term, refuse: Refuse): Term {
  const wrong = [left, right].find((side) => !fits(side, 'text'));
  if (wrong !== undefined)
    return refuse(operator, `|| joins texts, not ${nameOf(wrong)}: write OR where one of two has to hold.`);
  return {
    kind: 'text',
    valueIn(message) {
      const first = left.valueIn(message);
      const second = right.valueIn(message);
      return typeof first === 'string' && typeof second === 'string' ? first + second : undefined;
    },
  };
}

function compare(operator: RouteToken, left: Term, right: Term, refuse: Refuse): Term {
  if (!areComparable(left, right)) return refuse(operator, comparisonRefusal(operator, left, right));
  const holds = comparisons[operator.source] as (order: number) => boolean;
  return {
    kind: 'truth',
    valueIn(message) {
      const order = orderOf(left.valueIn(message), right.valueIn(message));
      return order === undefined ? undefined : holds(order);
    },
  };
}

function areComparable(left: Term, right: Term): boolean {
  if (left.kind === 'unread' || right.kind === 'unread' || left.kind === right.kind) return true;
  if (left.kind === 'undefined' || right.kind === 'undefined') return false;
  return left.kind === 'body' || right.kind === 'body';
}

function comparisonRefusal({ source }: RouteToken, left: Term, right: Term): string {
  const both = `${nameOf(left)} is never ${source} ${nameOf(right)}`;
  const kinds = [left.kind, right.kind];
  if (kinds.includes('undefined')) return `${both}: write NOT is_defined( ) to ask whether something is missing.`;
  if (kinds.includes('null')) return `${both}: write NOT is_defined( ) to ask whether a property is missing.`;
  if (kinds.includes('number') && kinds.includes('text'))
    return `${both}: write as_number( ) around the property, or put the number into quotes.`;
  return `${both}: put NOT ( ) around a comparison, and true or false into quotes beside a property.`;
}

/** Values of different kinds have an order too, as in IoT Edge: true and false, numbers, texts, null. */
function orderOf(left: RouteValue, right: RouteValue): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  const apart = rankOf(left) - rankOf(right);
  if (apart !== 0 || left === null || right === null || left === right) return apart;
  return left < right ? -1 : 1;
}

function rankOf(value: string | number | boolean | null): number {
  if (value === null) return 3;
  return ['boolean', 'number', 'string'].indexOf(typeof value);
}

/** Null and anything is null. */
function both(operator: RouteToken, left: Term, right: Term, refuse: Refuse): Term {
  if (!areTruths(left, right)) return refuse(operator, truthRefusal(operator, left, right));
  if (left.kind === 'null' || right.kind === 'null') return constantTerm('null', null);
  return logic(left, right, false);
}

/** Null or anything is the other. */
function either(operator: RouteToken, left: Term, right: Term, refuse: Refuse): Term {
  if (!areTruths(left, right)) return refuse(operator, truthRefusal(operator, left, right));
  if (left.kind === 'null') return right;
  return right.kind === 'null' ? left : logic(left, right, true);
}

/**
 * AND and OR of three values: `decisive` decides alone, whatever the other side is. Not so with a value of the body: there both
 * sides have to be true or false (IoT Edge reads them by another rule than the rest).
 */
function logic(left: Term, right: Term, decisive: boolean): Term {
  const isOfBody = left.kind === 'body' || right.kind === 'body';
  return {
    kind: 'truth',
    valueIn(message) {
      const first = left.valueIn(message);
      const second = right.valueIn(message);
      if (typeof first === 'boolean' && typeof second === 'boolean')
        return first === decisive || second === decisive ? decisive : !decisive;
      return !isOfBody && (first === decisive || second === decisive) ? decisive : undefined;
    },
  };
}

function isTruth({ kind }: Term): boolean {
  return kind !== 'text' && kind !== 'number';
}

function areTruths(left: Term, right: Term): boolean {
  return isTruth(left) && isTruth(right);
}

function truthRefusal({ source }: RouteToken, left: Term, right: Term): string {
  const wrong = isTruth(left) ? right : left;
  return `${source.toUpperCase()} takes what is true or false, not ${nameOf(wrong)}: compare it, as in a = 'x'.`;
}

function coalesce(operator: RouteToken, left: Term, right: Term, refuse: Refuse): Term {
  if (!areComparable(left, right))
    return refuse(operator, `?? takes two of a kind, not ${nameOf(left)} and ${nameOf(right)}: put ( ) around a ?? b.`);
  return {
    kind: left.kind === right.kind ? left.kind : 'body',
    valueIn(message) {
      const first = left.valueIn(message);
      return first === undefined ? right.valueIn(message) : first;
    },
  };
}

export function negate(operator: RouteToken, operand: Term, refuse: Refuse): Term {
  if (operand.kind === 'unread') return unread;
  if (operand.kind !== 'number')
    return refuse(operator, `a minus takes a number, not ${nameOf(operand)}: write as_number( ) around it.`);
  return {
    kind: 'number',
    valueIn(message) {
      const value = operand.valueIn(message);
      return typeof value === 'number' ? -value : undefined;
    },
  };
}

export function not(operator: RouteToken, operand: Term, refuse: Refuse): Term {
  if (operand.kind === 'null') return constantTerm('truth', true);
  if (!fits(operand, 'truth'))
    return refuse(operator, `NOT stands before what is true or false, not ${nameOf(operand)}: write NOT (a = b).`);
  return {
    kind: 'truth',
    valueIn(message) {
      const value = operand.valueIn(message);
      return typeof value === 'boolean' ? !value : undefined;
    },
  };
}
