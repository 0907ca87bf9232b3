// Copies of the database that are asked for: made beside the work, checked, and never half of one under the name of a whole.
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { openStore } from '#store/open-store.ts';
import type { CopyTarget } from '#store/backup-copy.ts';
import { diskFiller } from '#test/faults/fill-disk.ts';
import { mountDisk, type SmallDisk, whyNoMounts } from '#test/faults/small-disk.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aReport, aStoreIn, aTemporaryFolder, putDevice, silentLog } from '#test/support/test-store.ts';

function aTarget(dir: string, change: Partial<CopyTarget> = {}): CopyTarget {
  const signal = new AbortController().signal;
  return { dir, fileName: 'hub-asked-1.db', mostKept: 3, signal, onProgress: () => undefined, ...change };
}

function fill(store: ReturnType<typeof aStoreIn>, rows: number): void {
  store.change((write) => {
    for (let n = 0; n < rows; n += 1) write.journal.append({ ...aReport(n), detail: { text: 'x'.repeat(1000) } });
  });
}

const newestRow = (path: string): number => {
  const db = new Database(path, { readonly: true });
  const row = db.prepare<[], number>('SELECT max(seq) FROM journal').pluck().get() ?? 0;
  db.close();
  return row;
};

test('when a copy is asked for while the hub writes, it is one moment of the database, private, and can be started from', async () => {
  const dir = aTemporaryFolder();
  const store = aStoreIn(dir);
  putDevice(store);
  fill(store, 5000);
  const steps: string[] = [];
  let written = 5000;
  const target = aTarget(join(dir, 'backups'), {
    onProgress({ step, doneBytes, totalBytes }) {
      steps.push(step);
      expect(doneBytes).toBeLessThanOrEqual(totalBytes);
      // Between the pages that are copied, as devices do it.
      fill(store, 1);
      written += 1;
    },
  });
  const path = await store.copyTo(target);
  expect(path).toBe(join(dir, 'backups', 'hub-asked-1.db'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(dir, 'backups'))).toEqual(['hub-asked-1.db']);
  expect(new Set(steps)).toEqual(new Set(['copying', 'checking']));
  expect(store.read.journal.lastSeq()).toBe(written);
  const copied = newestRow(path);
  expect(copied).toBeGreaterThanOrEqual(5000);
  expect(copied).toBeLessThan(written);

  const elsewhere = aTemporaryFolder();
  copyFileSync(path, join(elsewhere, 'hub.db'));
  const restored = openStore({ dir: elsewhere, clock: createFakeClock(), log: silentLog });
  expect(restored.read.devices.count()).toBe(1);
  expect(restored.read.journal.lastSeq()).toBe(copied);
  expect(await restored.read.journal.findBrokenSeq()).toBeNull();
  restored.close();
});

test('when it is cancelled in the middle, nothing of it stays and the store goes on', async () => {
  const dir = aTemporaryFolder();
  const store = aStoreIn(dir);
  fill(store, 5000);
  const stopping = new AbortController();
  const backups = join(dir, 'backups');
  const copy = store.copyTo(aTarget(backups, { signal: stopping.signal, onProgress: () => stopping.abort() }));
  await expect(copy).rejects.toMatchObject({ kind: 'refused', code: 'backup.cancelled' });
  expect(readdirSync(backups)).toEqual([]);
  fill(store, 1);
});

test('when the store is closed meanwhile, nothing of it stays', async () => {
  const dir = aTemporaryFolder();
  const store = aStoreIn(dir);
  fill(store, 5000);
  const copy = store.copyTo(aTarget(join(dir, 'backups')));
  store.close();
  await expect(copy).rejects.toMatchObject({ code: 'backup.cancelled' });
  expect(readdirSync(join(dir, 'backups'))).toEqual([]);
});

test('when a power cut left half a copy, the next one takes it away and does not touch other files', async () => {
  const dir = aTemporaryFolder();
  const backups = join(dir, 'backups');
  mkdirSync(backups);
  for (const name of ['hub-asked-0.db.part', 'hub-asked-0.db.part-wal', 'notes.txt', 'hub-v3-1.db'])
    writeFileSync(join(backups, name), 'x');
  await aStoreIn(dir).copyTo(aTarget(backups));
  expect(readdirSync(backups).toSorted()).toEqual(['hub-asked-1.db', 'hub-v3-1.db', 'notes.txt']);
});

test('when there are more than are kept, the oldest of those that were asked for go', async () => {
  const dir = aTemporaryFolder();
  const backups = join(dir, 'backups');
  const store = aStoreIn(dir);
  for (const n of [1, 2, 3, 4]) {
    const path = await store.copyTo(aTarget(backups, { fileName: `hub-asked-${n}.db`, mostKept: 2 }));
    utimesSync(path, n, n);
  }
  writeFileSync(join(backups, 'hub-v3-1.db'), 'x');
  await store.copyTo(aTarget(backups, { fileName: 'hub-asked-5.db', mostKept: 2 }));
  expect(readdirSync(backups).toSorted()).toEqual(['hub-asked-4.db', 'hub-asked-5.db', 'hub-v3-1.db']);
});

test('when the folder cannot be made, it says so in words', async () => {
  const dir = aTemporaryFolder();
  writeFileSync(join(dir, 'file'), '');
  await expect(aStoreIn(dir).copyTo(aTarget(join(dir, 'file', 'backups')))).rejects.toThrow(
    /ENOTDIR|cannot be written/,
  );
});

const noMounts = whyNoMounts();
describe.skipIf(noMounts !== null)(`on a small disk${noMounts === null ? '' : ` (${noMounts})`}`, () => {
  let disk: SmallDisk | undefined;
  afterEach(() => disk?.remove());

  test('when the disk fills up, no copy is there, the older ones are, and it works again once there is room', async () => {
    disk = mountDisk('size=8m');
    const store = aStoreIn(aTemporaryFolder());
    fill(store, 2000);
    const target = aTarget(disk.dir, { fileName: 'hub-asked-1.db' });
    await store.copyTo(target);
    const filler = diskFiller(join(disk.dir, 'film.mp4'));
    filler.fill();
    await expect(store.copyTo({ ...target, fileName: 'hub-asked-2.db' })).rejects.toMatchObject({
      kind: 'unready',
      code: 'store.full',
    });
    expect(readdirSync(disk.dir).toSorted()).toEqual(['film.mp4', 'hub-asked-1.db']);
    filler.empty();
    await store.copyTo({ ...target, fileName: 'hub-asked-2.db' });
    expect(existsSync(join(disk.dir, 'hub-asked-2.db'))).toBe(true);
  });
});
