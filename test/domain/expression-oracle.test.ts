// An independent judge of queries: random expressions, written as text by its own hand, against an evaluator that knows
// nothing of the parser, the tree or the closures. A value is a list here: empty when it is missing, so that `map` and `flatMap`
// do what undefined does.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { testOf, valueIn } from '#test/support/query-subject.ts';

type Maybe = readonly unknown[];

/** A piece of text with its meaning. `strength` as SQL has it: 1 OR, 2 AND, 3 NOT, 4 comparison, 5 + -, 6 * / %, 7 minus, 8 none. */
interface Piece {
  readonly text: string;
  readonly strength: number;
  readonly isPath: boolean;
  readonly isNull: boolean;
  readonly of: (subject: JsonObject) => Maybe;
}

function piece(text: string, strength: number, of: Piece['of'], rest: Partial<Piece> = {}): Piece {
  return { text, strength, of, isPath: false, isNull: false, ...rest };
}

const numbers = ['0', '1', '2', '-3', '0.5', '1e2', '0x10', '1e308', '+4'];
const texts: readonly (readonly [string, string])[] = [
  ["'x'", 'x'],
  ['"x"', 'x'],
  ["''", ''],
  ['"it\'s"', "it's"],
  [String.raw`'it\'s'`, "it's"],
  ["'it''s'", "it's"],
  [String.raw`"\u0078y"`, 'xy'],
  [String.raw`'\\'`, '\\'],
];
const constants = [
  ...numbers.map((text) => piece(text, 8, () => [Number(text)])),
  ...texts.map(([text, value]) => piece(text, 8, () => [value])),
  piece('true', 8, () => [true]),
  piece('FALSE', 8, () => [false]),
  piece('null', 8, () => [null], { isNull: true }),
  piece('undefined', 8, () => []),
];
const places: readonly (readonly [string, readonly string[]])[] = [
  ['deviceId', ['deviceId']],
  ['devices.STATUS', ['status']],
  ['tags.a', ['tags', 'a']],
  ['TAGS.[[b c]]', ['tags', 'b c']],
  ['devices.tags.a.n', ['tags', 'a', 'n']],
  ['properties.desired.$version', ['desired', '$version']],
  ['properties.reported.r', ['reported', 'r']],
];
const paths = places.map(([text, keys]) => piece(text, 8, (subject) => look(subject, keys), { isPath: true }));

function look(subject: unknown, [key, ...rest]: readonly string[]): Maybe {
  if (key === undefined) return [subject];
  if (typeof subject !== 'object' || subject === null || Array.isArray(subject)) return [];
  return Object.entries(subject).flatMap(([name, value]) => (name === key ? look(value, rest) : []));
}

/** In parentheses where it has to be, and now and then where it need not. */
function inside(part: Piece, least: number, always: boolean): string {
  return part.strength < least || always ? `(${part.text})` : part.text;
}

type Two = readonly [left: Piece, right: Piece, extra: boolean];

const calculations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

function calculation(sign: string, [left, right, extra]: Two): Piece {
  const strength = '+-'.includes(sign) ? 5 : 6;
  return piece(
    `${inside(left, strength, extra)} ${sign} ${inside(right, strength + 1, extra)}`,
    strength,
    (subject) => {
      const pair = [left.of(subject), right.of(subject)].flat();
      if (pair.length < 2 || pair.some((each) => typeof each !== 'number')) return [];
      const result = calculations[sign]?.(pair[0] as number, pair[1] as number) ?? Number.NaN;
      return Number.isFinite(result) ? [result] : [];
    },
  );
}

function comparison(sign: string, [left, right, extra]: Two): Piece {
  const text = `${inside(left, 5, extra)}${sign}${extra ? ' ' : '/**/'}${inside(right, 5, extra)}`;
  return piece(text, 4, (subject) => {
    const path = left.isPath && right.isNull ? left : right;
    if ((left.isPath && right.isNull) || (right.isPath && left.isNull)) {
      const isThere = path.of(subject).some((each) => each !== null);
      if (sign === '=') return [!isThere];
      if (sign !== '<' && sign !== '>=') return [isThere];
    }
    return left.of(subject).flatMap((a) => right.of(subject).flatMap((b) => compared(sign, a, b)));
  });
}

function compared(sign: string, a: unknown, b: unknown): Maybe {
  if ([a, b].some((each) => typeof each === 'object' && each !== null)) return [];
  const isSame = typeof a === typeof b && String(a) === String(b);
  if (sign === '=') return [isSame];
  if (sign === '!=' || sign === '<>') return [!isSame];
  const kinds = `${typeof a} ${typeof b}`;
  if (kinds !== 'number number' && kinds !== 'string string') return [];
  const isLess = [a, b].toSorted(byOrder)[0] === a && !isSame;
  return [sign === '<' ? isLess : !isLess];
}

function byOrder(a: unknown, b: unknown): number {
  return (a as string) < (b as string) ? -1 : 1;
}

function truth(part: Piece, subject: JsonObject): Maybe {
  return part.of(subject).map((value) => value === true);
}

