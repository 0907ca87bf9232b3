// The store as it was at one moment, on a connection of its own: what reads for long (a preview of the whole fleet) sees no
// half of a change, and neither writes nor keeps others from writing.
import Database from 'better-sqlite3';
import { broken } from '#base/errors.ts';
import type { Connection } from './connection.ts';
import type { StoreReaders, StoreSnapshot } from './store-types.ts';

/** `readersOf` prepares the readers on the connection it is given. */
export function openSnapshot(db: Connection, readersOf: (db: Connection) => StoreReaders): StoreSnapshot {
  if (db.inTransaction) throw broken('A snapshot was asked for inside a change: it would not show that change.');
  // A database in memory belongs to its connection alone: a copy of it is its snapshot.
  const view = db.memory
    ? new Database(db.serialize())
    : new Database(db.name, { readonly: true, fileMustExist: true });
  try {
    view.pragma('query_only = 1');
    const read = readersOf(view);
    // The moment is that of the first read inside the transaction.
    view.exec('BEGIN');
    return { read, asOf: read.journal.lastSeq(), close: () => void view.close() };
  } catch (error) {
    // Only to give the file back; the error goes on.
    view.close();
    throw error;
  }
}
