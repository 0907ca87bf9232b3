// A transaction and its parts, with the journal's head, the reports that wait and the documents that are shared kept in step: what is
// rolled back was never numbered, and what is committed is written whole.
import type { Connection } from './connection.ts';
import type { JournalWriter } from './journal.ts';
import type { ReportedFold } from './reported-fold.ts';
import type { SharedDocuments } from './shared-documents.ts';

export interface Transactions {
  whole<T>(work: () => T): T;
  /** Inside `whole`: what it throws undoes this part alone. */
  part(work: () => void): void;
}

interface Undone {
  readonly journal: JournalWriter;
  readonly reports: ReportedFold;
  readonly documents: SharedDocuments;
}

export function createTransactions(db: Connection, { journal, reports, documents }: Undone): Transactions {
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
        reports.writeOut();
        commit.run();
        return result;
      } catch (error) {
        // Undone here, told by the caller. SQLite may have rolled back by itself when the disk failed.
        if (db.inTransaction) rollBack.run();
        journal.rewind(mark);
        reports.drop();
        documents.forget();
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
        reports.writeOut();
      } catch (error) {
        // As above, for one part.
        if (db.inTransaction) {
          rollBackPart.run();
          release.run();
        }
        journal.rewind(mark);
        reports.drop();
        documents.forget();
        throw error;
      }
      release.run();
    },
  };
}
