// The seventeenth schema on a database that was in use: every device has the revisions it had, they go on from there, and go with it.
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { connect } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { readRevisions, writeRevisions } from '#store/revisions.ts';

const one = 'd1' as DeviceId;
const two = 'd2' as DeviceId;
const none = 'd3' as DeviceId;
const nothing = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };
const record = { '': { writes: [], left: [] } };

/** Version 16, with three revisions of one device, one of another, and none of a third. */
function aDatabaseInUse() {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 16), backUp: () => undefined });
  for (const id of [one, two, none])
    db.exec(`INSERT INTO devices VALUES ('${id}', '1', 'enabled', NULL, 0, 1, '{}', 1, 1, 'Disconnected', 0, 0)`);
  db.exec(`
    INSERT INTO effective_configurations VALUES (zeroblob(32), '${JSON.stringify(nothing)}');
    INSERT INTO automatic_records VALUES (x'${'02'.repeat(32)}', '${JSON.stringify(record)}');
    INSERT INTO revisions (device_id, revision, at_ms, digest, automatic_digest) VALUES
      ('d1', 1, 1000, zeroblob(32), NULL), ('d1', 2, 2000, zeroblob(32), x'${'02'.repeat(32)}'),
      ('d1', 3, 3000, zeroblob(32), NULL), ('d2', 1, 1500, zeroblob(32), NULL);`);
  expect(migrate(db, { steps: migrations.slice(0, 17), backUp: () => undefined })).toEqual({ from: 16, to: 17 });
  expect(db.pragma('foreign_key_check')).toEqual([]);
  return db;
}

test('when revisions are there, each device has its own as before', () => {
  const revisions = readRevisions(aDatabaseInUse());
  expect(revisions.list(one, { limit: 9 }).map(({ revision, atMs, automatic }) => [revision, atMs, automatic])).toEqual(
    [
      [3, 3000, {}],
      [2, 2000, record],
      [1, 1000, {}],
    ],
  );
  expect(revisions.latest(two)).toMatchObject({ revision: 1, atMs: 1500 });
  expect(revisions.latest(none)).toBeUndefined();
});

test('when a device is given another, its number is the next of that device', () => {
  const db = aDatabaseInUse();
  const revisions = writeRevisions(db);
  expect([one, two, none].map((deviceId) => revisions.append(deviceId, 4000, nothing).revision)).toEqual([4, 2, 1]);
  expect(readRevisions(db).latest(one)).toMatchObject({ revision: 4, atMs: 4000 });
});

test('when devices go, all their revisions go with them, and what nobody has any more', () => {
  const db = aDatabaseInUse();
  const left = db.prepare('SELECT device_id, revision FROM revisions').raw();
  const documents = db.prepare(
    'SELECT (SELECT count(*) FROM effective_configurations), (SELECT count(*) FROM automatic_records)',
  );
  db.exec(`DELETE FROM devices WHERE device_id = 'd1'`);
  expect(left.all()).toEqual([['d2', 1]]);
  expect(documents.raw().get()).toEqual([1, 0]);
  db.exec(`DELETE FROM devices`);
  expect(left.all()).toEqual([]);
  expect(documents.raw().get()).toEqual([0, 0]);
});

test('when a device goes, its revisions are looked up, not searched', () => {
  const db = aDatabaseInUse();
  const sql = `DELETE FROM revisions WHERE device_id = 'd1' AND revision IN (SELECT number FROM (
    WITH RECURSIVE numbers (number) AS (VALUES (3) UNION ALL SELECT number - 1 FROM numbers WHERE number > 1)
    SELECT number FROM numbers))`;
  const plan = db.prepare<[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
  expect(plan[0]?.detail).toBe('SEARCH revisions USING PRIMARY KEY (revision=? AND device_id=?)');
});
