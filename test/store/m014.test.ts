// The fourteenth schema on a database that was in use: what is known of what configurations did stays known, and what is not, not.
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { connect } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { readRevisions, writeRevisions } from '#store/revisions.ts';

const noBackUp = { backUp: () => undefined };
const d1 = 'd1' as DeviceId;
const nothing = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };
const record = { '': { writes: [], left: [] } };

/** Version 13, with revisions of which nothing, that nothing was done, and something is known. */
function aDatabaseInUse(numbers: readonly number[]) {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 13), ...noBackUp });
  db.exec(`
    INSERT INTO devices VALUES ('d1', '1', 'enabled', NULL, 0, 1, '{}', 1, 1, 'Disconnected', 0, 0);
    INSERT INTO effective_configurations VALUES (zeroblob(32), '${JSON.stringify(nothing)}');
    INSERT INTO automatic_records VALUES (x'${'01'.repeat(32)}', '{}'), (x'${'02'.repeat(32)}', '${JSON.stringify(record)}');`);
  const digests = ['NULL', `x'${'01'.repeat(32)}'`, `x'${'02'.repeat(32)}'`];
  for (const number of numbers)
    db.exec(`INSERT INTO revisions VALUES ('d1', ${number}, 1000, zeroblob(32), ${digests[number - 1]})`);
  expect(migrate(db, { steps: migrations.slice(0, 14), ...noBackUp })).toEqual({ from: 13, to: 14 });
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  // Readers and writers know the newest alone.
  migrate(db, noBackUp);
  const records = db.prepare('SELECT record FROM automatic_records ORDER BY record').pluck().all();
  const automatic = readRevisions(db)
    .list(d1, { limit: 9 })
    .map((revision) => revision.automatic);
  return { db, records, automatic };
}

test('when revisions are there, each tells the same of what configurations did as before', () => {
  const { records, automatic } = aDatabaseInUse([1, 2, 3]);
  expect(automatic).toEqual([record, {}, null]);
  expect(records).toEqual(['null', JSON.stringify(record)]);
});

test('when of all revisions it is known, there is no record for the unknown', () => {
  const { records, automatic } = aDatabaseInUse([2, 3]);
  expect(automatic).toEqual([record, {}]);
  expect(records).toEqual([JSON.stringify(record)]);
});

test('when configurations do nothing, a new revision keeps no record, and says that they did nothing', () => {
  const { db } = aDatabaseInUse([3]);
  writeRevisions(db).append(d1, 2000, nothing);
  expect(readRevisions(db).latest(d1)).toMatchObject({ revision: 4, automatic: {} });
  expect(db.prepare('SELECT count(*) FROM automatic_records').pluck().get()).toBe(1);
});
