// The ninth schema on a database that was in use: nothing that was there changes, and the new tables refuse what is no value.
import { expect, onTestFinished, test } from 'vitest';
import { connect, type Connection } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';

function aDatabaseInUse(): Connection {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 8), backUp: () => undefined });
  db.exec("INSERT INTO devices VALUES ('d1', '1', 'enabled', NULL, 0, 1, '{}', 1, 1, 'Disconnected', 0, 0)");
  expect(migrate(db, { steps: migrations.slice(0, 9), backUp: () => undefined })).toEqual({ from: 8, to: 9 });
  return db;
}

test('when the database is in use, its devices stay, and the groups they are put into go with them', () => {
  const db = aDatabaseInUse();
  db.exec("INSERT INTO device_groups VALUES ('g', NULL, 0, 1); INSERT INTO device_group_members VALUES ('g', 'd1')");
  db.exec("DELETE FROM devices WHERE device_id = 'd1'");
  expect(db.prepare('SELECT count(*) FROM device_group_members').pluck().get()).toBe(0);
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
});

test.each([
  ["INSERT INTO device_groups VALUES ('a', NULL, 0, 1), ('b', NULL, 0, 1)", /UNIQUE/],
  ["INSERT INTO device_group_members VALUES ('none', 'd1')", /FOREIGN KEY/],
  ["INSERT INTO rollouts VALUES (1, 'a', '*', 'no json', 'pending', 1, '{}', '[]', -1, '{}', 0, 0, NULL)", /CHECK/],
  ["INSERT INTO rollouts VALUES (1, 'a', '*', '{}', 'pending', 2, '{}', '[]', -1, '{}', 0, 0, NULL)", /CHECK/],
])('when a row is no value (%s), it is refused', (sql, reason) => {
  expect(() => aDatabaseInUse().exec(sql)).toThrow(reason);
});
