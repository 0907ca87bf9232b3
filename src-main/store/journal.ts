// The journal: append-only rows, numbered without gaps, chained by hash. Everything that happens is one row here.
import type { Clock } from '#base/clock.ts';
import { broken } from '#base/errors.ts';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Actor, JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import type { Connection } from './connection.ts';
import { alikeRowsWriter } from './journal-alike.ts';
import { chainWalker } from './journal-chain.ts';
import { createJournalDetails, journalSql, wholeDetailSql } from './journal-details.ts';
import { chainHash, chainStart, type ChainedRow } from './journal-hash.ts';
import { fromColumn, toColumn } from './json-column.ts';
import type { StoreReaders, StoreWriters } from './store-types.ts';

export function toEntry(row: ChainedRow): JournalEntry {
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

export const selectEntries = `SELECT seq, at_ms, kind, actor, device_id, module_id, deployment_id, ${wholeDetailSql} AS detail
  FROM ${journalSql}`;

export function readJournal(db: Connection): StoreReaders['journal'] {
  const list = db.prepare<[number, number], ChainedRow>(`${selectEntries} WHERE seq > ? ORDER BY seq LIMIT ? | 0`);
  const lastSeq = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM journal').pluck();
  return {
    list: (page) => list.all(page.after ?? 0, page.limit).map(toEntry),
    ofDevice: deviceReader(db),
    pageOfDevice: devicePager(db),
    lastSeq: () => lastSeq.get() ?? 0,
    findBrokenSeq: chainWalker(db),
  };
}

export const ofDeviceSql = `${selectEntries} WHERE seq >> 10 = +? AND device_id = +? ORDER BY seq DESC LIMIT ? | 0`;
export const ofDeviceAndKindsSql = `${selectEntries} WHERE seq >> 10 = +? AND device_id = +?
  AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ? | 0`;

/** Goes back through the index stretch by stretch (m001-foundation.ts). */
function deviceReader(db: Connection): StoreReaders['journal']['ofDevice'] {
  const newestStretch = db.prepare<[], number>('SELECT coalesce(max(seq), 0) >> 10 FROM journal').pluck();
  const ofDevice = db.prepare<[number, string, number], ChainedRow>(ofDeviceSql);
  const ofDeviceAndKinds = db.prepare<[number, string, string, number], ChainedRow>(ofDeviceAndKindsSql);
  return (deviceId, limit, kinds, afterSeq = 0) => {
    const wanted = kinds === undefined ? undefined : toColumn(kinds);
    const entries: JournalEntry[] = [];
    // Divided, because JavaScript shifts 32 bits and SQLite 64.
    const oldestStretch = Math.floor(Math.max(0, afterSeq) / 1024);
    for (let stretch = newestStretch.get() ?? 0; stretch >= oldestStretch && entries.length < limit; stretch -= 1) {
      const room = limit - entries.length;
      const rows =
        wanted === undefined
          ? ofDevice.all(stretch, deviceId, room)
          : ofDeviceAndKinds.all(stretch, deviceId, wanted, room);
      for (const row of rows) if (row.seq > afterSeq) entries.push(toEntry(row));
    }
    return entries;
  };
}

export const pageOfDeviceSql = `${selectEntries} WHERE seq >> 10 = +? AND device_id = +? AND seq < ?
  ORDER BY seq DESC LIMIT ? | 0`;
export const pageOfDeviceAndKindsSql = `${selectEntries} WHERE seq >> 10 = +? AND device_id = +? AND seq < ?
  AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ? | 0`;

/** A stretch is one look into the index, of about ten microseconds. */
const stretchesOfPage = 200;

function devicePager(db: Connection): StoreReaders['journal']['pageOfDevice'] {
  const lastSeq = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM journal').pluck();
  const ofDevice = db.prepare<[number, string, number, number], ChainedRow>(pageOfDeviceSql);
  const ofKinds = db.prepare<[number, string, number, string, number], ChainedRow>(pageOfDeviceAndKindsSql);
  return (deviceId, { before, limit, kinds }) => {
    const wanted = kinds === undefined ? undefined : toColumn(kinds);
    const below = Math.min(before ?? Number.MAX_SAFE_INTEGER, (lastSeq.get() ?? 0) + 1);
    const newest = Math.floor(Math.max(0, below - 1) / 1024);
    const oldest = Math.max(0, newest - stretchesOfPage + 1);
    const entries: JournalEntry[] = [];
    for (let stretch = newest; stretch >= oldest; stretch -= 1) {
      const room = limit - entries.length;
      const rows =
        wanted === undefined
          ? ofDevice.all(stretch, deviceId, below, room)
          : ofKinds.all(stretch, deviceId, below, wanted, room);
      for (const row of rows) entries.push(toEntry(row));
      if (entries.length === limit) return { entries, next: entries.at(-1)?.seq ?? null };
    }
    return { entries, next: oldest === 0 ? null : oldest * 1024 };
  };
}

/** A point of the open transaction to go back to. */
interface JournalMark {
  readonly seq: number;
  readonly head: string;
  readonly written: number;
}

/** Appends, and remembers what the open transaction appended; the commit queue alone turns it back or takes it out. */
export interface JournalWriter extends Readonly<StoreWriters['journal']> {
  /** Between `begin` and `end` rows may be appended: what runs later, with writers it kept, is refused. */
  begin(): void;
  end(): void;
  mark(): JournalMark;
  rewind(mark: JournalMark): void;
  /** The entries since the last call; they are committed. */
  takeWritten(): readonly JournalEntry[];
}

/*
 * INVARIANTS: `seq` and `head` are number and hash of the newest row as this connection sees it. They are read once at the
 * start and then move only with `append` and `rewind`; this connection is the only writer (hub-lock.ts).
 */
export function writeJournal(db: Connection, clock: Clock): JournalWriter {
  // The hash comes as hex (journal-hash.ts): SQLite turns it into bytes for less than a Buffer costs.
  const insert = db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, unhex(?))');
  const newest = db
    .prepare<[], { readonly seq: number; readonly head: string }>(
      'SELECT seq, lower(hex(hash)) AS head FROM journal ORDER BY seq DESC LIMIT 1',
    )
    .get();
  let { seq, head } = newest ?? { seq: 0, head: chainStart };
  const details = createJournalDetails(db);
  const writeAlike = alikeRowsWriter(db, clock, details);
  let written: JournalEntry[] = [];
  let isOpen = false;
  return {
    begin() {
      isOpen = true;
    },
    end() {
      isOpen = false;
    },
    append({ kind, actor, deviceId = null, moduleId = null, deploymentId = null, detail = {} }) {
      if (!isOpen) throw broken('A journal row was appended outside a change.');
      const entry = { seq: seq + 1, atMs: clock.nowMs(), kind, actor, deviceId, moduleId, deploymentId, detail };
      const column = details.columnOf(detail);
      const hash = chainHash(head, {
        seq: entry.seq,
        at_ms: entry.atMs,
        kind,
        actor,
        device_id: deviceId,
        module_id: moduleId,
        deployment_id: deploymentId,
        detail: column,
      });
      insert.run(entry.seq, entry.atMs, kind, actor, deviceId, moduleId, deploymentId, column, hash);
      seq = entry.seq;
      head = hash;
      written.push(entry);
      return entry;
    },
    appendAlike(deviceIds, entry) {
      if (!isOpen) throw broken('Journal rows were appended outside a change.');
      const rows = writeAlike({ seq, head }, deviceIds, entry);
      ({ seq, head } = rows);
      for (const row of rows.entries) written.push(row);
    },
    mark: () => ({ seq, head, written: written.length }),
    rewind(mark) {
      seq = mark.seq;
      head = mark.head;
      written.length = mark.written;
      details.forget();
    },
    takeWritten() {
      const taken = written;
      written = [];
      return taken;
    },
  };
}
