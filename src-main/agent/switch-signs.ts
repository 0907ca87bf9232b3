// What lies on the device's disk about a switch: the locks of modules, each in a directory that its module alone sees, and the word
// of whoever stands at the device. Modules write there whatever they like, so nothing here is followed or trusted.
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, opendir, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { asAppError } from '#base/errors.ts';

/** Where a module finds its directory. */
export const lockMountPath = '/run/lanyard';
const lockName = 'lock';
const releaseName = 'switch-now';
const mostLineBytes = 1024;
/** Of a lock that is a directory: a process id and the like. */
const mostLockEntries = 64;

export interface Lock {
  readonly writtenAtMs: number;
  /** Its first line, as far as it can be read. */
  readonly said: string;
}

export function lockDirOf(locksDir: string, module: string): string {
  return join(locksDir, module);
}

/** Whatever user the module runs as can write there. */
export async function layOutLock(locksDir: string, module: string): Promise<void> {
  const dir = lockDirOf(locksDir, module);
  // Past the mask of the process, for its module; nobody else gets this far, for the directories above are closed.
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o777);
}

/** Null: there is none. A lock that cannot be looked at is one: better held than stopped in mid-work. */
export async function readLock(locksDir: string, module: string): Promise<Lock | null> {
  const file = join(lockDirOf(locksDir, module), lockName);
  try {
    const { mtimeMs: writtenAtMs } = await lstat(file);
    return { writtenAtMs, said: await firstLine(file) };
  } catch (error) {
    if (isMissing(error)) return null;
    return { writtenAtMs: Infinity, said: `its lock cannot be read: ${asAppError(error).message}` };
  }
}

/** A link or a pipe is a lock without words. */
async function firstLine(file: string): Promise<string> {
  if (!(await lstat(file)).isFile()) return '';
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) return '';
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostLineBytes), 0, mostLineBytes, 0);
    return buffer.toString('utf8', 0, bytesRead).trimStart().split('\n', 1)[0] ?? '';
  } finally {
    await handle.close();
  }
}

/**
 * Whoever wrote it runs no more, but another one that shares the directory may: no path is gone into that it could turn into a
 * link out of there, so of a directory only what lies in it is taken away, by the directory itself.
 */
export async function clearLock(locksDir: string, module: string): Promise<void> {
  const file = join(lockDirOf(locksDir, module), lockName);
  try {
    if ((await lstat(file)).isDirectory()) {
      await emptyDirectory(file);
      await rmdir(file);
    } else await unlink(file);
  } catch {
    // It is older than whatever starts next, and holds nothing by that alone.
  }
}

async function emptyDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const opened = `/proc/self/fd/${handle.fd}`;
    let left = mostLockEntries;
    for await (const { name } of await opendir(opened)) {
      if (left === 0) return;
      left -= 1;
      await unlink(join(opened, name));
    }
  } finally {
    await handle.close();
  }
}

/** Whether somebody at the device said now. One word counts once, so what cannot be taken away does not count. */
export async function takeRelease(stateDir: string, log: Logger): Promise<boolean> {
  const file = join(stateDir, releaseName);
  try {
    await rm(file);
    return true;
  } catch (error) {
    if (!isMissing(error)) log.warn({ file, reason: asAppError(error).message }, 'the word to switch cannot be taken');
    return false;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
