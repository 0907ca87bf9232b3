// Reading the journal's chain back: all of it when asked, its end at every start.
import type { Connection } from './connection.ts';
import { chainHash, chainStart, type ChainedRow } from './journal-hash.ts';

interface StoredRow extends ChainedRow {
  readonly hash: Buffer;
}

const select = 'SELECT seq, at_ms, kind, actor, device_id, module_id, deployment_id, detail, hash FROM journal';

/** The first number whose row is missing or does not fit the one before it; null when the whole chain holds. */
export function chainReader(db: Connection): () => number | null {
  const all = db.prepare<[], StoredRow>(`${select} ORDER BY seq`);
  return () => {
    let seq = 1;
    let previous = chainStart;
    for (const row of all.iterate()) {
      const expected = chainHash(previous, row);
      if (row.seq !== seq || row.hash.toString('hex') !== expected) return seq;
      previous = expected;
      seq += 1;
    }
    return null;
  };
}

/** Whether the last row fits the one before it. For the start, where reading the whole chain would take too long. */
export function isHeadSound(db: Connection): boolean {
  const [last, before] = db.prepare<[], StoredRow>(`${select} ORDER BY seq DESC LIMIT 2`).all();
  if (last === undefined) return true;
  const previous = before?.hash.toString('hex') ?? chainStart;
  return last.seq === (before?.seq ?? 0) + 1 && last.hash.toString('hex') === chainHash(previous, last);
}
