// Finding rows of the journal, newest first, a bounded look at a time: at a million rows as at ten, one look visits a few hundred
// index entries or rows and no more. Who searches goes on from `next`, with others served in between.
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { type JournalSearch, longestSearchedBytes } from '#domain/journal/journal-search.ts';
import type { Connection } from './connection.ts';
import { journalSql, wholeDetailSql } from './journal-details.ts';
import type { ChainedRow } from './journal-hash.ts';
import { selectEntries, toEntry } from './journal.ts';
import { isRareKind } from './m015-journal-search.ts';

/** A row as it was found: details over 16 KB stay on the disk until `entry` is asked for. */
export interface FoundRow extends Omit<JournalEntry, 'detail'> {
  readonly detail: JournalEntry['detail'] | null;
  readonly detailBytes: number;
}

interface JournalLook {
  readonly rows: readonly FoundRow[];
  /** Rows below this number were not looked at; null: all were. */
  readonly next: number | null;
}

export interface JournalSearchReaders {
  /** Of the rows below `before` (null: of all) the newest that fit; at most `limit`, often none. */
  look(search: JournalSearch, page: { readonly before: number | null; readonly limit: number }): JournalLook;
  entry(seq: number): JournalEntry | undefined;
}

const candidatesOfLook = 128;
const stretchesOfLook = 128;
const longestDetailBytes = 16_384;
const stretchRows = 1024;
/** A clock that is drawn to the right time in small steps is not told to have jumped. */
const slackMs = 300_000;
const everKind: ReadonlySet<JournalKind> = new Set(['reported-changed', 'device-connected', 'device-disconnected']);

export const timesOfStretchSql = `SELECT
    (SELECT at_ms FROM journal WHERE seq >= @first ORDER BY seq LIMIT 1) AS firstMs,
    (SELECT at_ms FROM journal WHERE seq <= @first + 1023 ORDER BY seq DESC LIMIT 1) AS lastMs,
    EXISTS (SELECT 1 FROM journal WHERE kind = 'clock-jumped' AND ${isRareKind} AND seq BETWEEN @first AND @first + 1023)
      OR EXISTS (SELECT 1 FROM journal WHERE kind = 'hub-started' AND ${isRareKind} AND seq BETWEEN @first AND @first + 1023)
      AS hasJumped`;
export const deviceCandidatesSql = `SELECT seq FROM journal WHERE seq >> 10 = +? AND device_id = +? AND seq < ?
  ORDER BY seq DESC LIMIT ? | 0`;
export const kindCandidatesSql = `SELECT seq FROM journal WHERE kind = +? AND ${isRareKind} AND seq < ?
  ORDER BY seq DESC LIMIT ? | 0`;
export const deploymentCandidatesSql = `SELECT seq FROM journal
  WHERE deployment_id = +? AND deployment_id IS NOT NULL AND seq < ? ORDER BY seq DESC LIMIT ? | 0`;
const bytesSql = 'coalesce(octet_length(kept.detail), octet_length(journal.detail))';
export const fittingSql = `SELECT seq, at_ms, kind, actor, device_id, module_id, deployment_id,
    CASE WHEN ${bytesSql} <= ${longestDetailBytes} THEN ${wholeDetailSql} END AS detail, ${bytesSql} AS bytes
  FROM ${journalSql} WHERE seq IN (SELECT value FROM json_each(@candidates))
  AND at_ms BETWEEN @fromMs AND @toMs
  AND (@deviceId IS NULL OR device_id = @deviceId)
  AND (@deploymentId IS NULL OR deployment_id = @deploymentId)
  AND (@kinds = '[]' OR kind IN (SELECT value FROM json_each(@kinds)))
  AND (@actors = '[]' OR actor IN (SELECT value FROM json_each(@actors)))
  AND (@words = '[]' OR NOT EXISTS (SELECT 1 FROM json_each(@words) AS word WHERE instr(lower_case(
    kind || ' ' || coalesce(device_id, '') || ' ' || coalesce(module_id, '') || ' ' || coalesce(deployment_id, '') || ' ' ||
    CASE WHEN ${bytesSql} <= ${longestSearchedBytes} THEN ${wholeDetailSql} ELSE '' END), word.value) = 0))
  ORDER BY seq DESC`;

interface StretchTimes {
  readonly firstMs: number;
  readonly lastMs: number;
  /** The clock was set in it, or may have been while the hub was away. */
  readonly hasJumped: 0 | 1;
}

const noTimes: StretchTimes = { firstMs: 0, lastMs: 0, hasJumped: 1 };

interface FittingRow extends Omit<ChainedRow, 'detail'> {
  readonly detail: string | null;
  readonly bytes: number;
}

/** Numbers to look at, newest first, and from where on nothing below was considered; null: nothing is below. */
interface Candidates {
  readonly seqs: readonly number[];
  readonly next: number | null;
}

