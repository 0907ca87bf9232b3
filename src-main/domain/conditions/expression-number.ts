// Numbers as they are written. A number that would be read as another one is refused: a comparison with it would lie.
import type { Lexis } from './expression-dialect.ts';
import type { Token, Unreadable } from './expression-tokens.ts';

const unsigned = /^[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_$.])/;
const signed = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_$.])/;
const hexadecimal = /^0[xX][0-9A-Fa-f]+(?![A-Za-z0-9_$.])/;

/** The number at the start of `rest`; undefined when none is begun there. */
export function readNumber(rest: string, at: number, lexis: Lexis): Token | Unreadable | undefined {
  const pattern = lexis.hasArithmetic ? unsigned : signed;
  const source = pattern.exec(rest)?.[0] ?? (lexis.hasHex ? hexadecimal.exec(rest)?.[0] : undefined);
  if (source === undefined) {
    const odd = oddNumber(rest, lexis);
    return odd === undefined ? undefined : { kind: 'unreadable', at, message: odd };
  }
  const value = Number(source);
  const fault = valueFault(source, value);
  return fault === undefined ? { kind: 'number', at, source, value } : { kind: 'unreadable', at, message: fault };
}

function oddNumber(rest: string, { hasHex, hasArithmetic }: Lexis): string | undefined {
  const pattern = hasArithmetic ? /^[0-9][A-Za-z0-9_$.]*/ : /^[+-]?[0-9][A-Za-z0-9_$.]*/;
  const odd = pattern.exec(rest)?.[0];
  if (odd === undefined) return undefined;
  const forms = hasHex ? '12, 0.5, 1e6 or 0x1F' : '12, -0.5 or 1e6';
  return `${odd} is not a number: write it as ${forms}, or put it in single quotes as text.`;
}

function valueFault(source: string, value: number): string | undefined {
  if (!Number.isFinite(value)) return `${source} is larger than any number a twin can hold: write a smaller one.`;
  if (isExact(source, value)) return undefined;
  return `${source} would be read as ${BigInt(Math.trunc(value))}, whole numbers are exact up to ${Number.MAX_SAFE_INTEGER}: hold it as text in the twin and put it in single quotes.`;
}

/** An exponent says that a number is approximate; all other digits beyond 2^53 have to be kept. */
function isExact(source: string, value: number): boolean {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER || /^[^x]*e/i.test(source)) return true;
  const [whole = '', fraction = ''] = source.replace(/^[+-]/, '').split('.');
  return /^0*$/.test(fraction) && BigInt(whole) === BigInt(Math.abs(value));
}
