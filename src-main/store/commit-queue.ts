// Changes: one alone (`change`), or many that share one fsync (`changeSoon`), and word of what was committed.
//
// INVARIANTS: one transaction is open at most, and never across a turn of the event loop. Changes commit in the order they were
// asked for. A listener hears entries in order of their numbers, after they are on disk.
import type { Logger } from 'pino';
import { broken } from '#base/errors.ts';
import { createAnnouncer } from './announcer.ts';
import type { Connection } from './connection.ts';
import type { JournalWriter } from './journal.ts';
import { asStoreError, isDiskError } from './sqlite-errors.ts';
import type { Store, StoreWriters } from './store-types.ts';
import { createTransactions, type Transactions } from './transactions.ts';

interface CommitQueueNeeds {
  readonly db: Connection;
  readonly writers: StoreWriters;
  readonly journal: JournalWriter;
  readonly log: Logger;
}

export interface CommitQueue extends Pick<Store, 'change' | 'changeSoon' | 'onCommitted'> {
  /** Commits what waits. */
  flush(): void;
}

/** A change that waits for its group; resolved or rejected once its outcome is on disk or given up. */
interface Unit {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** So many share one fsync at most: the first of a group must not wait for a crowd. */
const largestGroup = 64;

export function createCommitQueue({ db, writers, journal, log }: CommitQueueNeeds): CommitQueue {
  const transactions = createTransactions(db, journal);
  const committed = createAnnouncer(log);
  let waiting: Unit[] = [];
  let isFlushPlanned = false;

  function flush(): void {
    while (waiting.length > 0 && !db.inTransaction) {
      const group = waiting.slice(0, largestGroup);
      waiting = waiting.slice(largestGroup);
      const settle = commitGroup(group, { db, transactions });
      committed.announce(journal.takeWritten());
      settle();
    }
  }

  function enqueue(unit: Unit): void {
    waiting.push(unit);
    if (waiting.length >= largestGroup) flush();
    if (isFlushPlanned || waiting.length === 0) return;
    isFlushPlanned = true;
    setImmediate(() => {
      isFlushPlanned = false;
      flush();
    });
  }

  return {
    flush,
    onCommitted: (listener) => committed.listen(listener),
    change(work) {
      if (db.inTransaction) throw broken('A change was started inside another change.');
      flush();
      try {
        return transactions.whole(() => finished(work(writers)));
      } catch (error) {
        // Only to put the disk's trouble into words; everything else is thrown on as it came.
        throw asStoreError(error, db.name);
      } finally {
        committed.announce(journal.takeWritten());
      }
    },
    changeSoon<T>(work: (write: StoreWriters) => T): Promise<T> {
      return new Promise((resolve, reject) => {
        let result: T;
        const run = (): void => void (result = finished(work(writers)));
        enqueue({ run, resolve: () => resolve(result), reject });
      });
    },
  };
}

/** Returns how to tell the callers, for after the listeners were told. */
function commitGroup(
  group: readonly Unit[],
  { db, transactions }: { readonly db: Connection; readonly transactions: Transactions },
): () => void {
  const settlements: (() => void)[] = [];
  try {
    transactions.whole(() => {
      for (const unit of group) settlements.push(runAlone(unit, { db, transactions }));
    });
  } catch (error) {
    // The callers wait on promises and are told there; the next group is tried afresh.
    const reason = asStoreError(error, db.name);
    return () => group.forEach((unit) => unit.reject(reason));
  }
  return () => settlements.forEach((settle) => settle());
}

function runAlone(
  unit: Unit,
  { db, transactions }: { readonly db: Connection; readonly transactions: Transactions },
): () => void {
  try {
    transactions.part(unit.run);
    return unit.resolve;
  } catch (error) {
    // A change fails alone; a failing disk takes the whole transaction, and with it the group.
    if (isDiskError(error) || !db.inTransaction) throw error;
    return () => unit.reject(error);
  }
}

/** A promise would go on after the commit, with writers that no longer stand in a transaction. */
function finished<T>(result: T): T {
  if (result instanceof Promise) throw broken('A change must be done when it returns, but it returned a promise.');
  return result;
}
