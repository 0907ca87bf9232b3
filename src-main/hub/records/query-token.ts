// Continuation tokens: where the next page of a query begins. They hold all there is to know, so they outlive a restart, and
// name their query, so that no other goes on with them.
import { createHash } from 'node:crypto';
import { refused } from '#base/errors.ts';

export interface QueryPosition {
  /** Rows given so far: TOP counts over all pages. */
  readonly given: number;
  /** The place of the last row, or the key of the last group; '' before the first. */
  readonly after: string;
}

export const queryStart: QueryPosition = { given: 0, after: '' };

export function tokenAt(query: string, { given, after }: QueryPosition): string {
  return Buffer.from(`${digestOf(query)}.${given}.${after}`).toString('base64url');
}

/** @throws refused `request.invalid` for a token that is none, or another query's */
export function positionOf(query: string, token: string): QueryPosition {
  const [, digest, given, after = ''] =
    /^([\w-]{22})\.(\d{1,15})\.([^]*)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (digest === undefined) throw refuse('is not one of this hub');
  if (digest !== digestOf(query)) throw refuse('belongs to another query');
  return { given: Number(given), after };
}

function refuse(what: string) {
  return refused('request.invalid', `The continuation token ${what}: send the query again without it.`);
}

/** Enough to tell queries apart; nobody gains by forging it. */
function digestOf(query: string): string {
  return createHash('sha256').update(query).digest('base64url').slice(0, 22);
}
