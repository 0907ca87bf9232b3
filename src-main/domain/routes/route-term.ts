// A part of a route's condition, read: what kind of value it has, known before any message comes, and how to get it out of one.
// Kinds are checked when a route is read, as in IoT Edge: a property is a text, and a text is never compared with a number.
import type { Json } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import type { RoutedMessage } from './route-message.ts';
import { routeProblem, type RouteToken } from './route-tokens.ts';

/** Undefined is what a missing property is, and what comes of computing with it. Never NaN. */
export type RouteValue = string | number | boolean | null | undefined;

/** `body`: a value of the message's body, whose kind each message decides. `unread`: refused already. */
export type TermKind = 'text' | 'number' | 'truth' | 'null' | 'undefined' | 'body' | 'unread';

export interface Term {
  readonly kind: TermKind;
  readonly valueIn: (message: RoutedMessage) => RouteValue;
}

/** Notes what is wrong at a token, and goes on with a part of which nothing more is said. */
export type Refuse = (token: RouteToken, message: string) => Term;

export function constantTerm(kind: TermKind, value: RouteValue): Term {
  return { kind, valueIn: () => value };
}

export const unread: Term = constantTerm('unread', undefined);

export function refuseInto(problems: Problem[]): Refuse {
  return ({ at }, message) => {
    problems.push(routeProblem(at, message));
    return unread;
  };
}

const kindNames: Readonly<Record<TermKind, string>> = {
  text: 'a text',
  number: 'a number',
  truth: 'true or false',
  null: 'null',
  undefined: 'undefined',
  body: 'a value of the body',
  unread: 'unreadable',
};

export function nameOf({ kind }: Term): string {
  return kindNames[kind];
}

/** Whether a part may stand where such a kind is asked for. A value of the body is looked at when it comes. */
export function fits({ kind }: Term, wanted: TermKind): boolean {
  return kind === wanted || kind === 'body' || kind === 'unread';
}

export function asNumber(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

/** IoT Edge's JSON reader takes such a text for a point in time, which nothing compares with. */
const pointInTime = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?$/;

/** What a value in a body counts as: objects, arrays and points in time are undefined. */
export function bodyValue(value: Json): RouteValue {
  if (typeof value === 'string') return pointInTime.test(value) ? undefined : value;
  return typeof value === 'object' && value !== null ? undefined : value;
}
