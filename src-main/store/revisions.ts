// The effective configurations each device was given, with what automatic ones made of its twins, numbered per device. Equal
// ones are kept once: ten thousand devices under the same deployments share one document.
import { hash } from 'node:crypto';
import type { DeviceId } from '#base/ids.ts';
import type { AutomaticRecord } from '#domain/automatic-record.ts';
import type { EffectiveConfiguration } from '#domain/effective-configuration.ts';
import type { Connection } from './connection.ts';
import { createSharedReader, toColumn } from './json-column.ts';
import type { Revision, StoreReaders, StoreWriters } from './store-types.ts';

interface RevisionRow {
  readonly device_id: string;
  readonly revision: number;
  readonly at_ms: number;
  readonly effective: string;
  /** Null: written before this was kept. */
  readonly record: string | null;
}

function toRevision(row: RevisionRow, readShared: (text: string) => unknown): Revision {
  return {
    deviceId: row.device_id as DeviceId,
    revision: row.revision,
    atMs: row.at_ms,
    effective: readShared(row.effective) as EffectiveConfiguration,
    automatic: row.record === null ? null : (readShared(row.record) as AutomaticRecord),
  };
}

export function readRevisions(db: Connection): StoreReaders['revisions'] {
  const select = `SELECT device_id, revision, at_ms, effective, record FROM revisions
    JOIN effective_configurations USING (digest)
    LEFT JOIN automatic_records ON automatic_records.digest = automatic_digest`;
  const latest = db.prepare<[string], RevisionRow>(`${select} WHERE device_id = +? ORDER BY revision DESC LIMIT 1`);
  const get = db.prepare<[string, number], RevisionRow>(`${select} WHERE device_id = +? AND revision = +?`);
  const list = db.prepare<[string, number, number], RevisionRow>(
    `${select} WHERE device_id = +? AND revision < +? ORDER BY revision DESC LIMIT ? | 0`,
  );
  const lastManaged = db
    .prepare<[string, number], number>(
      `SELECT revision FROM revisions JOIN effective_configurations USING (digest)
       WHERE device_id = +? AND revision <= +? AND json_extract(effective, '$.base') IS NOT NULL
       ORDER BY revision DESC LIMIT 1`,
    )
    .pluck();
  const readShared = createSharedReader();
  const found = (row: RevisionRow | undefined) => (row === undefined ? undefined : toRevision(row, readShared));
  return {
    latest: (deviceId) => found(latest.get(deviceId)),
    get: (deviceId, revision) => found(get.get(deviceId, revision)),
    list: (deviceId, { before, limit }) =>
      list.all(deviceId, before ?? Number.MAX_SAFE_INTEGER, limit).map((row) => toRevision(row, readShared)),
    lastManaged: (deviceId, revision) => lastManaged.get(deviceId, revision),
  };
}

export function writeRevisions(db: Connection): StoreWriters['revisions'] {
  const keepEffective = createKeeper(db, 'effective_configurations');
  const keepAutomatic = createKeeper(db, 'automatic_records');
  const newest = db
    .prepare<[string], number>('SELECT coalesce(max(revision), 0) FROM revisions WHERE device_id = +?')
    .pluck();
  const insert = db.prepare<[string, number, number, Buffer, Buffer]>(
    'INSERT INTO revisions (device_id, revision, at_ms, digest, automatic_digest) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    append(deviceId, atMs, effective, automatic = {}, latest = newest.get(deviceId) ?? 0) {
      const revision = latest + 1;
      insert.run(deviceId, revision, atMs, keepEffective(effective), keepAutomatic(automatic));
      return { deviceId, revision, atMs, effective, automatic };
    },
  };
}

type Kept = EffectiveConfiguration | AutomaticRecord;

/** Keeps documents under their digest, once. An object that many devices share is written out and hashed once for all. */
function createKeeper(
  db: Connection,
  table: 'effective_configurations' | 'automatic_records',
): (document: Kept) => Buffer {
  const isKept = db.prepare<[Buffer], number>(`SELECT 1 FROM ${table} WHERE digest = ?`).pluck();
  const keep = db.prepare<[Buffer, string]>(`INSERT INTO ${table} VALUES (?, ?)`);
  const known = new WeakMap<Kept, { readonly digest: Buffer; readonly text: string }>();
  return (document) => {
    let found = known.get(document);
    if (found === undefined) {
      const text = toColumn(document);
      found = { digest: hash('sha256', text, 'buffer'), text };
      known.set(document, found);
    }
    // Asked every time: it goes with the last revision that has it, and an undone transaction takes it along.
    if (isKept.get(found.digest) === undefined) keep.run(found.digest, found.text);
    return found.digest;
  };
}
