// The history as the console asks for it: pages of the journal, looked through in turns so that devices are served meanwhile.
import type { Clock } from '#base/clock.ts';
import type {
  ConsoleHistory,
  HistoryNews,
  HistoryPage,
  HistoryQuery,
  HistoryRequest,
  HistoryRow,
} from '#contract/console-history.ts';
import { briefDetail } from '#contract/journal-brief.ts';
import { fitsSearch, type JournalSearch } from '#domain/journal/journal-search.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { newsLine } from '#hub/device-link/news-line.ts';
import { assertAsked } from '#hub/turns/asked.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { FoundRow } from '#store/journal-search.ts';
import type { Store } from '#store/store-types.ts';
import { createDeviceCourses } from './device-courses.ts';
import { createMoments } from './journal-moments.ts';

// A person who waits sees how far it got, and can go on or leave.
const pageForMs = 400;
const wholePageBytes = 512 * 1024;
const longestBrief = 2_048;
const longestText = 256 * 1024;
const newsEveryMs = 500;

interface HistoryNeeds {
  readonly store: Pick<Store, 'read' | 'onCommitted'>;
  readonly clock: Clock;
}

export function createConsoleHistory(needs: HistoryNeeds): ConsoleHistory {
  const { read } = needs.store;
  return {
    history: (request, signal) => pageOf(needs, request, signal),
    historyRow({ seq }) {
      const entry = read.journalSearch.entry(seq);
      if (entry === undefined) return null;
      const text = JSON.stringify(entry.detail, null, 2);
      return { row: rowOf(entry), text: text.slice(0, longestText), isCut: text.length > longestText };
    },
    ...createDeviceCourses(needs),
    moments: createMoments(needs),
    follow: (query, signal) => follow(needs, searchOf(query), signal),
  };
}

/** Kinds that are none stay in: they find nothing, which is what was asked for. */
function searchOf({ kinds, words, ...query }: HistoryQuery): JournalSearch {
  return {
    ...query,
    kinds: kinds as readonly JournalKind[],
    words: words.toLowerCase().split(/\s+/).filter(Boolean),
  };
}

async function pageOf(
  { store: { read }, clock }: HistoryNeeds,
  { query, before, limit, isWhole }: HistoryRequest,
  signal: AbortSignal | undefined,
): Promise<HistoryPage> {
  const search = searchOf(query);
  const turns = createTurns(clock);
  const endsAtMs = clock.monotonicMs() + pageForMs;
  const newestSeq = read.journal.lastSeq();
  const rows: HistoryRow[] = [];
  let bytes = 0;
  let next = before;
  do {
    assertAsked(signal);
    const look = read.journalSearch.look(search, { before: next, limit: limit - rows.length });
    next = look.next;
    for (const found of look.rows) {
      bytes += found.detailBytes;
      rows.push(isWhole ? rowOf(wholeOf(read, found), true) : briefRow(read, found));
      // A row with thousands of ids takes a millisecond of its own.
      if (found.detail === null) await turns.next();
      if (isWhole && bytes > wholePageBytes) return { rows, next: found.seq === 1 ? null : found.seq, newestSeq };
    }
    await turns.next();
  } while (next !== null && rows.length < limit && clock.monotonicMs() < endsAtMs);
  return { rows, next, newestSeq };
}

function wholeOf(read: HistoryNeeds['store']['read'], found: FoundRow): JournalEntry {
  const { detail, detailBytes: _, ...row } = found;
  return detail === null ? (read.journalSearch.entry(found.seq) ?? { ...row, detail: {} }) : { ...row, detail };
}

function briefRow(read: HistoryNeeds['store']['read'], found: FoundRow): HistoryRow {
  const entry = wholeOf(read, found);
  return found.detailBytes <= longestBrief ? rowOf(entry, true) : rowOf(entry);
}

function rowOf({ detail, ...row }: JournalEntry, isWhole = false): HistoryRow {
  return { ...row, detail: isWhole ? detail : briefDetail(detail), isBrief: !isWhole };
}

function follow(
  { store, clock }: HistoryNeeds,
  search: JournalSearch,
  signal: AbortSignal | undefined,
): AsyncGenerator<HistoryNews, void, undefined> {
  let newestSeq = store.read.journal.lastSeq();
  let fitting = 0;
  let told = -1;
  return newsLine({
    clock,
    everyMs: newsEveryMs,
    follower: { isLagging: () => false, signal },
    listen: (wake) =>
      store.onCommitted((entries) => {
        const found = entries.filter((entry) => entry.seq > newestSeq && fitsSearch(entry, search)).length;
        newestSeq = Math.max(newestSeq, entries.at(-1)?.seq ?? 0);
        fitting += found;
        if (found > 0) wake();
      }),
    read() {
      if (fitting === told) return null;
      told = fitting;
      return { newestSeq, fitting };
    },
  });
}
