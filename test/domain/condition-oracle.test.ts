// An independent judge: random conditions, printed to text, parsed and matched, against a naive evaluator that knows nothing
// of the parser, the tree or the closures. Truth is a number here (0 false, ½ unknown, 1 true), so AND is min, OR is max.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { matches, parseCondition } from '#domain/conditions/condition.ts';

type Value = string | number | boolean | null;
type Oracle =
  | { readonly is: 'path'; readonly keys: readonly string[] }
  | { readonly is: 'value'; readonly value: Value }
  | { readonly is: 'and' | 'or' | 'compare'; readonly sign: string; readonly left: Oracle; readonly right: Oracle }
  | { readonly is: 'not'; readonly inner: Oracle }
  | {
      readonly is: 'in';
      readonly keys: readonly string[];
      readonly values: readonly Value[];
      readonly negated: boolean;
    }
  | { readonly is: 'defined'; readonly keys: readonly string[] };

const key = fc.constantFrom('a', 'b', 'c d', '__proto__');
const keys = fc.array(key, { minLength: 1, maxLength: 2 });
const value = fc.constantFrom<Value[]>(null, true, false, 0, 1, -2.5, 1e3, '', 'x', "it's", 'X');
const tags = fc.array(
  fc.tuple(
    key,
    fc.oneof(
      value,
      fc.array(fc.tuple(key, value), { maxLength: 3 }).map((all) => Object.fromEntries(all)),
    ),
  ),
  { maxLength: 4 },
);
const operand = fc.oneof(
  keys.map((all): Oracle => ({ is: 'path', keys: all })),
  value.map((each): Oracle => ({ is: 'value', value: each })),
);
const compare = fc
  .tuple(operand, fc.constantFrom('=', '!=', '<>', '<', '<=', '>', '>='), operand)
  .map(([left, sign, right]): Oracle => ({ is: 'compare', sign, left, right }));
const list = fc
  .tuple(keys, fc.array(value, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([all, values, negated]): Oracle => ({ is: 'in', keys: all, values, negated }));
const { tree } = fc.letrec<{ tree: Oracle }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(
      compare,
      compare,
      list,
      operand,
      keys.map((all): Oracle => ({ is: 'defined', keys: all })),
    ),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]): Oracle => ({ is: 'and', sign: 'AND', left, right })),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]): Oracle => ({ is: 'or', sign: 'or', left, right })),
    tie('tree').map((inner): Oracle => ({ is: 'not', inner })),
  ),
}));

/** Loosest first; a part is put into parentheses only where its own strength asks for it. */
const strengths: Readonly<Record<Oracle['is'], number>> = {
  or: 1,
  and: 2,
  not: 3,
  compare: 4,
  in: 4,
  path: 5,
  value: 5,
  defined: 5,
};

function print(node: Oracle, strength = 0): string {
  const text = printBare(node);
  return strengths[node.is] < strength ? `(${text})` : text;
}

function printBare(node: Oracle): string {
  switch (node.is) {
    case 'path':
      return printPath(node.keys);
    case 'value':
      return printValue(node.value);
    case 'defined':
      return `is_defined(${printPath(node.keys)})`;
    case 'in':
      return `${printPath(node.keys)} ${node.negated ? 'NIN' : 'IN'} [${node.values.map(printValue).join(',')}]`;
    case 'not':
      return `NOT ${print(node.inner, 3)}`;
    case 'and':
    case 'or':
    case 'compare': {
      // A tighter right side: the text of a AND (b AND c) must say so.
      const strength = strengths[node.is];
      return `${print(node.left, node.is === 'compare' ? 5 : strength)} ${node.sign} ${print(node.right, strength + 1)}`;
    }
  }
}

function printPath(segments: readonly string[]): string {
  return ['tags', ...segments.map((each) => (each.includes(' ') ? `[[${each}]]` : each))].join('.');
}

function printValue(each: Value): string {
  return typeof each === 'string' ? `'${each.split("'").join("''")}'` : String(each);
}

const unknown = 0.5;