function joined(word: 'AND' | 'OR', [left, right, extra]: Two): Piece {
  const strength = word === 'OR' ? 1 : 2;
  const text = `${inside(left, strength, extra)} ${extra ? word : word.toLowerCase()} ${inside(right, strength + 1, extra)}`;
  return piece(text, strength, (subject) => {
    const all = [truth(left, subject), truth(right, subject)].flat();
    if (all.includes(word === 'OR')) return [word === 'OR'];
    return all.length === 2 ? [word !== 'OR'] : [];
  });
}

function listed(subjectPiece: Piece, values: readonly Piece[], word: 'IN' | 'NIN'): Piece {
  const list = values.map(({ text }) => text).join(' , ');
  const tests = values.map((value) => comparison('=', [subjectPiece, value, false]));
  return piece(`${inside(subjectPiece, 5, false)} ${word} [${list}]`, 4, (subject) => {
    const all = tests.flatMap((each) => each.of(subject));
    if (all.includes(true)) return [word === 'IN'];
    return all.length === tests.length ? [word !== 'IN'] : [];
  });
}

function textTest(
  name: 'STARTSWITH' | 'EndsWith' | 'contains',
  part: Piece,
  [text, wanted]: readonly [string, string],
): Piece {
  return piece(`${name}(${part.text}, ${text})`, 8, (subject) =>
    part.of(subject).flatMap((value) => {
      if (typeof value !== 'string') return [];
      const at = name === 'EndsWith' ? value.lastIndexOf(wanted) : value.indexOf(wanted);
      if (name === 'contains') return [at !== -1];
      return [at !== -1 && at === (name === 'STARTSWITH' ? 0 : value.length - wanted.length)];
    }),
  );
}

function arrayContains(path: Piece, value: Piece): Piece {
  return piece(`Array_Contains(${path.text},${value.text})`, 8, (subject) =>
    path
      .of(subject)
      .flatMap((list) => (Array.isArray(list) ? [list.some((item) => value.of(subject)[0] === item)] : [])),
  );
}

const literals = constants.filter(({ text }) => text !== 'undefined');
const { tree } = fc.letrec<{ tree: Piece }>((tie) => {
  const two: fc.Arbitrary<Two> = fc.tuple(tie('tree'), tie('tree'), fc.boolean());
  const path = fc.constantFrom(...paths);
  return {
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(path, fc.constantFrom(...constants)),
      fc.tuple(fc.constantFrom('+', '-', '*', '/', '%'), two).map(([sign, sides]) => calculation(sign, sides)),
      fc.tuple(fc.constantFrom('=', '!=', '<>', '<', '>='), two).map(([sign, sides]) => comparison(sign, sides)),
      fc.tuple(fc.constantFrom('AND' as const, 'OR' as const), two).map(([word, sides]) => joined(word, sides)),
      tie('tree').map((part) =>
        piece(`NOT ${inside(part, 3, false)}`, 3, (subject) => truth(part, subject).map((value) => value !== true)),
      ),
      tie('tree').map((part) =>
        piece(`-${inside(part, 8, /^[0-9]/.test(part.text))}`, 7, (subject) =>
          part.of(subject).flatMap((value) => (typeof value === 'number' ? [-value] : [])),
        ),
      ),
      fc
        .tuple(
          tie('tree'),
          fc.array(fc.constantFrom(...literals), { minLength: 1, maxLength: 3 }),
          fc.constantFrom('IN' as const, 'NIN' as const),
        )
        .map((parts) => listed(...parts)),
      fc
        .tuple(
          fc.constantFrom('STARTSWITH' as const, 'EndsWith' as const, 'contains' as const),
          tie('tree'),
          fc.constantFrom(...texts),
        )
        .map((parts) => textTest(...parts)),
      fc.tuple(path, fc.constantFrom(...literals)).map((parts) => arrayContains(...parts)),
      path.map((part) => piece(`is_defined( ${part.text} )`, 8, (subject) => [part.of(subject).length > 0])),
    ),
  };
});

const scalar = fc.constantFrom<unknown[]>(0, 1, 2, 16, -3, 'x', "it's", 'xy', '', true, false);
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.record({ n: scalar }));
const subjects = fc.record(
  {
    deviceId: fc.constantFrom('x', 'xy'),
    status: fc.constantFrom('x', null),
    tags: fc.dictionary(fc.constantFrom('a', 'b c'), value),
    desired: fc.record({ $version: fc.constantFrom(1, 2) }),
    reported: fc.record({ r: value }, { requiredKeys: [] }),
  },
  { requiredKeys: ['deviceId'] },
) as fc.Arbitrary<JsonObject>;

test('when a random query expression is read and evaluated, it agrees with the naive evaluator', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(tree, subjects, (expected, subject) => {
      const { text } = expected;
      const [found] = expected.of(subject);
      const [isTrue] = truth(expected, subject);
      seen.set(String(isTrue), (seen.get(String(isTrue)) ?? 0) + 1);
      // Zeros are told apart by no comparison.
      expect([text, withoutSign(valueIn(text, subject))]).toEqual([text, withoutSign(found)]);
      expect([text, testOf(text)(subject)]).toEqual([text, isTrue]);
    }),
    { seed: 14, numRuns: 6000 },
  );
  for (const outcome of ['true', 'false', 'undefined']) expect(seen.get(outcome)).toBeGreaterThan(500);
});

function withoutSign(found: unknown): unknown {
  return found === 0 ? 0 : found;
}
