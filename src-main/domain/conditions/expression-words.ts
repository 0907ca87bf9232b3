// Words that stand where a path may stand: the path they are, or why they are none.
import type { Expression, ExpressionPath } from './expression-ast.ts';
import type { Cursor } from './expression-cursor.ts';
import { isComparisonSign } from './expression-refusal.ts';
import type { Word } from './expression-tokens.ts';

/** Reads a path. One that the dialect does not know is noted, and stands for a value, so that others can be told too. */
export function readPath(cursor: Cursor, word: Word): Expression | undefined {
  const before = cursor.previous();
  cursor.take();
  const path = cursor.dialect.pathOf(word.segments);
  if (path !== undefined) return { kind: 'path', path };
  const isText = isComparisonSign(before) && word.segments.length === 1;
  const message = isText ? `text values need single quotes: '${word.source}'.` : pathRefusal(cursor, word);
  cursor.refuse(message, word);
  // A query pasted whole has nothing in it that could be read as an expression; any other word stands where a path would.
  return startsQuery(word) ? undefined : { kind: 'undefined' };
}

/** The path that a function takes. A word that is none is noted, and stands for one, so that others can be told too. */
export function readPathArgument(cursor: Cursor, name: string): ExpressionPath | undefined {
  const token = cursor.token();
  const path = token.kind === 'word' ? cursor.dialect.pathOf(token.segments) : undefined;
  if (path === undefined) cursor.refuse(`${name} takes a path here: write tags.site, say, without quotes.`);
  if (token.kind !== 'word') return undefined;
  cursor.take();
  return path ?? anyPath;
}

const anyPath: ExpressionPath = { root: 'deviceId', segments: [] };

function pathRefusal({ dialect, token }: Cursor, word: Word): string {
  if (startsQuery(word)) {
    return `${word.source} belongs to a query, not to a ${dialect.noun}: write only what stands after WHERE.`;
  }
  return dialect.pathRefusal(word, isComparisonSign(token()));
}

function startsQuery({ source }: Word): boolean {
  return /^(?:SELECT|FROM|WHERE)$/i.test(source);
}
