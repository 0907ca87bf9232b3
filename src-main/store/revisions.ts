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
  const get = db.prepare<[string, number], RevisionRow>(`${select} WHERE device_id = +? AND revision = +?`);
  const isManaged = db
    .prepare<[string, number], number>(
      `SELECT json_extract(effective, '$.base') IS NOT NULL FROM revisions JOIN effective_configurations USING (digest)
       WHERE device_id = +? AND revision = +?`,
    )
    .pluck();
  const newest = newestReader(db);
  const readShared = createSharedReader();
  const find = (deviceId: DeviceId, revision: number): Revision | undefined => {
    const row = get.get(deviceId, revision);
    return row === undefined ? undefined : toRevision(row, readShared);
  };
  return {
    latest: (deviceId) => find(deviceId, newest(deviceId)),
    get: find,
    list(deviceId, { before, limit }) {
      const first = Math.min(before ?? Number.MAX_SAFE_INTEGER, newest(deviceId) + 1) - 1;
      const revisions: Revision[] = [];
      // They have no gaps (m017-revisions-by-number.ts).
      for (let number = first; number > Math.max(0, first - limit); number -= 1) {
        const revision = find(deviceId, number);
        if (revision !== undefined) revisions.push(revision);
      }
      return revisions;
    },
    lastManaged(deviceId, revision) {
      for (let number = Math.min(revision, newest(deviceId)); number > 0; number -= 1)
        if (isManaged.get(deviceId, number) === 1) return number;
      return undefined;
    },
  };
}

/** 0: the device has none. */
function newestReader(db: Connection): (deviceId: DeviceId) => number {
  const newest = db.prepare<[string], number>('SELECT revision FROM newest_revisions WHERE device_id = +?').pluck();
  return (deviceId) => newest.get(deviceId) ?? 0;
}

/** All but the first of a device are an update: an upsert looks for the row twice. */
function createNewestSetter(db: Connection): (deviceId: DeviceId, revision: number) => void {
  const insert = db.prepare<[string, number]>('INSERT INTO newest_revisions VALUES (?, ?)');
  const update = db.prepare<[number, string]>('UPDATE newest_revisions SET revision = ? WHERE device_id = +?');
  return (deviceId, revision) => {
    if (revision === 1) insert.run(deviceId, revision);
    else update.run(revision, deviceId);
  };
}

export function writeRevisions(db: Connection): StoreWriters['revisions'] {
  const withDocuments = createDocumentWriter(db);
  const newest = newestReader(db);
  const setNewest = createNewestSetter(db);
  const columns = 'INSERT INTO revisions (revision, at_ms, digest, automatic_digest, device_id)';
  const insert = db.prepare<[number, number, ...Digests, string]>(`${columns} VALUES (?, ?, ?, ?, ?)`);
  const insertAlike = db.prepare<[number, number, ...Digests, string]>(
    `${columns} SELECT ?, ?, ?, ?, value FROM json_each(?)`,
  );
  const setNewestAlike = db.prepare<[number, string]>(
    `INSERT INTO newest_revisions (revision, device_id) SELECT ?, value FROM json_each(?) WHERE true
     ON CONFLICT DO UPDATE SET revision = excluded.revision`,
  );
  return {
    append(deviceId, atMs, effective, automatic = {}, latest = newest(deviceId)) {
      const revision = latest + 1;
      withDocuments(effective, automatic, (...digests) => insert.run(revision, atMs, ...digests, deviceId));
      setNewest(deviceId, revision);
      return { deviceId, revision, atMs, effective, automatic };
    },
    appendAlike(deviceIds, { atMs, effective, automatic, latest }) {
      const revision = latest + 1;
      const asked = toColumn(deviceIds);
      withDocuments(effective, automatic, (...digests) => insertAlike.run(revision, atMs, ...digests, asked));
      setNewestAlike.run(revision, asked);
      return revision;
    },
  };
}

type Digests = readonly [given: Buffer, done: Buffer | null];

/** Writes rows that refer to both documents, and the documents where they are not there. */
function createDocumentWriter(
  db: Connection,
): (effective: EffectiveConfiguration, automatic: AutomaticRecord, write: (...digests: Digests) => unknown) => void {
  const keepEffective = createKeeper(db, 'effective_configurations');
  const keepAutomatic = createKeeper(db, 'automatic_records');
  return (effective, automatic, write) => {
    const given = keepEffective(effective);
    const done = Object.keys(automatic).length === 0 ? null : keepAutomatic(automatic);
    const digests = [given.digest, done?.digest ?? null] as const;
    try {
      write(...digests);
    } catch (error) {
      // The references say when a document is not there: asking before each of a thousand revisions costs a third of them.
      if (!isMissingReference(error)) throw error;
      given.keep();
      done?.keep();
      write(...digests);
    }
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
