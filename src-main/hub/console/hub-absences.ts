// When the hub was off, as signs among the rows of a device: nobody could tell anything then.
import { type CourseSign, courseSignsIn, hubCourseKinds } from '#domain/journal/device-course.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { anySearch, walkJournal, type WalkNeeds } from './journal-walk.ts';

/** It starts once a day. */
const mostRows = 2_000;

/** The signs of one row, in the order of rows. */
export interface RowSigns {
  readonly seq: number;
  readonly signs: readonly CourseSign[];
}

/**
 * Up to `toMs`. A hub that was killed wrote nothing of its end, and was off from its last row on: that is told by its next start,
 * which may be after the time that is asked about.
 */
export async function hubAbsences(
  needs: WalkNeeds,
  toMs: number,
  signal: AbortSignal | undefined,
): Promise<readonly RowSigns[]> {
  const rows: RowSigns[] = [];
  const search = { ...anySearch, kinds: hubCourseKinds };
  await walkJournal(needs, { search, most: mostRows, signal }, (entry) => {
    rows.push({ seq: entry.seq, signs: courseSignsIn(entry) });
    const last = entry.kind === 'hub-started' ? lastRowBefore(needs, entry.seq) : undefined;
    if (last !== undefined && last.kind !== 'hub-stopped')
      rows.push({ seq: entry.seq - 0.5, signs: [{ atMs: last.atMs, lane: 'hub', state: 'off' }] });
  });
  return rows.map(({ seq, signs }) => ({ seq, signs: signs.filter(({ atMs }) => atMs <= toMs) }));
}

const ofStart: ReadonlySet<JournalKind> = new Set([
  'changes-lost',
  'clock-jumped',
  'journal-broken',
  'service-key-rotated',
]);

/** What a starting hub writes before it says so is of the start. */
function lastRowBefore({ store: { read } }: WalkNeeds, seq: number): JournalEntry | undefined {
  let last = read.journalSearch.entry(seq - 1);
  while (last !== undefined && ofStart.has(last.kind)) last = read.journalSearch.entry(last.seq - 1);
  return last;
}
