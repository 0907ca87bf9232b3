// The store as it was at one moment, on a connection of its own: what reads for long (a preview of the whole fleet) sees no
// half of a change, and neither writes nor keeps others from writing.
import Database from 'better-sqlite3';
import { broken } from '#base/errors.ts';
import type { Connection } from './connection.ts';
import type { StoreReaders, StoreSnapshot } from './store-types.ts';

interface View {
  readonly db: Connection;
  readonly read: StoreReaders;
}

export interface Snapshots {
  open(): StoreSnapshot;
  /** Of the connection kept for the next; snapshots that are open are their owners' to close. */
  close(): void;
}

/**
 * `readersOf` prepares the readers on the connection it is given. That takes tens of milliseconds, so one connection is kept for
 * whoever asks next, outside any transaction: it holds back no checkpoint.
 */
export function createSnapshots(db: Connection, readersOf: (db: Connection) => StoreReaders): Snapshots {
  let spare: View | null = null;
  let isClosed = false;

  function takeView(): View {
    const view = spare ?? openView(db, readersOf);
    spare = null;
    return view;
  }

  /** A database in memory was copied, and its copy is of no use for another moment. */
  function giveBack(view: View): void {
    if (view.db.inTransaction) view.db.exec('COMMIT');
    if (isClosed || spare !== null || db.memory) view.db.close();
    else spare = view;
  }

  return {
    open() {
      if (db.inTransaction) throw broken('A snapshot was asked for inside a change: it would not show that change.');
      const view = takeView();
      let isOpen = true;
      try {
        // The moment is that of the first read inside the transaction.
        view.db.exec('BEGIN');
        const asOf = view.read.journal.lastSeq();
        return {
          read: view.read,
          asOf,
          close() {
            if (isOpen) giveBack(view);
            isOpen = false;
          },
        };
      } catch (error) {
        // Only to give the file back; the error goes on.
        view.db.close();
        throw error;
      }
    },
    close() {
      isClosed = true;
      spare?.db.close();
      spare = null;
    },
  };
}

function openView(db: Connection, readersOf: (db: Connection) => StoreReaders): View {
  // A database in memory belongs to its connection alone: a copy of it is its snapshot.
  const view = db.memory
    ? new Database(db.serialize())
    : new Database(db.name, { readonly: true, fileMustExist: true });
  try {
    view.pragma('query_only = 1');
    return { db: view, read: readersOf(view) };
  } catch (error) {
    // Only to give the file back; the error goes on.
    view.close();
    throw error;
  }
}
