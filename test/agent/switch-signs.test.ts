// What is cleared of a lock when its module ends: a module that owns the directory puts there whatever it likes.
import { access, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clearLock } from '#agent/switch-signs.ts';

let dir: string;
let lock: string;
let outside: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'switch-signs-'));
  lock = join(dir, 'locks', 'web', 'lock');
  outside = join(dir, 'outside');
  await mkdir(join(dir, 'locks', 'web'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, 'passwd'), 'root');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const clear = (): Promise<void> => clearLock(join(dir, 'locks'), 'web');

test.each<[string, () => Promise<unknown>]>([
  ['a file', () => writeFile(lock, 'cycle 12')],
  ['a link out of there', () => symlink(outside, lock)],
  ['an empty directory', () => mkdir(lock)],
  [
    'a directory with a process id and a link out of there',
    async () => {
      await mkdir(lock);
      await writeFile(join(lock, 'pid'), '7');
      await symlink(outside, join(lock, 'out'));
    },
  ],
])('when it is %s, it goes and nothing else does', async (_title, make) => {
  await make();
  await clear();
  await expect(access(lock)).rejects.toThrow('ENOENT');
  expect(await readFile(join(outside, 'passwd'), 'utf8')).toBe('root');
});

// A path that is gone into may be a link by then: root would remove what it leads to.
test('when directories lie in it, they are not gone into', async () => {
  await mkdir(join(lock, 'deep'), { recursive: true });
  await writeFile(join(lock, 'deep', 'kept'), '');
  await clear();
  expect(await readdir(join(lock, 'deep'))).toEqual(['kept']);
});

test('when it has more in it than any lock needs, that is not counted through', async () => {
  await mkdir(lock);
  for (let number = 0; number < 100; number++) await writeFile(join(lock, String(number)), '');
  await clear();
  expect((await readdir(lock)).length).toBe(36);
});

test('when there is none, nothing happens', async () => {
  await expect(clear()).resolves.toBeUndefined();
});
