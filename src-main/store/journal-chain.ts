// Reading the journal's chain back: all of it when asked, its end at every start.
import type { Connection } from './connection.ts';
import { journalSql, referenceTo } from './journal-details.ts';
import { chainHash, chainStart, type ChainedRow } from './journal-hash.ts';

interface StoredRow extends ChainedRow {
  readonly hash: Buffer;
  /** What is kept under the reference that `detail` is; null: nothing is. */
  readonly kept: string | null;
}

const select = `SELECT seq, at_ms, kind, actor, device_id, module_id, deployment_id, journal.detail, hash, kept.detail AS kept
  FROM ${journalSql}`;

/** So many rows are read in one go: a millisecond, so that no device waits for it. */
const stretch = 100;
/** After each: a million rows then take two minutes of less than a tenth of a processor. */
const pauseMs = 10;

/** Goes over the chain a stretch at a time: `undefined` while there is more, then the first wrong number or null. */
function chainSteps(db: Connection): () => number | null | undefined {
  const next = db.prepare<[number, number], StoredRow>(`${select} WHERE seq > ? ORDER BY seq LIMIT ? | 0`);
  // Where the chain begins, a row numbered 0 or less would be wrong too.
  let from = Number.MIN_SAFE_INTEGER;
  let seq = 1;
  let previous = chainStart;
  return () => {
    const rows = next.all(from, stretch);
    for (const row of rows) {
      const expected = chainHash(previous, row);
      if (row.seq !== seq || row.hash.toString('hex') !== expected || !isDetailSound(row)) return seq;
      previous = expected;
      seq += 1;
      from = row.seq;
    }
    return rows.length < stretch ? null : undefined;
  };
}

/**
 * The first number whose row is missing or does not fit the one before it, others running in between; null when the whole chain
 * holds, and when `signal` ends it.
 */
export function chainWalker(db: Connection): (signal?: AbortSignal) => Promise<number | null> {
  return async (signal) => {
    const step = chainSteps(db);
    for (;;) {
      if (signal?.aborted === true) return null;
      const found = step();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
}

/** Whether the last row fits the one before it. For the start, where reading the whole chain would take too long. */
export function isHeadSound(db: Connection): boolean {
  const [last, before] = db.prepare<[], StoredRow>(`${select} ORDER BY seq DESC LIMIT 2`).all();
  if (last === undefined) return true;
  const previous = before?.hash.toString('hex') ?? chainStart;
  const isNext = last.seq === (before?.seq ?? 0) + 1;
  return isNext && last.hash.toString('hex') === chainHash(previous, last) && isDetailSound(last);
}

/** The chain covers the reference: whether what is kept under it is still what it refers to. */
function isDetailSound({ detail, kept }: StoredRow): boolean {
  return detail.startsWith('"') ? kept !== null && referenceTo(kept) === detail : kept === null;
}
