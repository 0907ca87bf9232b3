// The least that a change of a fleet has to write, for a floor that has a disk: of each device one row and one row of a chained
// journal, a hundred devices to a commit that is synced before anybody is told.
import { hash } from 'node:crypto';
import Database from 'better-sqlite3';
import { deviceIdAt } from '#test/support/seed-site.ts';

const devicesInCommit = 100;

/** Writes devices `from` to `from + devicesInCommit`, and returns how many that were: on disk when it returns. */
export type RowWriter = (from: number, devices: number, text: string) => number;

export function createRowWriter(path: string): RowWriter {
  const db = new Database(path);
  for (const pragma of ['journal_mode = wal', 'synchronous = 2', 'wal_autocheckpoint = 8000']) db.pragma(pragma);
  db.exec(`
    CREATE TABLE twins (device_id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, desired TEXT NOT NULL) STRICT;
    CREATE TABLE journal (seq INTEGER PRIMARY KEY, device_id TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL) STRICT;`);
  const put = db.prepare(
    'INSERT INTO twins VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET version = version + 1, desired = excluded.desired',
  );
  const append = db.prepare('INSERT INTO journal VALUES (?, ?, ?, unhex(?))');
  let seq = 0;
  let head = '';
  const writeSome = db.transaction((from: number, until: number, text: string) => {
    for (let index = from; index < until; index += 1) {
      const deviceId = deviceIdAt(index);
      seq += 1;
      head = hash('sha256', `${head}[${seq},"${deviceId}",${text}]`, 'hex');
      put.run(deviceId, text);
      append.run(seq, deviceId, text, head);
    }
  });
  return (from, devices, text) => {
    const until = Math.min(from + devicesInCommit, devices);
    writeSome.immediate(from, until, text);
    return until - from;
  };
}