export function readJournalSearch(db: Connection): JournalSearchReaders {
  const lastSeq = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM journal').pluck();
  const timesOf = db.prepare<[{ readonly first: number }], StretchTimes>(timesOfStretchSql);
  // SQLite's own `lower` knows the letters of English alone.
  db.function('lower_case', { deterministic: true }, (text: unknown) => String(text).toLowerCase());
  const fitting = db.prepare<[Readonly<Record<string, string | number | null>>], FittingRow>(fittingSql);
  const one = db.prepare<[number], ChainedRow>(`${selectEntries} WHERE seq = +?`);
  const candidatesOf = candidateReader(db);

  /** Passes over stretches that have no row of the time: between two jumps of the clock times lie in the order of the rows. */
  function withinTime(before: number, { fromMs, toMs }: JournalSearch): { readonly before: number; isFound: boolean } {
    if (fromMs === null && toMs === null) return { before, isFound: true };
    const newest = Math.floor((before - 1) / stretchRows);
    const oldest = Math.max(0, newest - stretchesOfLook + 1);
    for (let stretch = newest; stretch >= oldest; stretch -= 1) {
      const { firstMs, lastMs, hasJumped } = timesOf.get({ first: stretch * stretchRows }) ?? noTimes;
      // A jump is told a little after it: the last rows before may be of the new time already.
      const isPast = Math.max(firstMs, lastMs) + slackMs < (fromMs ?? earliest);
      const isAhead = Math.min(firstMs, lastMs) - slackMs > (toMs ?? latest);
      if (hasJumped === 1 || !(isPast || isAhead))
        return { before: Math.min(before, (stretch + 1) * stretchRows), isFound: true };
    }
    return { before: oldest * stretchRows, isFound: false };
  }

  return {
    look(search, { before: asked, limit }) {
      const top = Math.min(asked ?? Number.MAX_SAFE_INTEGER, (lastSeq.get() ?? 0) + 1);
      if (top <= 1) return { rows: [], next: null };
      const { before, isFound } = withinTime(top, search);
      if (!isFound) return { rows: [], next: before <= 1 ? null : before };
      const { seqs, next } = candidatesOf(search, before);
      const rows = fitting.all(parametersOf(search, seqs)).slice(0, limit).map(toFound);
      const isCut = rows.length === limit;
      return { rows, next: isCut ? (rows.at(-1)?.seq ?? null) : next };
    },
    entry(seq) {
      const row = one.get(seq);
      return row === undefined ? undefined : toEntry(row);
    },
  };
}

const earliest = Number.MIN_SAFE_INTEGER;
const latest = Number.MAX_SAFE_INTEGER;

function candidateReader(db: Connection): (search: JournalSearch, before: number) => Candidates {
  const ofDevice = db.prepare<[number, string, number, number], number>(deviceCandidatesSql).pluck();
  const ofKind = db.prepare<[string, number, number], number>(kindCandidatesSql).pluck();
  const ofDeployment = db.prepare<[string, number, number], number>(deploymentCandidatesSql).pluck();

  function byDevice(deviceId: string, before: number): Candidates {
    const newest = Math.floor((before - 1) / stretchRows);
    const oldest = Math.max(0, newest - stretchesOfLook + 1);
    const seqs: number[] = [];
    for (let stretch = newest; stretch >= oldest; stretch -= 1) {
      seqs.push(...ofDevice.all(stretch, deviceId, before, candidatesOfLook - seqs.length));
      if (seqs.length === candidatesOfLook) return { seqs, next: seqs.at(-1) ?? null };
    }
    return { seqs, next: oldest === 0 ? null : oldest * stretchRows };
  }

  return ({ deviceId, deploymentId, kinds }, before) => {
    if (deploymentId !== null) return cut(ofDeployment.all(deploymentId, before, candidatesOfLook));
    if (deviceId !== null) return byDevice(deviceId, before);
    if (kinds.length > 0 && !kinds.some((kind) => everKind.has(kind)))
      return cut(kinds.flatMap((kind) => ofKind.all(kind, before, candidatesOfLook)));
    // Whatever is there: a look at every row of a part.
    const from = Math.max(1, before - candidatesOfLook);
    return {
      seqs: Array.from({ length: before - from }, (_, index) => before - 1 - index),
      next: from === 1 ? null : from,
    };
  };
}

/** The newest of them; a list that came full may have more. */
function cut(found: readonly number[]): Candidates {
  const seqs = [...found].sort((one, other) => other - one).slice(0, candidatesOfLook);
  return { seqs, next: seqs.length < candidatesOfLook ? null : (seqs.at(-1) ?? null) };
}

function parametersOf(search: JournalSearch, candidates: readonly number[]) {
  return {
    candidates: JSON.stringify(candidates),
    fromMs: search.fromMs ?? earliest,
    toMs: search.toMs ?? latest,
    deviceId: search.deviceId,
    deploymentId: search.deploymentId,
    kinds: JSON.stringify(search.kinds),
    actors: JSON.stringify(search.actors),
    words: JSON.stringify(search.words),
  };
}

function toFound({ bytes, detail, ...row }: FittingRow): FoundRow {
  const entry = toEntry({ ...row, detail: detail ?? '{}' });
  return { ...entry, detail: detail === null ? null : entry.detail, detailBytes: bytes };
}
