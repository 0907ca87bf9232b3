// Where the reading of an expression stands. INVARIANTS: private to one parse; behind the last token stands `end`, for ever.
import { ownValue } from '#base/json.ts';
import { success, type Problem, type Result } from '#base/result.ts';
import { legible } from '#domain/values/problem-text.ts';
import type { Dialect, Infix } from './expression-dialect.ts';
import { readTokens, type Token } from './expression-tokens.ts';

export interface Cursor {
  readonly dialect: Dialect;
  readonly token: () => Token;
  /** The token before the current one. */
  readonly previous: () => Token | undefined;
  /** The token behind the current one. */
  readonly following: () => Token;
  /** The current token, passed. */
  readonly take: () => Token;
  /** Notes what is wrong at a token (the current one, unless told). Always undefined: what a reader returns that cannot go on. */
  readonly refuse: (message: string, token?: Token) => undefined;
  /** Runs a reader one level deeper; undefined, and refused, when that is too deep. */
  readonly deeper: <T>(read: () => T | undefined) => T | undefined;
  /** Counts one arithmetic operator: each makes the tree one level deeper. False, and refused, when there are too many. */
  readonly countArithmetic: () => boolean;
  readonly problems: readonly Problem[];
}

// Far above what a person writes, far below what a stack holds.
const maxNesting = 100;
const maxArithmetic = 200;
// Nobody reads more, and each names a place of its own.
const maxProblems = 20;

/** A cursor before the first token of a text, or the place in it that is no token. */
export function openCursor(source: string, dialect: Dialect): Result<Cursor> {
  const tokens = readTokens(source, dialect);
  if (!tokens.ok) return tokens;
  return success(createCursor(tokens.value, { kind: 'end', at: source.length, source: '' }, dialect));
}

function createCursor(tokens: readonly Token[], end: Token, dialect: Dialect): Cursor {
  const problems: Problem[] = [];
  let position = 0;
  let depth = 0;
  let arithmetic = 0;
  const token = (): Token => tokens[position] ?? end;
  const refuse = (message: string, { at }: Token = token()): undefined => {
    if (problems.length < maxProblems) problems.push({ code: dialect.code, message: legible(message), at });
  };
  return {
    dialect,
    token,
    previous: () => tokens[position - 1],
    following: () => tokens[position + 1] ?? end,
    take() {
      const taken = token();
      position += 1;
      return taken;
    },
    refuse,
    deeper(read) {
      if (depth >= maxNesting)
        return refuse(`it nests more than ${maxNesting} levels deep: remove ${nesting(dialect)}.`);
      depth += 1;
      const result = read();
      depth -= 1;
      return result;
    },
    countArithmetic() {
      arithmetic += 1;
      if (arithmetic <= maxArithmetic) return true;
      refuse(`it has more than ${maxArithmetic} arithmetic operators: compute part of it before.`);
      return false;
    },
    problems,
  };
}

function nesting({ minusPower }: Dialect): string {
  return minusPower === null ? 'parentheses or NOTs' : 'parentheses, NOTs or minus signs';
}

/** The operator between two operands that a token is. */
export function infixOf({ token, dialect }: Cursor): Infix | undefined {
  return ownValue(dialect.infix, token().source.toUpperCase());
}

const constants: readonly string[] = ['TRUE', 'FALSE', 'NULL'];

/** The word in capitals when it is no path but part of the language: an operator, a constant, a clause of a query. */
export function keywordOf(token: Token, { infix, reserved }: Dialect): string | undefined {
  if (token.kind !== 'word') return undefined;
  const word = token.source.toUpperCase();
  const isKeyword =
    word === 'NOT' || constants.includes(word) || reserved.includes(word) || ownValue(infix, word) !== undefined;
  return isKeyword ? word : undefined;
}

export function isSymbol(token: Token | undefined, ...symbols: readonly string[]): boolean {
  return token?.kind === 'symbol' && symbols.includes(token.source);
}
