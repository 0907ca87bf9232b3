// The hub's folder: made for its owner alone, and the database files in it likewise, because they hold keys.
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { refused } from '#base/errors.ts';

export interface DataFiles {
  readonly dir: string;
  readonly database: string;
  readonly lock: string;
  readonly backups: string;
}

export function dataFiles(dir: string): DataFiles {
  return { dir, database: join(dir, 'hub.db'), lock: join(dir, 'hub.lock'), backups: join(dir, 'backups') };
}

/** Makes the folder when there is none. @throws refused `store.unwritable` */
export function prepareDirectory(dir: string): void {
  try {
    makeDirectory(dir);
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    // The one place where the file system's refusal can be told to a person before anything started.
    const message = `The data folder ${dir} cannot be written: give this user write access or choose another with --data-dir.`;
    throw refused('store.unwritable', message, { subject: dir, cause: error });
  }
}

/** Folder by folder: `recursive` never returns where a folder exists but refuses children (nodejs, /proc). */
function makeDirectory(dir: string): void {
  if (existsSync(dir)) return;
  const parent = dirname(dir);
  makeDirectory(parent);
  mkdirSync(dir, { mode: 0o700 });
  syncDirectory(parent);
}

/**
 * A database with a second name could be opened by two hubs at once, each with a lock, and by a hard link with a log, of its own:
 * only what lies in the folder itself is this folder's. @throws refused `store.unwritable`
 */
export function assertOwnFile(path: string): void {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || (status.isFile() && status.nlink === 1)) return;
  const message = status.isSymbolicLink()
    ? `The file ${path} is a link to ${readlinkSync(path)}: start with the folder that the file lies in as --data-dir.`
    : `The file ${path} has a second name elsewhere (a hard link): put a copy in its place, or start with the other folder as --data-dir.`;
  throw refused('store.unwritable', message, { subject: path });
}

/** Creates `path` empty, or narrows its mode: SQLite gives `-wal` and `-shm` the mode of the database itself. */
export function keepPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  } catch (error) {
    // As above: said before anything started.
    const message = `The file ${path} cannot be written: give this user write access to it or choose another folder with --data-dir.`;
    throw refused('store.unwritable', message, { subject: path, cause: error });
  }
}

/** Makes new and renamed names in `dir` survive a power cut. */
export function syncDirectory(dir: string): void {
  // Windows cannot open a folder for this, and NTFS journals its names by itself.
  if (process.platform === 'win32') return;
  syncFile(dir);
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
