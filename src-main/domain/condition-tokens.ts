// Cuts a condition into tokens. A path is one token, dots and double brackets included; keywords are words until parsed.
import { failure, success, type Problem, type Result } from '#base/result.ts';

export type Token =
  /** A keyword, a function's name or a path: whichever the parser finds it to be. */
  | { readonly kind: 'word'; readonly at: number; readonly source: string; readonly segments: readonly string[] }
  | { readonly kind: 'text'; readonly at: number; readonly source: string; readonly value: string }
  | { readonly kind: 'number'; readonly at: number; readonly source: string; readonly value: number }
  | { readonly kind: 'symbol'; readonly at: number; readonly source: string }
  | { readonly kind: 'end'; readonly at: number; readonly source: '' };

const space = /^[ \t\r\n]+/;
const name = /^[A-Za-z_$][A-Za-z0-9_$-]*/;
const segment = /^(?:[A-Za-z_$][A-Za-z0-9_$-]*|[0-9]+)(?![\p{L}\p{N}_$-])/u;
const bracketed = /^\[\[([^]*?)\]\](?!\])/;
const text = /^'((?:[^']|'')*)'/;
const number = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_$.])/;
const symbol = /^(?:<=|>=|<>|!=|[=<>()[\],*])/;

/** All tokens of a condition, or the first place that is none. */
export function readTokens(source: string): Result<readonly Token[]> {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const skipped = space.exec(rest)?.[0].length ?? 0;
    if (skipped > 0) {
      at += skipped;
      continue;
    }
    const token = name.test(rest) ? readWord(source, at) : readOther(rest, at);
    if (token.kind === 'problem') return failure([token.problem]);
    tokens.push(token);
    at += token.source.length;
  }
  return success(tokens);
}

interface Unreadable {
  readonly kind: 'problem';
  readonly problem: Problem;
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

function readOther(rest: string, at: number): Token | Unreadable {
  const [textSource, inQuotes] = text.exec(rest) ?? [];
  if (textSource !== undefined && inQuotes !== undefined) {
    return { kind: 'text', at, source: textSource, value: inQuotes.replaceAll("''", "'") };
  }
  const numberSource = number.exec(rest)?.[0];
  if (numberSource !== undefined) {
    const value = Number(numberSource);
    if (Number.isFinite(value)) return { kind: 'number', at, source: numberSource, value };
    return unreadable(at, `${numberSource} is larger than any number a twin can hold: write a smaller one.`);
  }
  const symbolSource = symbol.exec(rest)?.[0];
  if (symbolSource !== undefined) return { kind: 'symbol', at, source: symbolSource };
  return unreadable(at, characterRefusal(rest));
}

function segmentRefusal(rest: string): string {
  const [odd] = /^[^\s.=<>!()[\],']+/.exec(rest) ?? [];
  if (odd !== undefined) return `the key ${odd} needs double brackets: [[${odd}]].`;
  if (rest.startsWith('[[')) return 'the brackets are not closed: add ]].';
  return 'a key is missing after the dot: name it, as in tags.site.';
}

function characterRefusal(rest: string): string {
  if (rest.startsWith("'"))
    return "the text is not closed: add a single quote at its end (and write '' for a quote in it).";
  const [character = ''] = rest;
  if (character === '"') {
    const [, quoted = 'text'] = /^"([^"]*)"/.exec(rest) ?? [];
    return `double quotes are not allowed, text values need single quotes: '${quoted.replaceAll("'", "''")}'.`;
  }
  const [odd] = /^[+-]?[0-9][A-Za-z0-9_$.]*/.exec(rest) ?? [];
  if (odd !== undefined)
    return `${odd} is not a number: write it as 12, -0.5 or 1e6, or put it in single quotes as text.`;
  return `unexpected character ${character}: remove it, or put it into a text in single quotes.`;
}

function unreadable(at: number, message: string): Unreadable {
  return { kind: 'problem', problem: { code: 'deployment.condition', message, at } };
}
