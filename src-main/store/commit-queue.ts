// Changes: one alone (`change`), or many that share one fsync (`changeSoon`), and word of what was committed.
//
// INVARIANTS: one transaction is open at most, and never across a turn of the event loop. Changes commit in the order they were
// asked for. A listener hears entries in order of their numbers, after they are on disk.
import type { Logger } from 'pino';
import { broken } from '#base/errors.ts';
import { createAnnouncer } from './announcer.ts';
import type { Connection } from './connection.ts';
import type { JournalWriter } from './journal.ts';
import type { ReportedFold } from './reported-fold.ts';
import { asStoreError, isDiskError } from './sqlite-errors.ts';
import type { ReportWriters, Store, StoreWriters } from './store-types.ts';
import { createTransactions, type Transactions } from './transactions.ts';

interface CommitQueueNeeds {
  readonly db: Connection;
  readonly writers: StoreWriters;
  readonly journal: JournalWriter;
  readonly reports: ReportedFold;
  readonly log: Logger;
}

export interface CommitQueue extends Pick<Store, 'change' | 'changeSoon' | 'reportSoon' | 'onCommitted'> {
  /** Commits what waits. */
  flush(): void;
}

type GroupNeeds = { readonly db: Connection; readonly transactions: Transactions };

/** A change that waits for its group; resolved or rejected once its outcome is on disk or given up. */
interface Unit {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** So many share one fsync at most, a few milliseconds of work: the first of a group must not wait for a crowd. */
const largestGroup = 256;

export function createCommitQueue({ db, writers, journal, reports, log }: CommitQueueNeeds): CommitQueue {
  const transactions = createTransactions(db, journal, reports);
  const reportWriters: ReportWriters = { ...reports, journal: writers.journal };
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

  function soon<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      const run = (): void => void (result = finished(work()));
      enqueue({ run, resolve: () => resolve(result), reject });
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
    changeSoon: (work) =>
      soon(() => {
        // Any other change may read twins as rows.
        reports.writeOut();
        return work(writers);
      }),
    reportSoon: (work) => soon(() => work(reportWriters)),
  };
}

/** Returns how to tell the callers, for after the listeners were told. */
function commitGroup(group: readonly Unit[], { db, transactions }: GroupNeeds): () => void {
  try {
    return commitTogether(group, transactions) ?? commitApart(group, { db, transactions });
  } catch (error) {
    // The callers wait on promises and are told there; the next group is tried afresh.
    const reason = asStoreError(error, db.name);
    return () => group.forEach((unit) => unit.reject(reason));
  }
}

/** The usual case, where nobody fails: without savepoints, which cost a quarter of the ingest rate. Null: somebody failed. */
function commitTogether(group: readonly Unit[], transactions: Transactions): (() => void) | null {
  let isRunning = false;
  try {
    transactions.whole(() => {
      isRunning = true;
      for (const unit of group) unit.run();
      isRunning = false;
    });
  } catch (error) {
    // A change that fails must not take its neighbours along: all are undone here and run again, each by itself.
    if (isDiskError(error) || !isRunning) throw error;
    return null;
  }
  return () => group.forEach((unit) => unit.resolve());
}

/** Each change in a savepoint, so that one that fails is undone alone. */
function commitApart(group: readonly Unit[], { db, transactions }: GroupNeeds): () => void {
  const settlements: (() => void)[] = [];
  transactions.whole(() => {
    for (const unit of group) {
      try {
        transactions.part(unit.run);
        settlements.push(unit.resolve);
      } catch (error) {
        // Told to its own caller. A failing disk undoes the whole transaction, and with it the group.
        if (isDiskError(error) || !db.inTransaction) throw error;
        settlements.push(() => unit.reject(error));
      }
    }
  });
  return () => settlements.forEach((settle) => settle());
}

/** A promise would go on after the commit, with writers that no longer stand in a transaction. */
function finished<T>(result: T): T {
  if (result instanceof Promise) throw broken('A change must be done when it returns, but it returned a promise.');
  return result;
}
