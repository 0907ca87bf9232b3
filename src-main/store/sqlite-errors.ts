// What SQLite throws, sorted into the house's kinds: the disk's trouble is `unready` (it heals), a damaged file is
// `refused` (a person must act), anything else stays what it was.
import Database from 'better-sqlite3';
import { refused, unready } from '#base/errors.ts';

function codeOf(thrown: unknown): string {
  return thrown instanceof Database.SqliteError ? thrown.code : '';
}

/** The disk is full or fails: SQLite may have rolled back the whole transaction, not the statement alone. */
export function isDiskError(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return (
    code === 'SQLITE_FULL' ||
    code.startsWith('SQLITE_IOERR') ||
    code.startsWith('SQLITE_READONLY') ||
    code === 'SQLITE_CANTOPEN'
  );
}

export function isBusyError(thrown: unknown): boolean {
  return codeOf(thrown).startsWith('SQLITE_BUSY');
}

function isCorruptError(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}

/** The error to hand to a caller; what is not SQLite's trouble with its file is handed on unchanged. */
export function asStoreError(thrown: unknown, path: string): unknown {
  if (isDiskError(thrown)) {
    const message = `The disk that holds ${path} is full or failing: free some space; the hub goes on by itself.`;
    return unready('store.full', message, { subject: path, cause: thrown });
  }
  if (isBusyError(thrown)) {
    const message = `Another program is writing to ${path}: close it and try again.`;
    return unready('store.locked', message, { subject: path, cause: thrown });
  }
  if (isCorruptError(thrown)) {
    const message = `The database ${path} is damaged: stop the hub and put back the newest copy from its backups folder.`;
    return refused('store.corrupt', message, { subject: path, cause: thrown });
  }
  return thrown;
}
