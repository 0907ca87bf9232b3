// One hub per data folder. The lock is an exclusive SQLite transaction on a file of its own: the operating system frees it
// when the process ends, however it ends, so no stale lock is left, and hub.db itself stays open to readers.
import Database from 'better-sqlite3';
import { refused } from '#base/errors.ts';
import { keepPrivate, type DataFiles } from './data-directory.ts';
import { isBusyError } from './sqlite-errors.ts';

/** Returns how to give the lock back. @throws refused `store.locked` */
export function lockData(files: DataFiles): () => void {
  keepPrivate(files.lock);
  const lock = new Database(files.lock, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    // Only this refusal has words of its own; anything else goes on as it is.
    lock.close();
    if (!isBusyError(error)) throw error;
    const message = `Another hub is running on ${files.dir}: stop it, or start this one with another --data-dir.`;
    throw refused('store.locked', message, { subject: files.dir, cause: error });
  }
  return () => lock.close();
}
