// The words of a query that are no part of an expression, and what is said of those that SQL has and twin queries do not.
import type { Cursor } from '#domain/conditions/expression-cursor.ts';
import type { Token } from '#domain/conditions/expression-tokens.ts';

export function isWord(token: Token, ...words: readonly string[]): boolean {
  return token.kind === 'word' && words.includes(token.source.toUpperCase());
}

/** Whether the word stands there; it is passed then. */
export function passWord(cursor: Cursor, word: string): boolean {
  const isThere = isWord(cursor.token(), word);
  if (isThere) cursor.take();
  return isThere;
}

const foreign: Readonly<Record<string, string>> = {
  DISTINCT: 'DISTINCT is not known: group by what should differ.',
  HAVING: 'HAVING is not known: pick the groups out of the answer.',
  JOIN: 'twins cannot be joined: ask devices and devices.modules one after the other.',
  LIMIT: 'LIMIT is not known: write SELECT TOP 10 * instead.',
  OFFSET: 'OFFSET is not known: read the answer page by page.',
  ORDER: 'ORDER BY is not known: rows come by device and module, sort them afterwards.',
  UNION: 'UNION is not known: send two queries.',
  GROUP: 'GROUP BY stands once, at the end: remove the second.',
  WHERE: 'WHERE stands once, right behind FROM: join conditions by AND.',
  FROM: 'FROM stands once: a query reads devices or devices.modules.',
  SELECT: 'a query inside a query is not known: send two queries.',
};

/** Where an expression of a query may end. */
export function isClauseEnd(token: Token): boolean {
  return token.kind === 'end' || isWord(token, ...Object.keys(foreign));
}

/** What is said where a query should have ended, or gone on otherwise. */
export function unexpectedClause(token: Token): string {
  const known = Object.keys(foreign).find((word) => isWord(token, word));
  if (known !== undefined) return String(foreign[known]);
  return `${token.source} is not expected here: only WHERE and GROUP BY follow FROM.`;
}
