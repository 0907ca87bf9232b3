// Random conditions of routes against an evaluator written apart: it works on the tree the text was made from, so precedence, kinds
// and the rules of null and undefined are found by two ways.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRoute, takesMessage } from '#domain/routes/route.ts';
import { routedMessage } from '#domain/routes/route-message.ts';

type Value = string | number | boolean | null | undefined;
type Kind = 'text' | 'number' | 'truth' | 'body';

/** A condition's text with its binding power (the higher, the tighter), and what it must come to. */
interface Sample {
  readonly kind: Kind;
  readonly text: string;
  readonly power: number;
  readonly value: Value;
}

const properties = { size: '12', name: 'pump', blank: '', '$.ct': 'application/json', '$.ce': 'utf-8' };
const body = { n: 7, t: 'pump', yes: true, no: false, nil: null, list: [1, 'b'], deep: { n: -3 } };
const message = routedMessage({ deviceId: 'd', moduleId: 'm', properties, text: () => JSON.stringify(body) });

const tight = 9;
const leaf = (kind: Kind, text: string, value: Value): Sample => ({ kind, text, power: tight, value });
const leaves: readonly Sample[] = [
  leaf('text', 'size', '12'),
  leaf('text', 'name', 'pump'),
  leaf('text', 'blank', ''),
  leaf('text', 'missing', undefined),
  leaf('text', '$connectionModuleId', 'm'),
  leaf('text', `'pump'`, 'pump'),
  leaf('text', '"12"', '12'),
  leaf('number', '12', 12),
  leaf('number', '-0.5', -0.5),
  leaf('number', '0', 0),
  leaf('truth', 'true', true),
  leaf('truth', 'false', false),
  leaf('body', '$body.n', 7),
  leaf('body', '$body.t', 'pump'),
  leaf('body', '$body.yes', true),
  leaf('body', '$body.no', false),
  leaf('body', '$body.nil', null),
  leaf('body', '$body.gone', null),
  leaf('body', '$body.deep', undefined),
  leaf('body', '$body.list[1]', 'b'),
  leaf('body', '$body.deep.n', -3),
];

const isKind = (sample: Sample, kind: Kind) => sample.kind === kind || sample.kind === 'body';
const kept = (value: number): Value => (Number.isNaN(value) ? undefined : value);

/** Parentheses only where the grammar needs them, so that precedence is tried. */
function operand({ text, power }: Sample, least: number): string {
  return power >= least ? text : `(${text})`;
}

function binary(operator: string, power: number, left: Sample, right: Sample, kind: Kind, value: Value): Sample {
  return { kind, power, value, text: `${operand(left, power)} ${operator} ${operand(right, power + 1)}` };
}

const ranks = { boolean: 1, number: 2, string: 3, object: 4 } as const;
const rankOf = (value: Exclude<Value, undefined>) => ranks[typeof value as keyof typeof ranks];

function compared(operator: string, left: Value, right: Value): Value {
  if (left === undefined || right === undefined) return undefined;
  const isSame = left === right;
  const isLess =
    rankOf(left) === rankOf(right)
      ? !isSame && left !== null && left < (right as typeof left)
      : rankOf(left) < rankOf(right);
  const isMore = !isSame && !isLess;
  const outcomes: Record<string, boolean> = {
    '=': isSame,
    '!=': !isSame,
    '<>': !isSame,
    '<': isLess,
    '>': isMore,
    '<=': !isMore,
    '>=': !isLess,
  };
  return outcomes[operator];
}

function joined(operator: 'and' | 'or', left: Sample, right: Sample): Value {
  const values = [left.value, right.value];
  if (isKindOfBody(left, right) && !values.every((value) => typeof value === 'boolean')) return undefined;
  const strongest = operator === 'or';
  if (values.includes(strongest)) return strongest;
  return values.every((value) => value === !strongest) ? !strongest : undefined;
}

const isKindOfBody = (left: Sample, right: Sample) => left.kind === 'body' || right.kind === 'body';

const computations: Record<string, [number, (left: number, right: number) => number]> = {
  '+': [6, (a, b) => a + b],
  '-': [6, (a, b) => a - b],
  '*': [7, (a, b) => a * b],
  '/': [7, (a, b) => a / b],
  '%': [7, (a, b) => a % b],
};

