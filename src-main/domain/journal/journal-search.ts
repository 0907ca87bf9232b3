// What somebody looks for in the journal, and whether a row fits. Over rows on disk the store answers the same question
// (store/journal-search.ts); this one is for rows as they come.
import type { Actor, JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { utf8Bytes } from '#domain/values/twin-limits.ts';

export interface JournalSearch {
  /** Both inclusive; null: open. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** None: of every kind. */
  readonly kinds: readonly JournalKind[];
  /** None: whoever did it. */
  readonly actors: readonly Actor[];
  readonly deviceId: string | null;
  /** Rows that name it. */
  readonly deploymentId: string | null;
  /** Lower-case: each is to occur in the kind, an id or the detail of a row. */
  readonly words: readonly string[];
}

/** Words are looked for in details up to this size, so that no search has to read a fleet's worth of ids per row. */
export const longestSearchedBytes = 65_536;

/** `{ kinds: ['tags-changed'], words: ['roof'] }` fits a change of tags whose patch says `{"place":"Roof"}`. */
export function fitsSearch(entry: JournalEntry, search: JournalSearch): boolean {
  const { fromMs, toMs, kinds, actors, deviceId, deploymentId, words } = search;
  if (fromMs !== null && entry.atMs < fromMs) return false;
  if (toMs !== null && entry.atMs > toMs) return false;
  if (kinds.length > 0 && !kinds.includes(entry.kind)) return false;
  if (actors.length > 0 && !actors.includes(entry.actor)) return false;
  if (deviceId !== null && entry.deviceId !== deviceId) return false;
  if (deploymentId !== null && entry.deploymentId !== deploymentId) return false;
  return words.length === 0 || holdsWords(entry, words);
}

function holdsWords(entry: JournalEntry, words: readonly string[]): boolean {
  const { kind, deviceId, moduleId, deploymentId } = entry;
  const detail = JSON.stringify(entry.detail);
  const told = utf8Bytes(detail) <= longestSearchedBytes ? detail : '';
  const text = `${kind} ${deviceId ?? ''} ${moduleId ?? ''} ${deploymentId ?? ''} ${told}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