function truth(node: Oracle, twin: JsonObject): number {
  switch (node.is) {
    case 'and':
      return Math.min(truth(node.left, twin), truth(node.right, twin));
    case 'or':
      return Math.max(truth(node.left, twin), truth(node.right, twin));
    case 'not':
      return 1 - truth(node.inner, twin);
    case 'defined':
      return look(node.keys, twin) === undefined ? 0 : 1;
    case 'in': {
      const path: Oracle = { is: 'path', keys: node.keys };
      const found = Math.max(...node.values.map((each) => compared('=', path, { is: 'value', value: each }, twin)));
      return node.negated ? 1 - found : found;
    }
    case 'compare':
      return compared(node.sign, node.left, node.right, twin);
    case 'path':
    case 'value': {
      const found = read(node, twin);
      return found === undefined ? unknown : Number(found === true);
    }
  }
}

function look(segments: readonly string[], twin: JsonObject): unknown {
  return segments.reduce<unknown>((found, each) => {
    const isObject = typeof found === 'object' && found !== null;
    return isObject ? Object.getOwnPropertyDescriptor(found, each)?.value : undefined;
  }, twin);
}

function read(node: Oracle, twin: JsonObject): unknown {
  if (node.is === 'path') return look(node.keys, twin);
  return node.is === 'value' ? node.value : undefined;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function compared(sign: string, left: Oracle, right: Oracle, twin: JsonObject): number {
  const [a, b] = [read(left, twin), read(right, twin)];
  const asksPresence =
    (left.is === 'path' && right.is === 'value' && b === null) ||
    (right.is === 'path' && left.is === 'value' && a === null);
  const isEqual = sign === '=';
  if (asksPresence && (isEqual || sign === '!=' || sign === '<>')) {
    const isMissing = (left.is === 'path' ? a : b) === undefined;
    return Number(isMissing === isEqual);
  }
  if (!isScalar(a) || !isScalar(b)) return unknown;
  if (isEqual) return Number(Object.is(a, b));
  if (sign === '!=' || sign === '<>') return Number(!Object.is(a, b));
  if (typeof a !== typeof b || typeof a === 'boolean' || a === null || b === null) return unknown;
  const order = [a as string, b as string].toSorted((x, y) => (x < y ? -1 : Number(x > y)))[0] === a ? -1 : 1;
  const sense = a === b ? 0 : order;
  return Number({ '<': sense < 0, '<=': sense <= 0, '>': sense > 0 }[sign] ?? sense >= 0);
}

/** Twins hold no nulls. */
function withoutNulls(entries: readonly (readonly [string, unknown])[]): JsonObject {
  const text = JSON.stringify(Object.fromEntries(entries), (_key, each: unknown) => (each === null ? undefined : each));
  return JSON.parse(text) as JsonObject;
}

test('when a random condition is printed, parsed and matched, it agrees with the naive evaluator', () => {
  const seen = new Set<number>();
  fc.assert(
    fc.property(tree, tags, (node, entries) => {
      const text = print(node);
      const twin = withoutNulls(entries);
      const condition = parseCondition(text);
      if (!condition.ok) throw new Error(`${text}: ${JSON.stringify(condition.problems)}`);
      const subject = { deviceId: 'd' as DeviceId, tags: twin, reported: {} };
      const expected = truth(node, twin);
      seen.add(expected);
      expect([text, condition.value.test(subject)]).toEqual([text, [false, undefined, true][expected * 2]]);
      expect(matches(condition.value, subject)).toBe(expected === 1);
    }),
    { seed: 7, numRuns: 3000 },
  );
  expect(seen).toEqual(new Set([0, 0.5, 1]));
});

test('when a text is no condition, it is refused in words and within the text, whatever it holds', () => {
  const piece = fc.constantFrom(
    'tags.a',
    'deviceId',
    'AND',
    'OR',
    'NOT',
    'IN',
    '=',
    '<>',
    '(',
    ')',
    '[',
    ']',
    ',',
    "'x'",
    '1',
    '*',
    '"',
    '.',
    '[[',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 12 }).map((all) => all.join(' ')),
        fc.string(),
      ),
      (text) => {
        const result = parseCondition(text);
        if (result.ok) return;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const { at, message } of result.problems) {
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThanOrEqual(text.length);
          expect(message).toMatch(/\S.*[.\])]$/su);
        }
      },
    ),
    { seed: 8, numRuns: 3000 },
  );
});
