// The seventh schema on a database that was in use: revisions that are there stay, and say that they do not know what automatic
// configurations did; records go with the last revision that has them.
import { expect, onTestFinished, test } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { AutomaticRecord } from '#domain/layering/automatic-record.ts';
import { connect, type Connection } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { readRevisions, writeRevisions } from '#store/revisions.ts';

const noBackUp = { backUp: () => undefined };
const d1 = 'd1' as DeviceId;
const nothing = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };
const record: AutomaticRecord = {
  '': {
    writes: [{ path: ['rate'], writtenBy: 'high' as DeploymentId, hidden: ['low' as DeploymentId], value: 5 }],
    left: [],
  },
};

/** Version 6, with one revision of one device. */
function aDatabaseInUse(): Connection {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 6), ...noBackUp });
  db.exec(`
    INSERT INTO devices VALUES ('d1', '1', 'enabled', NULL, 0, 1, '{}', 1, 1, 'Disconnected', 0, 0);
    INSERT INTO effective_configurations VALUES (zeroblob(32), '${JSON.stringify(nothing)}');
    INSERT INTO revisions VALUES ('d1', 1, 1000, zeroblob(32));`);
  return db;
}

const recordsIn = (db: Connection): unknown => db.prepare('SELECT count(*) FROM automatic_records').pluck().get();

test('when the database is in use, its revisions stay as they are, and what was not kept is null', () => {
  const db = aDatabaseInUse();
  expect(migrate(db, { steps: migrations.slice(0, 7), ...noBackUp })).toEqual({ from: 6, to: 7 });
  migrate(db, noBackUp);
  const revisions = readRevisions(db);
  expect(revisions.latest(d1)).toEqual({ deviceId: d1, revision: 1, atMs: 1000, effective: nothing, automatic: null });
  expect(writeRevisions(db).append(d1, 2000, nothing, record)).toMatchObject({ revision: 2, automatic: record });
  expect(revisions.list(d1, { limit: 9 }).map(({ automatic }) => automatic)).toEqual([record, null]);
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
});

test('when revisions have the same record, it is kept once, and goes with the last of them', () => {
  const db = aDatabaseInUse();
  migrate(db, noBackUp);
  const revisions = writeRevisions(db);
  revisions.append(d1, 2000, nothing, record);
  revisions.append(d1, 3000, nothing, record);
  revisions.append(d1, 4000, nothing);
  expect(recordsIn(db)).toBe(2);
  db.exec('DELETE FROM revisions WHERE revision = 2');
  expect(recordsIn(db)).toBe(2);
  db.exec("DELETE FROM devices WHERE device_id = 'd1'");
  expect(recordsIn(db)).toBe(0);
});

test('when a document that was kept before went with its last revision, the next one keeps it again', () => {
  const db = aDatabaseInUse();
  migrate(db, noBackUp);
  const revisions = writeRevisions(db);
  revisions.append(d1, 2000, nothing, record);
  db.exec('DELETE FROM revisions');
  expect(recordsIn(db)).toBe(0);
  revisions.append(d1, 3000, nothing, record);
  expect(readRevisions(db).latest(d1)).toMatchObject({ effective: nothing, automatic: record });
});

test.each([
  ["zeroblob(31), '{}'", /CHECK/],
  ["zeroblob(32), 'no json'", /CHECK/],
])('when a record is %s, it is refused', (values, reason) => {
  const db = aDatabaseInUse();
  migrate(db, { steps: migrations.slice(0, 7), ...noBackUp });
  expect(() => db.exec(`INSERT INTO automatic_records VALUES (${values})`)).toThrow(reason);
});