/** The two put together by an operator, where their kinds allow it; else the left one as it is. */
function combine(operator: string, left: Sample, right: Sample): Sample {
  if (operator in computations) {
    const [power, run] = computations[operator] as [number, (left: number, right: number) => number];
    const isPlain = operator !== '%' || !isKindOfBody(left, right);
    if (!isKind(left, 'number') || !isKind(right, 'number') || !isPlain) return left;
    const areNumbers = typeof left.value === 'number' && typeof right.value === 'number';
    const value = areNumbers ? kept(run(left.value, right.value)) : undefined;
    return binary(operator, power, left, right, isKindOfBody(left, right) ? 'body' : 'number', value);
  }
  if (operator === '||') {
    if (!isKind(left, 'text') || !isKind(right, 'text')) return left;
    const areTexts = typeof left.value === 'string' && typeof right.value === 'string';
    return binary('||', 6, left, right, 'text', areTexts ? `${left.value}${right.value}` : undefined);
  }
  if (operator === 'and' || operator === 'or') {
    if (!isKind(left, 'truth') || !isKind(right, 'truth')) return left;
    return binary(operator, operator === 'or' ? 2 : 3, left, right, 'truth', joined(operator, left, right));
  }
  if (left.kind !== right.kind && !isKindOfBody(left, right)) return left;
  if (operator === '??') {
    const value = left.value === undefined ? right.value : left.value;
    return binary('??', 1, left, right, left.kind === right.kind ? left.kind : 'body', value);
  }
  const power = operator === '=' || operator === '!=' || operator === '<>' ? 4 : 5;
  return binary(operator, power, left, right, 'truth', compared(operator, left.value, right.value));
}

function wrap(shape: string, inner: Sample): Sample {
  const { value, kind } = inner;
  const called = (name: string, of: Kind, result: Value): Sample => leaf(of, `${name}(${inner.text})`, result);
  if (shape === 'not' && isKind(inner, 'truth'))
    return {
      kind: 'truth',
      power: 8,
      text: `not ${operand(inner, 8)}`,
      value: typeof value === 'boolean' ? !value : undefined,
    };
  if (shape === '-' && kind === 'number')
    return { kind, power: 8, text: `- ${operand(inner, 8)}`, value: typeof value === 'number' ? -value : undefined };
  if (shape === 'length' && isKind(inner, 'text'))
    return called('length', 'number', typeof value === 'string' ? value.length : undefined);
  if (shape === 'upper' && isKind(inner, 'text'))
    return called('UPPER', 'text', typeof value === 'string' ? value.toUpperCase() : undefined);
  if (shape === 'as_number' && kind !== 'truth') {
    const isNumeric = typeof value === 'number' || value === '12';
    return called('as_number', 'number', isNumeric ? Number(value) : undefined);
  }
  return called('is_defined', 'truth', value !== undefined);
}

const operators = ['+', '-', '*', '/', '%', '||', '=', '!=', '<>', '<', '<=', '>', '>=', 'and', 'or', '??'];
const shapes = ['not', '-', 'length', 'upper', 'as_number', 'is_defined'];

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom(...leaves),
    fc.tuple(fc.constantFrom(...operators), tie('sample'), tie('sample')).map((parts) => combine(...parts)),
    fc.tuple(fc.constantFrom(...shapes), tie('sample')).map((parts) => wrap(...parts)),
  ),
}));

function taken(condition: string): boolean {
  const route = parseRoute(`FROM /* WHERE ${condition} INTO $upstream`);
  if (!route.ok) throw new Error(`${condition}: ${route.problems.map(({ message: why }) => why).join(' ')}`);
  return takesMessage(route.value, message);
}

test('when a random condition is read, it decides as an evaluator of its own does', () => {
  let decided = 0;
  fc.assert(
    fc.property(sample, (random) => {
      expect(taken(random.text)).toBe(random.value === true);
      expect(taken(`is_defined(${random.text})`)).toBe(random.value !== undefined);
      if (random.kind === 'truth') expect(taken(`not (${random.text})`)).toBe(random.value === false);
      if (random.value === true) decided += 1;
    }),
    { numRuns: 4000, seed: 20_261_121 },
  );
  // Nothing would be shown by conditions that are all unknown.
  expect(decided).toBeGreaterThan(400);
});

test('when a condition is any text at all, it is read or refused with a place in it, never thrown', () => {
  const word = fc.constantFrom(
    'a',
    '$b',
    '$body.c',
    '(',
    ')',
    '=',
    'and',
    'not',
    `'x'`,
    '"',
    '3',
    '-',
    '{',
    '}',
    '||',
    'abs(',
    ',',
    '/*',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
      ),
      (condition) => {
        const text = `FROM /* WHERE ${condition} INTO $upstream`;
        const route = parseRoute(text);
        for (const { at, message: why } of route.ok ? [] : route.problems) {
          expect(at).toBeGreaterThanOrEqual(14);
          expect(at).toBeLessThanOrEqual(text.length);
          expect(why).toMatch(/\.$/);
        }
      },
    ),
    { numRuns: 3000, seed: 20_261_121 },
  );
});
