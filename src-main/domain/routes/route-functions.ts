// The functions of a route's condition, by IoT Edge's names. What one is given is checked when the route is read; a value of the
// body is checked when it comes, and where it is of another kind the result is undefined.
import { ownValue } from '#base/json.ts';
import {
  asNumber,
  constantTerm,
  fits,
  nameOf,
  type Refuse,
  type RouteValue,
  type Term,
  type TermKind,
} from './route-term.ts';
import type { RouteToken } from './route-tokens.ts';

interface RouteFunction {
  /** Of what kind each has to be; the last one stands for all that follow when there may be more. */
  readonly takes: readonly TermKind[];
  readonly fewest: number;
  readonly most: number;
  readonly gives: TermKind;
  readonly run: (values: readonly RouteValue[]) => RouteValue;
}

const texts = (count: 1 | 2, gives: TermKind, run: (first: string, second: string) => RouteValue): RouteFunction => ({
  takes: ['text', 'text'],
  fewest: count,
  most: count,
  gives,
  run: ([first, second]) => run(first as string, second as string),
});

const numbers = (count: 1 | 2, run: (first: number, second: number) => number): RouteFunction => ({
  takes: ['number', 'number'],
  fewest: count,
  most: count,
  gives: 'number',
  run: ([first, second]) => asNumber(run(first as number, second as number)),
});

const functions: Readonly<Record<string, RouteFunction>> = {
  abs: numbers(1, Math.abs),
  exp: numbers(1, Math.exp),
  power: numbers(2, (base, exponent) => base ** exponent),
  square: numbers(1, (value) => value * value),
  ceiling: numbers(1, Math.ceil),
  floor: numbers(1, Math.floor),
  sign: numbers(1, Math.sign),
  sqrt: numbers(1, Math.sqrt),
  concat: { takes: ['text'], fewest: 2, most: Infinity, gives: 'text', run: (parts) => parts.join('') },
  length: texts(1, 'number', (text) => text.length),
  lower: texts(1, 'text', (text) => text.toLowerCase()),
  upper: texts(1, 'text', (text) => text.toUpperCase()),
  index_of: texts(2, 'number', (text, part) => text.indexOf(part)),
  starts_with: texts(2, 'truth', (text, part) => text.startsWith(part)),
  ends_with: texts(2, 'truth', (text, part) => text.endsWith(part)),
  contains: texts(2, 'truth', (text, part) => text.includes(part)),
  substring: {
    takes: ['text', 'number', 'number'],
    fewest: 2,
    most: 3,
    gives: 'text',
    run: ([text, start, length]) => substring(text as string, start as number, length as number | undefined),
  },
};

/** These take whatever there is, and say what it is. */
const questions: Readonly<Record<string, (value: RouteValue, kind: TermKind) => RouteValue>> = {
  is_bool: (value, kind) => (value === undefined && mayBeTruth(kind) ? undefined : typeof value === 'boolean'),
  is_defined: (value) => value !== undefined,
  is_null: (value, kind) => (value === undefined && kind === 'body' ? undefined : value === null),
  is_number: (value) => typeof value === 'number' && Number.isFinite(value),
  is_string: (value) => typeof value === 'string',
};

const known = [...Object.keys(functions), ...Object.keys(questions), 'as_number'].sort().join(', ');

/** A call, with its arguments read; `name` in any case. */
export function callFunction(name: RouteToken, given: readonly Term[], refuse: Refuse): Term {
  const small = name.source.toLowerCase();
  const question = ownValue(questions, small);
  if (question !== undefined) return ask(question, name, given, refuse);
  if (small === 'as_number') return readAsNumber(name, given, refuse);
  const called = ownValue(functions, small);
  if (called !== undefined) return call(called, name, given, refuse);
  if (small === 'twin_change_includes')
    return refuse(name, 'twin_change_includes asks about changes of twins, which no route is given here: remove it.');
  return refuse(name, `there is no function ${name.source}: the known ones are ${known}.`);
}

function ask(
  question: (value: RouteValue, kind: TermKind) => RouteValue,
  name: RouteToken,
  [only, ...more]: readonly Term[],
  refuse: Refuse,
): Term {
  if (only === undefined || more.length > 0) return refuse(name, countRefusal(name, 1, 1));
  return { kind: 'truth', valueIn: (message) => question(only.valueIn(message), only.kind) };
}

/** A number stays one; a text is read as one, thousands' commas included, as IoT Edge does. */
function readAsNumber(name: RouteToken, [only, ...more]: readonly Term[], refuse: Refuse): Term {
  if (only === undefined || more.length > 0) return refuse(name, countRefusal(name, 1, 1));
  if (!fits(only, 'text') && only.kind !== 'number')
    return refuse(name, `${name.source} takes a text or a number, not ${nameOf(only)}.`);
  return {
    kind: 'number',
    valueIn(message) {
      const value = only.valueIn(message);
      if (typeof value === 'number') return value;
      return typeof value === 'string' ? numberIn(value) : undefined;
    },
  };
}

const writtenNumber = /^[ \t\r\n]*([+-]?)((?:[0-9][0-9,]*)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)[ \t\r\n]*$/;

function numberIn(text: string): number | undefined {
  const [, sign = '', digits = ''] = writtenNumber.exec(text) ?? [];
  if (!/^(?:[0-9]|\.[0-9])/.test(digits)) return undefined;
  return Number(`${sign}${digits.replaceAll(',', '')}`);
}

function call(called: RouteFunction, name: RouteToken, given: readonly Term[], refuse: Refuse): Term {
  const { takes, fewest, most, gives, run } = called;
  if (given.length < fewest || given.length > most) return refuse(name, countRefusal(name, fewest, most));
  const wantedAt = (index: number): TermKind => takes[Math.min(index, takes.length - 1)] as TermKind;
  const wrong = given.findIndex((term, index) => !fits(term, wantedAt(index)));
  if (wrong !== -1) {
    const wanted = wantedAt(wrong);
    const mend = wanted === 'number' ? ': write as_number( ) around it' : '';
    const takesWhat = `takes ${nameOf(constantTerm(wanted, undefined))} there`;
    return refuse(name, `${name.source} ${takesWhat}, not ${nameOf(given[wrong] as Term)}${mend}.`);
  }
  const typeAt = given.map((_, index) => (wantedAt(index) === 'text' ? 'string' : 'number'));
  return {
    kind: gives,
    valueIn(message) {
      const values = given.map((term) => term.valueIn(message));
      return values.every((value, index) => typeof value === typeAt[index]) ? run(values) : undefined;
    },
  };
}

function countRefusal({ source }: RouteToken, fewest: number, most: number): string {
  const count = most === Infinity ? `${fewest} or more` : fewest === most ? `${fewest}` : `${fewest} or ${most}`;
  return `${source} takes ${count} ${most === 1 ? 'value' : 'values'}: write them between its parentheses, with commas.`;
}

/** Out of bounds is undefined; a start at the very end is within them only when no length is asked for. */
function substring(text: string, start: number, length: number | undefined): string | undefined {
  if (start < 0 || start > text.length) return undefined;
  if (length === undefined) return text.slice(Math.trunc(start));
  if (start === text.length || length < 0 || length > text.length - start) return undefined;
  return text.slice(Math.trunc(start), Math.trunc(start) + Math.trunc(length));
}

function mayBeTruth(kind: TermKind): boolean {
  return kind === 'truth' || kind === 'body';
}
