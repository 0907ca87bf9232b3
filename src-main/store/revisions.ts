// The effective configurations each device was given, with what automatic ones made of its twins, numbered per device. Equal
// ones are kept once: ten thousand devices under the same deployments share one document.
import { hash } from 'node:crypto';
import type { DeviceId } from '#base/ids.ts';
import type { AutomaticRecord } from '#domain/layering/automatic-record.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { Connection } from './connection.ts';
import { createSharedReader, toColumn } from './json-column.ts';
import type { Revision, StoreReaders, StoreWriters } from './store-types.ts';

interface RevisionRow {
  readonly device_id: string;
  readonly revision: number;
  readonly at_ms: number;
  readonly effective: string;
  /** Null: configurations did nothing. JSON null: written before this was kept. */
  readonly record: string | null;
}

function toRevision(row: RevisionRow, readShared: (text: string) => unknown): Revision {
  return {
    deviceId: row.device_id as DeviceId,
    revision: row.revision,
    atMs: row.at_ms,
    effective: readShared(row.effective) as EffectiveConfiguration,
    automatic: row.record === null ? {} : (readShared(row.record) as AutomaticRecord | null),
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
  const insert = db.prepare<[string, number, number, Buffer, Buffer | null]>(
    'INSERT INTO revisions (device_id, revision, at_ms, digest, automatic_digest) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    append(deviceId, atMs, effective, automatic = {}, latest = newest.get(deviceId) ?? 0) {
      const revision = latest + 1;
      const given = keepEffective(effective);
      const done = Object.keys(automatic).length === 0 ? null : keepAutomatic(automatic);
      const write = (): unknown => insert.run(deviceId, revision, atMs, given.digest, done?.digest ?? null);
      try {
        write();
      } catch (error) {
        // The references say when a document is not there: asking before each of a thousand revisions costs a third of them.
        if (!isMissingReference(error)) throw error;
        given.keep();
        done?.keep();
        write();
      }
      return { deviceId, revision, atMs, effective, automatic };
    },
  };
}

type Kept = EffectiveConfiguration | AutomaticRecord;

function isMissingReference(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
}

interface KeptDocument {
  readonly digest: Buffer;
  /** Writes it where it is not there. It goes with the last revision that has it, and an undone transaction takes it along. */
  keep(): void;
}

/** Documents under their digest. An object that many devices share is written out and hashed once for all. */
function createKeeper(
  db: Connection,
  table: 'effective_configurations' | 'automatic_records',
): (document: Kept) => KeptDocument {
  const keep = db.prepare<[Buffer, string]>(`INSERT INTO ${table} VALUES (?, ?) ON CONFLICT DO NOTHING`);
  const known = new WeakMap<Kept, KeptDocument>();
  return (document) => {
    const found = known.get(document);
    if (found !== undefined) return found;
    const text = toColumn(document);
    const digest = hash('sha256', text, 'buffer');
    const kept = { digest, keep: () => void keep.run(digest, text) };
    known.set(document, kept);
    return kept;
  };
}
