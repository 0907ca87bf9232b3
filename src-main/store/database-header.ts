// Whose database it is and how new, read from the first 100 bytes of the file: SQLite itself would already create
// -wal and -shm beside it, and a database that is not ours to open must stay untouched.
import { closeSync, openSync, readSync } from 'node:fs';
import { refused } from '#base/errors.ts';

/** 'Lnyd': marks the file as Lanyard's own (PRAGMA application_id). */
export const applicationId = 0x4c6e7964;

const headerLength = 100;
const magic = 'SQLite format 3\0';
const readVersionOffset = 19;
const userVersionOffset = 60;
const applicationIdOffset = 68;

export interface DatabaseIdentity {
  readonly applicationId: number;
  readonly version: number;
  /** Its newest pages may lie in a write-ahead log. A copy by VACUUM INTO has none until it is opened. */
  readonly hasLog: boolean;
}

/** Null for a file that is missing or empty. @throws refused `store.corrupt` when it is no SQLite database */
export function readHeader(path: string): DatabaseIdentity | null {
  const header = readStart(path);
  if (header.length === 0) return null;
  if (header.length < headerLength || header.toString('latin1', 0, magic.length) !== magic) {
    const message = `${path} is not a database: move it away, or put back the newest copy from the backups folder.`;
    throw refused('store.corrupt', message, { subject: path });
  }
  return {
    applicationId: header.readUInt32BE(applicationIdOffset),
    version: header.readInt32BE(userVersionOffset),
    hasLog: header[readVersionOffset] === 2,
  };
}

/** @throws refused `store.newer`, or `store.corrupt` when another program made the file */
export function assertOurs(
  identity: Pick<DatabaseIdentity, 'applicationId' | 'version'>,
  path: string,
  newestVersion: number,
): void {
  if (identity.applicationId !== applicationId && identity.applicationId !== 0) {
    const message = `${path} belongs to another program: move it away, or choose another folder with --data-dir.`;
    throw refused('store.corrupt', message, { subject: path });
  }
  if (identity.version > newestVersion) {
    const message =
      `The database ${path} was written by a newer Lanyard (version ${identity.version}, this one knows ${newestVersion}): ` +
      'start that Lanyard, or choose another folder with --data-dir.';
    throw refused('store.newer', message, { subject: path });
  }
}

function readStart(path: string): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    // No file yet is the ordinary first start.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    const message = `The file ${path} cannot be read: give this user access to it or choose another folder with --data-dir.`;
    throw refused('store.unwritable', message, { subject: path, cause: error });
  }
  try {
    const header = Buffer.alloc(headerLength);
    return header.subarray(0, readSync(file, header, 0, headerLength, 0));
  } finally {
    closeSync(file);
  }
}
