// Rows of the journal that tell many devices' same story, written with one statement: each is what it would be by itself, chained to the
// one before.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { JournalEntry, NewJournalEntry } from '#domain/records/journal-event.ts';
import type { Connection } from './connection.ts';
import type { JournalDetails } from './journal-details.ts';
import { alikeHasher } from './journal-hash.ts';
import { toColumn } from './json-column.ts';

interface WrittenRows {
  readonly entries: readonly JournalEntry[];
  /** Number and hash of the last. */
  readonly seq: number;
  readonly head: string;
}

/** `after`: number and hash of the newest row. */
export type AlikeRowsWriter = (
  after: { readonly seq: number; readonly head: string },
  deviceIds: readonly DeviceId[],
  entry: Omit<NewJournalEntry, 'deviceId'>,
) => WrittenRows;

export function alikeRowsWriter(db: Connection, clock: Clock, details: JournalDetails): AlikeRowsWriter {
  // Rows from the number on, each with its 32 bytes of the hashes.
  const insert = db.prepare(`INSERT INTO journal
    SELECT ? + key, ?, ?, ?, value, ?, ?, ?, substr(?, key * 32 + 1, 32) FROM json_each(?)`);
  return (after, deviceIds, { kind, actor, moduleId = null, deploymentId = null, detail = {} }) => {
    const atMs = clock.nowMs();
    const column = details.columnOfMany(detail);
    const shared = { at_ms: atMs, kind, actor, module_id: moduleId, deployment_id: deploymentId, detail: column };
    const hashOf = alikeHasher(shared);
    let { seq, head } = after;
    let hashes = '';
    const entries = deviceIds.map((deviceId) => {
      seq += 1;
      head = hashOf(head, seq, deviceId);
      hashes += head;
      return { seq, atMs, kind, actor, deviceId, moduleId, deploymentId, detail };
    });
    const bytes = Buffer.from(hashes, 'hex');
    insert.run(after.seq + 1, atMs, kind, actor, moduleId, deploymentId, column, bytes, toColumn(deviceIds));
    return { entries, seq, head };
  };
}
