// Where the reading of a condition stands. INVARIANTS: private to one parse; behind the last token stands `end`, for ever.
import type { Problem } from '#base/result.ts';
import type { Token } from './condition-tokens.ts';

export interface Cursor {
  readonly token: () => Token;
  /** The token before the current one. */
  readonly previous: () => Token | undefined;
  /** The current token, passed. */
  readonly take: () => Token;
  /** Notes what is wrong at a token (the current one, unless told). Always undefined: what a reader returns that cannot go on. */
  readonly refuse: (message: string, token?: Token) => undefined;
  /** Runs a reader one level deeper; undefined, and refused, when that is too deep. */
  readonly deeper: <T>(read: (cursor: Cursor) => T | undefined) => T | undefined;
  readonly problems: readonly Problem[];
}

// Far above what a person writes, far below what a stack holds.
const maxNesting = 100;

export function createCursor(tokens: readonly Token[], end: Token): Cursor {
  const problems: Problem[] = [];
  let position = 0;
  let depth = 0;
  const token = (): Token => tokens[position] ?? end;
  const refuse = (message: string, at: Token = token()): undefined => {
    problems.push({ code: 'deployment.condition', message, at: at.at });
  };
  const cursor: Cursor = {
    token,
    previous: () => tokens[position - 1],
    take() {
      const taken = token();
      position += 1;
      return taken;
    },
    refuse,
    deeper(read) {
      if (depth >= maxNesting)
        return refuse(`it nests more than ${maxNesting} levels deep: remove parentheses or NOTs.`);
      depth += 1;
      const result = read(cursor);
      depth -= 1;
      return result;
    },
    problems,
  };
  return cursor;
}

export type Keyword = 'AND' | 'OR' | 'NOT' | 'IN' | 'NIN' | 'TRUE' | 'FALSE' | 'NULL';
const keywords: readonly string[] = ['AND', 'OR', 'NOT', 'IN', 'NIN', 'TRUE', 'FALSE', 'NULL'] satisfies Keyword[];

/** The keyword a token is, in whichever case it was written. */
export function keywordOf(token: Token): Keyword | undefined {
  const word = token.kind === 'word' ? token.source.toUpperCase() : '';
  return keywords.includes(word) ? (word as Keyword) : undefined;
}

export function isSymbol(token: Token, symbol: string): boolean {
  return token.kind === 'symbol' && token.source === symbol;
}
