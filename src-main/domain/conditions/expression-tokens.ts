// Cuts an expression into tokens. A path is one token, dots and double brackets included; keywords are words until parsed.
// Every character is looked at a bounded number of times, whatever the text.
import { ownValue } from '#base/json.ts';
import { failure, success, type Result } from '#base/result.ts';
import { legible } from '#domain/values/problem-text.ts';
import type { Dialect } from './expression-dialect.ts';
import { readNumber } from './expression-number.ts';
import { readText } from './expression-text.ts';

interface Placed {
  /** Offset into the text. */
  readonly at: number;
  /** As it was written. */
  readonly source: string;
}

/** A keyword, a function's name or a path: whichever the parser finds it to be. */
export type Word = Placed & { readonly kind: 'word'; readonly segments: readonly string[] };

export type Token =
  | Word
  | (Placed & { readonly kind: 'text'; readonly value: string })
  | (Placed & { readonly kind: 'number'; readonly value: number })
  | (Placed & { readonly kind: 'symbol' })
  | (Placed & { readonly kind: 'end' });

/** A place where the reading cannot go on, and why. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly at: number;
  readonly message: string;
}

const blank = /^[ \t\r\n]+/;
const name = /^[A-Za-z_$][A-Za-z0-9_$-]*/;
const segment = /^(?:[A-Za-z_$][A-Za-z0-9_$-]*|[0-9]+)(?![\p{L}\p{N}_$-])/u;
const bracketed = /^\[\[([^]*?)\]\](?!\])/;
const logicSymbol = /^(?:<=|>=|<>|!=|[=<>()[\],*])/;
const arithmeticSymbol = /^(?:<=|>=|<>|!=|[=<>()[\],*+\-/%])/;

/** All tokens of an expression, or the first place that is none. */
export function readTokens(source: string, dialect: Dialect): Result<readonly Token[]> {
  const unfit = wholeRefusal(source, dialect);
  if (unfit !== undefined) return refusal(unfit, dialect);
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const skipped = blanksAt(source, at, dialect);
    if (typeof skipped !== 'number') return refusal(skipped, dialect);
    at += skipped;
    if (skipped > 0) continue;
    const token = readToken(source, at, dialect);
    if (token.kind === 'unreadable') return refusal(token, dialect);
    tokens.push(token);
    at += token.source.length;
  }
  return success(tokens);
}

function refusal({ at, message }: Unreadable, { code }: Dialect): ReturnType<typeof failure> {
  return failure([{ code, message: legible(message), at }]);
}

/** What makes a text unfit before a single token is read. */
function wholeRefusal(source: string, { noun, maxLength, shorten }: Dialect): Unreadable | undefined {
  if (source.length > maxLength) {
    const message = `a ${noun} has at most ${maxLength} characters, this one has ${source.length}: ${shorten}.`;
    return unreadable(maxLength, message);
  }
  const unfit = /[\0\p{Surrogate}]/u.exec(source);
  if (unfit === null) return undefined;
  const message =
    unfit[0] === '\0'
      ? 'unexpected character U+0000: no text can be matched with it, remove it.'
      : 'half a character stands here (a lone surrogate): write the text again.';
  return unreadable(unfit.index, message);
}

/** How many characters of blanks, or of one comment, stand at a place. */
function blanksAt(source: string, at: number, { lexis }: Dialect): number | Unreadable {
  if (!lexis.hasComments || !source.startsWith('/*', at)) return blank.exec(source.slice(at))?.[0].length ?? 0;
  const end = source.indexOf('*/', at + 2);
  return end === -1 ? unreadable(at, 'the comment is not closed: add */.') : end + 2 - at;
}

function readToken(source: string, at: number, { lexis }: Dialect): Token | Unreadable {
  const rest = source.slice(at);
  if (name.test(rest)) return readWord(source, at);
  if (rest.startsWith("'") || (lexis.hasEscapes && rest.startsWith('"'))) return readText(source, at, lexis);
  const number = readNumber(rest, at, lexis);
  if (number !== undefined) return number;
  const sign = (lexis.hasArithmetic ? arithmeticSymbol : logicSymbol).exec(rest)?.[0];
  return sign === undefined ? unreadable(at, characterRefusal(rest)) : { kind: 'symbol', at, source: sign };
}

function readWord(source: string, at: number): Token | Unreadable {
  const segments: string[] = [];
  let end = at;
  do {
    if (segments.length > 0) end += 1;
    const rest = source.slice(end);
    const [whole, inBrackets] = bracketed.exec(rest) ?? (end === at ? name : segment).exec(rest) ?? [];
    if (whole === undefined) return unreadable(end, segmentRefusal(rest));
    if (inBrackets === '') return unreadable(end, 'the brackets are empty: name a key, as in tags.[[a b]].');
    segments.push(inBrackets ?? whole);
    end += whole.length;
  } while (source[end] === '.');
  return { kind: 'word', at, source: source.slice(at, end), segments };
}

function segmentRefusal(rest: string): string {
  const [odd] = /^[^\s.=<>!()[\],']+/.exec(rest) ?? [];
  if (odd !== undefined) return `the key ${odd} needs double brackets: [[${odd}]].`;
  if (rest.startsWith('[[')) return 'the brackets are not closed: add ]].';
  return 'a key is missing after the dot: name it, as in tags.site.';
}

function characterRefusal(rest: string): string {
  const [character = ''] = rest;
  if (character === '"') {
    const [, quoted = 'text'] = /^"([^"]*)"/.exec(rest) ?? [];
    return `double quotes are not allowed, text values need single quotes: '${quoted.replaceAll("'", "''")}'.`;
  }
  const meant = ownValue(foreignSigns, character);
  if (meant !== undefined) return `unexpected character ${character}: write ${meant}.`;
  if (curlyQuote.test(character))
    return `unexpected character ${character}: a text stands in plain quotes, as in 'north'.`;
  if (/^\.[0-9]/.test(rest)) return 'a number does not begin with its point: write 0 before it, as in 0.5.';
  // By its name: the cloud's clients cut a message at the sign.
  if (character === ';') return 'unexpected semicolon: remove it, or put it into a text in single quotes.';
  if (/\p{Z}/u.test(character)) return `unexpected character U+${hex(character)}: write a plain space instead.`;
  const shown = /\p{C}/u.test(character) ? `U+${hex(character)}` : character;
  return `unexpected character ${shown}: remove it, or put it into a text in single quotes.`;
}

// What word processors and messengers make of plain quotes.
const curlyQuote = /[‘’‚‛“”„‟´`′″]/;

// What people bring along from programming languages.
const foreignSigns: Readonly<Record<string, string>> = { '&': 'AND', '|': 'OR', '!': 'NOT' };

function hex(character: string): string {
  return (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
}

function unreadable(at: number, message: string): Unreadable {
  return { kind: 'unreadable', at, message };
}
