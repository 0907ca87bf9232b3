// Goes through the rows of the journal that fit, newest first, in turns so that devices are served meanwhile.
import type { Clock } from '#base/clock.ts';
import type { JournalSearch } from '#domain/journal/journal-search.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { assertAsked } from '#hub/turns/asked.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { Store } from '#store/store-types.ts';

export interface WalkNeeds {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
}

export interface Walk {
  readonly search: JournalSearch;
  readonly most: number;
  /** Then it gives up, whatever it found; each visits a few hundred rows at most. */
  readonly mostLooks?: number;
  readonly signal: AbortSignal | undefined;
}

export const anySearch: JournalSearch = {
  fromMs: null,
  toMs: null,
  kinds: [],
  actors: [],
  deviceId: null,
  deploymentId: null,
  words: [],
};

/** Resolves with whether all that fit were read; rejects as `AppError` when whoever asked has left. */
export async function walkJournal(
  { store: { read }, clock }: WalkNeeds,
  { search, most, mostLooks = Infinity, signal }: Walk,
  take: (entry: JournalEntry) => void,
): Promise<boolean> {
  const turns = createTurns(clock);
  let taken = 0;
  let looks = 0;
  let before: number | null = null;
  do {
    assertAsked(signal);
    const look = read.journalSearch.look(search, { before, limit: most - taken });
    for (const { detail, detailBytes: _, ...row } of look.rows) {
      const entry = detail === null ? read.journalSearch.entry(row.seq) : { ...row, detail };
      if (entry !== undefined) take(entry);
      if (detail === null) await turns.next();
    }
    taken += look.rows.length;
    looks += 1;
    before = look.next;
    await turns.next();
  } while (before !== null && taken < most && looks < mostLooks);
  return before === null;
}
