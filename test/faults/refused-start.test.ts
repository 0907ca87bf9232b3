// Starts that cannot be: one line that says what to do, exit code 2, and not a byte changed.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { seedSite } from '#test/support/seed-site.ts';
import { snapshotOf } from './folder-snapshot.ts';
import { mountDisk, whyNoMounts } from './small-disk.ts';

const freePorts = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];

let home = '';
const undo: (() => unknown)[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lanyard-refused-'));
});

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
  rmSync(home, { recursive: true, force: true });
});

interface Refusal {
  readonly code: number | null;
  readonly stdout: string;
  /** What a person reads. */
  readonly lines: readonly string[];
}

function tryToStart(flags: readonly string[]): Refusal {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src-main/entry/hub-main.js', ...flags], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { code: status, stdout, lines: stderr.trimEnd().split('\n') };
}

async function runningHub(dataDir: string): Promise<HubProcess> {
  const hub = await startHubProcess(['--data-dir', dataDir, ...freePorts]);
  undo.push(() => hub.end('SIGKILL'));
  return hub;
}

async function takenPort(): Promise<number> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** A site that was used and left in order. */
async function usedSite(): Promise<string> {
  const dataDir = join(home, 'site');
  const hub = await startHubProcess(['--data-dir', dataDir, ...freePorts]);
  await hub.end('SIGTERM');
  return dataDir;
}

function expectRefusal(refusal: Refusal, words: RegExp): void {
  expect(refusal).toEqual({ code: 2, stdout: '', lines: [expect.stringMatching(words)] });
}

test('when another hub runs on the same data, the second says whose it is and leaves it alone', async () => {
  const dataDir = join(home, 'site');
  await runningHub(dataDir);
  const before = dataOf(dataDir);
  expectRefusal(tryToStart(['--data-dir', dataDir, ...freePorts]), /Another hub is running on .*--data-dir/);
  expect(dataOf(dataDir)).toEqual(before);
});

test.each([
  ['a symbolic link', symlinkSync, /hub\.db is a link to .*site.hub\.db: start with the folder/],
  ['a hard link', linkSync, /hub\.db has a second name elsewhere/],
])('when the database of a running hub is reached through %s, a second hub refuses', async (_, link, words) => {
  const dataDir = join(home, 'site');
  await runningHub(dataDir);
  mkdirSync(join(home, 'other'));
  link(join(dataDir, 'hub.db'), join(home, 'other', 'hub.db'));
  const before = dataOf(home);
  expectRefusal(tryToStart(['--data-dir', join(home, 'other'), ...freePorts]), words);
  expect(dataOf(home)).toEqual(before);
});

test('when the folder of a running hub is reached by another name, a second hub refuses', async () => {
  const dataDir = join(home, 'site');
  await runningHub(dataDir);
  symlinkSync(dataDir, join(home, 'link'));
  const before = dataOf(dataDir);
  for (const name of [join(home, 'link'), join(home, 'link', '..', 'site'), `${dataDir}//.`])
    expectRefusal(tryToStart(['--data-dir', name, ...freePorts]), /Another hub is running on .*--data-dir/);
  expect(dataOf(dataDir)).toEqual(before);
});

const listeners = ['--https-port', '--mqtt-port', '--console-port'] as const;

test.each(listeners)('when the port of %s is taken, the hub names it and writes nothing', async (flag) => {
  const port = await takenPort();
  const otherPorts = listeners.filter((other) => other !== flag).flatMap((other) => [other, '0']);
  const ports = [flag, String(port), ...otherPorts];
  const newDir = join(home, 'new');
  expectRefusal(tryToStart(['--data-dir', newDir, ...ports]), new RegExp(`\\b${port}\\b.*${flag}`));
  expect(snapshotOf(home)).toEqual([]);

  const dataDir = await usedSite();
  const before = snapshotOf(dataDir);
  expectRefusal(tryToStart(['--data-dir', dataDir, ...ports]), new RegExp(`\\b${port}\\b.*${flag}`));
  expect(snapshotOf(dataDir)).toEqual(before);
});

test('when a limit is none, the hub says which there are and writes nothing', () => {
  const flags = ['--data-dir', join(home, 'site'), ...freePorts, '--limit', 'lables=5'];
  expectRefusal(tryToStart(flags), /^--limit lables: there is no such limit: choose one of deployments, .*labels/);
  expect(snapshotOf(home)).toEqual([]);
});

test('when the data folder cannot be written, the hub names it and writes nothing', ({ skip }) => {
  const dataDir = unwritableFolder(skip);
  expectRefusal(tryToStart(['--data-dir', join(dataDir, 'site'), ...freePorts]), /cannot be written.*--data-dir/);
  expectRefusal(tryToStart(['--data-dir', dataDir, ...freePorts]), /cannot be written.*--data-dir/);
  expect(snapshotOf(dataDir)).toEqual([]);
});

test('when a newer version wrote the database, the hub says so and writes nothing', () => {
  const dataDir = join(home, 'site');
  mkdirSync(dataDir, { mode: 0o700 });
  seedSite({ dir: dataDir, devices: 1 });
  const db = new Database(join(dataDir, 'hub.db'));
  db.pragma('user_version = 9999');
  db.close();
  const before = snapshotOf(dataDir);
  expectRefusal(tryToStart(['--data-dir', dataDir, ...freePorts]), /newer Lanyard \(version 9999/);
  expect(snapshotOf(dataDir)).toEqual(before);
});

/** Root may write everywhere but on a disk that is mounted read-only. */
function unwritableFolder(skip: (reason: string) => never): string {
  if (process.getuid?.() === 0) {
    const reason = whyNoMounts();
    if (reason !== null) skip(`root can write everywhere, and ${reason}`);
    const disk = mountDisk('ro');
    undo.push(() => disk.remove());
    return disk.dir;
  }
  const dir = join(home, 'read-only');
  mkdirSync(dir);
  chmodSync(dir, 0o500);
  undo.push(() => chmodSync(dir, 0o700));
  return dir;
}

/**
 * What lies in the folder of a hub that runs: all but SQLite's shared memory, in which the hub's own check of the file leaves
 * its marks as a reader, and which holds no data. The rest changes only when something happens, and here nothing does.
 */
function dataOf(dir: string): readonly string[] {
  return snapshotOf(dir).filter((line) => !line.includes('hub.db-shm '));
}
