// Opening: what is made, and every reason not to open, each in one sentence and with nothing touched on disk.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { AppError } from '#base/errors.ts';
import type { ModuleId } from '#base/ids.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aReport, aStoreIn, aStoredModule, aTemporaryFolder, putDevice } from '#test/support/test-store.ts';

function refusalOf(open: () => unknown): AppError {
  try {
    open();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('It opened.');
}

/** Every file below `dir` with its bytes and times. */
function snapshotOf(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, `${statSync(path).mtimeMs} ${readFileSync(path).toString('base64')}`];
    }),
  );
}

function aClosedStore(): string {
  const dir = aTemporaryFolder();
  const store = aStoreIn(dir);
  putDevice(store);
  store.change((write) => write.journal.append(aReport(1)));
  store.close();
  return dir;
}

describe('a first start', () => {
  it('when the folder is missing, it is made for its owner alone, and so are the files', () => {
    const dir = join(aTemporaryFolder(), 'new', 'data');
    const store = aStoreIn(dir);
    putDevice(store);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const name of ['hub.db', 'hub.db-wal', 'hub.db-shm', 'hub.lock']) {
      expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  it('when the database was readable by others, it no longer is', () => {
    const dir = aClosedStore();
    chmodSync(join(dir, 'hub.db'), 0o644);
    aStoreIn(dir);
    expect(statSync(join(dir, 'hub.db')).mode & 0o777).toBe(0o600);
  });

  it('when power was cut before the first commit, the empty file is taken for a new one', () => {
    const dir = aTemporaryFolder();
    writeFileSync(join(dir, 'hub.db'), '');
    expect(aStoreIn(dir).read.journal.lastSeq()).toBe(0);
  });
});

describe('reasons not to open', () => {
  it('second hub: when one runs on the folder, the second is refused and the first goes on', () => {
    const dir = aTemporaryFolder();
    const first = aStoreIn(dir);
    putDevice(first);
    const before = snapshotOf(dir);
    const refusal = refusalOf(() => aStoreIn(dir));
    expect(refusal).toMatchObject({ kind: 'refused', code: 'store.locked', subject: dir });
    expect(snapshotOf(dir)).toEqual(before);
    first.change((write) => write.journal.append(aReport(1)));
    first.close();
    expect(aStoreIn(dir).read.journal.lastSeq()).toBe(1);
  });

  it('second hub: when the first runs, other programs still read the database', () => {
    const dir = aTemporaryFolder();
    putDevice(aStoreIn(dir));
    const reader = new Database(join(dir, 'hub.db'), { readonly: true });
    expect(reader.prepare('SELECT count(*) FROM devices').pluck().get()).toBe(1);
    reader.close();
  });

  it('newer database: when a newer version wrote it, it is refused before anything is written', () => {
    const dir = aClosedStore();
    const newer = new Database(join(dir, 'hub.db'));
    newer.pragma('user_version = 999');
    newer.close();
    const before = snapshotOf(dir);
    const refusal = refusalOf(() => aStoreIn(dir));
    expect(refusal).toMatchObject({ kind: 'refused', code: 'store.newer' });
    expect(refusal.message).toContain('version 999');
    expect(snapshotOf(dir)).toEqual(before);
  });

  it('newer database: when its version sits in the WAL alone after a power cut, it is refused too', () => {
    const dir = aClosedStore();
    const file = join(dir, 'hub.db');
    const script = `const D = require('better-sqlite3'); const db = new D(${JSON.stringify(file)});
      db.pragma('wal_autocheckpoint = 0'); db.pragma('user_version = 999'); process.kill(process.pid, 'SIGKILL');`;
    expect(() => execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' })).toThrow();
    expect(refusalOf(() => aStoreIn(dir))).toMatchObject({ code: 'store.newer' });
    const db = new Database(file, { readonly: true });
    expect(db.pragma('user_version', { simple: true })).toBe(999);
    db.close();
  });

  it.each([
    ['text', Buffer.from('these are notes of mine, not a database\n'.repeat(10))],
    ['three bytes', Buffer.from('abc')],
    ['the magic words alone', Buffer.from('SQLite format 3\0')],
  ])('no database: when hub.db is %s, it is refused and left as it is', (_what, bytes) => {
    const dir = aTemporaryFolder();
    writeFileSync(join(dir, 'hub.db'), bytes);
    const before = snapshotOf(dir);
    expect(refusalOf(() => aStoreIn(dir))).toMatchObject({ kind: 'refused', code: 'store.corrupt' });
    expect(snapshotOf(dir)).toEqual(before);
  });

  it.each([
    ['an application id', 'PRAGMA application_id = 7; CREATE TABLE notes (text)'],
    ['no application id', 'CREATE TABLE notes (text)'],
  ])('no database of ours: when another program made it with %s, it is refused and keeps its rows', (_id, sql) => {
    const dir = aTemporaryFolder();
    const other = new Database(join(dir, 'hub.db'));
    other.exec(sql);
    other.close();
    const bytes = readFileSync(join(dir, 'hub.db'));
    expect(refusalOf(() => aStoreIn(dir))).toMatchObject({ code: 'store.corrupt' });
    expect(readFileSync(join(dir, 'hub.db')).equals(bytes)).toBe(true);
  });

  it('when the folder cannot be made, it is refused in words', () => {
    const dir = aTemporaryFolder();
    writeFileSync(join(dir, 'file'), '');
    const refusal = refusalOf(() => aStoreIn(join(dir, 'file', 'data')));
    expect(refusal).toMatchObject({ kind: 'refused', code: 'store.unwritable' });
    expect(refusal.message).toContain('--data-dir');
  });

  it('when the folder lies where none can be made, it is refused at once', ({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux has /proc');
    expect(refusalOf(() => aStoreIn('/proc/lanyard/data'))).toMatchObject({ code: 'store.unwritable' });
  });

  it('when the folder is read-only, it is refused in words', ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may write everywhere');
    const dir = join(aTemporaryFolder(), 'data');
    mkdirSync(dir, { mode: 0o500 });
    expect(refusalOf(() => aStoreIn(dir))).toMatchObject({ code: 'store.unwritable' });
  });

  it('when opening failed, the folder is free again', () => {
    const dir = aTemporaryFolder();
    writeFileSync(join(dir, 'hub.db'), '');
    const other = new Database(join(dir, 'hub.db'));
    other.exec('CREATE TABLE notes (text)');
    refusalOf(() => aStoreIn(dir));
    other.exec('DROP TABLE notes');
    other.close();
    expect(() => aStoreIn(dir)).not.toThrow();
  });
});

describe('flipped bytes', () => {
  it('when the newest journal row was edited, it is refused at the start', () => {
    const dir = aClosedStore();
    const db = new Database(join(dir, 'hub.db'));
    db.exec(`DROP TRIGGER journal_never_updated; UPDATE journal SET detail = '{"n":2}'`);
    db.close();
    expect(refusalOf(() => aStoreIn(dir))).toMatchObject({ kind: 'refused', code: 'store.corrupt' });
  });

  it('when the schema page is overwritten, it is refused at the start', () => {
    const dir = aClosedStore();
    const bytes = readFileSync(join(dir, 'hub.db'));
    bytes.fill(0xff, 100, 4096);
    writeFileSync(join(dir, 'hub.db'), bytes);
    expect(refusalOf(() => aStoreIn(dir))).toMatchObject({ kind: 'refused', code: 'store.corrupt' });
  });
});

describe('the state after a start', () => {
  it('when the run before ended with devices connected, all are disconnected and the others untouched', () => {
    const dir = aTemporaryFolder();
    const first = aStoreIn(dir);
    const { deviceId } = putDevice(first);
    const moduleId = '$edgeAgent' as ModuleId;
    const quiet = aStoredModule({ moduleId: 'quiet' as ModuleId, connectionChangedAtMs: 5, lastActivityAtMs: 6 });
    first.change((write) => {
      write.modules.insert(aStoredModule({ moduleId }));
      write.modules.insert(quiet);
      write.devices.setPresence({ deviceId, moduleId: null }, 'Connected', 10);
      write.devices.setPresence({ deviceId, moduleId }, 'Connected', 11);
    });
    first.close();
    const { read } = aStoreIn(dir, { clock: createFakeClock(99) });
    const disconnected = { connectionState: 'Disconnected', connectionChangedAtMs: 99 };
    expect(read.devices.get(deviceId)).toMatchObject({ ...disconnected, lastActivityAtMs: 10 });
    expect(read.modules.get(deviceId, moduleId)).toMatchObject({ ...disconnected, lastActivityAtMs: 11 });
    expect(read.modules.get(deviceId, quiet.moduleId)).toEqual(quiet);
  });

  it('when it is closed twice, the second time does nothing', () => {
    const store = aStoreIn(aTemporaryFolder());
    store.close();
    expect(() => store.close()).not.toThrow();
  });
});
