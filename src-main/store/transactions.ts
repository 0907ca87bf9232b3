// A transaction and its parts, with the journal's head kept in step: what is rolled back was never numbered.
import type { Connection } from './connection.ts';
import type { JournalWriter } from './journal.ts';

export interface Transactions {
  whole<T>(work: () => T): T;
  /** Inside `whole`: what it throws undoes this part alone. */
  part(work: () => void): void;
}

export function createTransactions(db: Connection, journal: JournalWriter): Transactions {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollBack = db.prepare('ROLLBACK');
  const save = db.prepare('SAVEPOINT part');
  const release = db.prepare('RELEASE part');
  const rollBackPart = db.prepare('ROLLBACK TO part');
  return {
    whole(work) {
      const mark = journal.mark();
      begin.run();
      journal.begin();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // Undone here, told by the caller. SQLite may have rolled back by itself when the disk failed.
        if (db.inTransaction) rollBack.run();
        journal.rewind(mark);
        throw error;
      } finally {
        journal.end();
      }
    },
    part(work) {
      const mark = journal.mark();
      save.run();
      try {
        work();
      } catch (error) {
        // As above, for one part.
        if (db.inTransaction) {
          rollBackPart.run();
          release.run();
        }
        journal.rewind(mark);
        throw error;
      }
      release.run();
    },
  };
}
