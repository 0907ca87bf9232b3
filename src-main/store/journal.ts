// The journal: append-only rows, numbered without gaps, chained by hash. Everything that happens is one row here.
import type { Clock } from '#base/clock.ts';
import { broken } from '#base/errors.ts';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Actor, JournalEntry, JournalKind } from '#domain/journal-event.ts';
import type { Connection } from './connection.ts';
import { chainHash, chainStart, type ChainedRow } from './journal-hash.ts';
import { fromColumn, toColumn } from './json-column.ts';
import type { StoreReaders, StoreWriters } from './store-types.ts';

interface JournalRow extends ChainedRow {
  readonly hash: Buffer;
}

function toEntry(row: ChainedRow): JournalEntry {
  return {
    seq: row.seq,
    atMs: row.at_ms,
    kind: row.kind as JournalKind,
    actor: row.actor as Actor,
    deviceId: row.device_id as DeviceId | null,
    moduleId: row.module_id as ModuleId | null,
    deploymentId: row.deployment_id as DeploymentId | null,
    detail: fromColumn(row.detail) as JsonObject,
  };
}

const select = 'SELECT seq, at_ms, kind, actor, device_id, module_id, deployment_id, detail';

export function readJournal(db: Connection): StoreReaders['journal'] {
  const list = db.prepare<[number, number], ChainedRow>(`${select} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?`);
  const ofDevice = db.prepare<[string, number], ChainedRow>(
    `${select} FROM journal WHERE device_id = ? ORDER BY seq DESC LIMIT ?`,
  );
  const ofDeviceAndKinds = db.prepare<[string, string, number], ChainedRow>(
    `${select} FROM journal WHERE device_id = ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ?`,
  );
  const lastSeq = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM journal').pluck();
  const all = db.prepare<[], JournalRow>(`${select}, hash FROM journal ORDER BY seq`);
  return {
    list: (page) => list.all(page.after ?? 0, page.limit).map(toEntry),
    ofDevice(deviceId, limit, kinds) {
      const rows =
        kinds === undefined ? ofDevice.all(deviceId, limit) : ofDeviceAndKinds.all(deviceId, toColumn(kinds), limit);
      return rows.map(toEntry);
    },
    lastSeq: () => lastSeq.get() ?? 0,
    firstBrokenSeq: () => firstBrokenSeq(all.iterate()),
  };
}

function firstBrokenSeq(rows: Iterable<JournalRow>): number | null {
  let seq = 1;
  let previous = chainStart;
  for (const row of rows) {
    if (row.seq !== seq || !row.hash.equals(chainHash(previous, row))) return seq;
    previous = row.hash;
    seq += 1;
  }
  return null;
}

/** The end of the chain: its last row fits the one before it. For the start, where the whole chain would take too long. */
export function isHeadSound(db: Connection): boolean {
  const rows = db.prepare<[], JournalRow>(`${select}, hash FROM journal ORDER BY seq DESC LIMIT 2`).all();
  const [last, before] = rows;
  if (last === undefined) return true;
  if (last.seq !== (before?.seq ?? 0) + 1) return false;
  return last.hash.equals(chainHash(before?.hash ?? chainStart, last));
}

/** A point of the open transaction to go back to. */
export interface JournalMark {
  readonly seq: number;
  readonly hash: Buffer;
  readonly written: number;
}

/** Appends, and remembers what the open transaction appended; the commit queue alone turns it back or takes it out. */
export interface JournalWriter {
  readonly append: StoreWriters['journal']['append'];
  mark(): JournalMark;
  rewind(mark: JournalMark): void;
  /** The entries since the last call; they are committed. */
  takeWritten(): readonly JournalEntry[];
}

/*
 * INVARIANTS: `seq` and `hash` are those of the newest row as this connection sees it. They are set once at the start and
 * then only move with `append` and `rewind`; this connection is the only writer (hub-lock.ts).
 */
export function writeJournal(db: Connection, clock: Clock): JournalWriter {
  const insert = db.prepare<
    [number, number, string, string, string | null, string | null, string | null, string, Buffer]
  >('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const newest = db
    .prepare<[], { readonly seq: number; readonly hash: Buffer }>(
      'SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1',
    )
    .get();
  let seq = newest?.seq ?? 0;
  let head = newest?.hash ?? chainStart;
  let written: JournalEntry[] = [];
  return {
    append({ kind, actor, deviceId = null, moduleId = null, deploymentId = null, detail = {} }) {
      if (!db.inTransaction) throw broken('A journal row was appended outside a change.');
      const row = {
        seq: seq + 1,
        at_ms: clock.nowMs(),
        kind,
        actor,
        device_id: deviceId,
        module_id: moduleId,
        deployment_id: deploymentId,
        detail: toColumn(detail),
      };
      const hash = chainHash(head, row);
      insert.run(row.seq, row.at_ms, kind, actor, deviceId, moduleId, deploymentId, row.detail, hash);
      seq = row.seq;
      head = hash;
      const entry = { seq, atMs: row.at_ms, kind, actor, deviceId, moduleId, deploymentId, detail };
      written.push(entry);
      return entry;
    },
    mark: () => ({ seq, hash: head, written: written.length }),
    rewind(mark) {
      seq = mark.seq;
      head = mark.hash;
      written.length = mark.written;
    },
    takeWritten() {
      const taken = written;
      written = [];
      return taken;
    },
  };
}
