// Changes: one alone (`change`), or many that share one fsync (`changeSoon`), and word of what was committed.
//
// INVARIANTS: one transaction is open at most, and never across a turn of the event loop. Changes commit in the order they were
// asked for. A listener hears entries in order of their numbers, after they are on disk. However many wait, and however large they
// are, a group ends after a few milliseconds, and the event loop runs before the next.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { broken } from '#base/errors.ts';
import { createAnnouncer } from './announcer.ts';
import type { BodyMeter } from './body-meter.ts';
import type { Connection } from './connection.ts';
import type { JournalWriter } from './journal.ts';
import type { ReportedFold } from './reported-fold.ts';
import type { SharedDocuments } from './shared-documents.ts';
import { asStoreError, isDiskError } from './sqlite-errors.ts';
import type { ReportWriters, Store, StoreWriters } from './store-types.ts';
import { createTransactions, type Transactions } from './transactions.ts';

interface CommitQueueNeeds {
  readonly db: Connection;
  readonly writers: StoreWriters;
  readonly journal: JournalWriter;
  readonly reports: ReportedFold;
  readonly documents: SharedDocuments;
  readonly bodies: BodyMeter;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface CommitQueue extends Pick<Store, 'change' | 'changeSoon' | 'reportSoon' | 'onCommitted'> {
  /** Commits all that waits. */
  flush(): void;
}

interface GroupNeeds {
  readonly db: Connection;
  readonly transactions: Transactions;
  readonly limit: GroupLimit;
}

/** Of the group that runs. */
interface GroupLimit {
  start(): void;
  isReached(): boolean;
}

/** A change that waits for its group; resolved or rejected once its outcome is on disk or given up. */
interface Unit {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** So many share one fsync at most: the first of a group must not wait for a crowd. */
const largestGroup = 256;
/** A group ends with the change that takes it past either. */
const longestGroupMs = 5;
const largestGroupBytes = 1024 * 1024;

export function createCommitQueue(needs: CommitQueueNeeds): CommitQueue {
  const { db, writers, journal, reports, log } = needs;
  const transactions = createTransactions(db, needs);
  const reportWriters: ReportWriters = { ...reports, journal: writers.journal };
  const committed = createAnnouncer(log);
  const tell = (): void => committed.announce(journal.takeWritten());
  const groups = createGroups({ db, transactions, limit: groupLimit(needs) }, tell);

  function soon<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      const run = (): void => void (result = finished(work()));
      groups.enqueue({ run, resolve: () => resolve(result), reject });
    });
  }

  return {
    flush: () => groups.flush(),
    onCommitted: (listener) => committed.listen(listener),
    change(work) {
      if (db.inTransaction) throw broken('A change was started inside another change.');
      groups.flush();
      try {
        return transactions.whole(() => finished(work(writers)));
      } catch (error) {
        // Only to put the disk's trouble into words; everything else is thrown on as it came.
        throw asStoreError(error, db.name);
      } finally {
        tell();
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

/** What waits, a group each turn of the event loop; `tell` is called after each commit. */
function createGroups(needs: GroupNeeds, tell: () => void) {
  let waiting: Unit[] = [];
  let isPlanned = false;

  function commitNext(): void {
    if (waiting.length === 0 || needs.db.inTransaction) return;
    const { done, settle } = commitGroup(waiting.slice(0, largestGroup), needs);
    // Before anybody is told, for who is told may ask for more.
    waiting = waiting.slice(done);
    tell();
    settle();
  }

  function planNext(): void {
    if (isPlanned || waiting.length === 0) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      commitNext();
      planNext();
    });
  }

  return {
    flush(): void {
      while (waiting.length > 0 && !needs.db.inTransaction) commitNext();
    },
    enqueue(unit: Unit): void {
      waiting.push(unit);
      // Whoever asks for more than there is time for waits here: what waits is bounded.
      if (waiting.length >= largestGroup) commitNext();
      planNext();
    },
  };
}

/** How many of the group it took, and how to tell their callers, for after the listeners were told. */
interface GroupOutcome {
  readonly done: number;
  readonly settle: () => void;
}

function groupLimit({ clock, bodies }: CommitQueueNeeds): GroupLimit {
  let endsAtMs = 0;
  return {
    start() {
      endsAtMs = clock.monotonicMs() + longestGroupMs;
      bodies.reset();
    },
    isReached: () => bodies.bytes() >= largestGroupBytes || clock.monotonicMs() >= endsAtMs,
  };
}

function commitGroup(group: readonly Unit[], needs: GroupNeeds): GroupOutcome {
  try {
    return commitTogether(group, needs) ?? commitApart(group, needs);
  } catch (error) {
    // The callers wait on promises and are told there; the next group is tried afresh.
    const reason = asStoreError(error, needs.db.name);
    return { done: group.length, settle: () => group.forEach((unit) => unit.reject(reason)) };
  }
}

/** The usual case, where nobody fails: without savepoints, which cost a quarter of the ingest rate. Null: somebody failed. */
function commitTogether(group: readonly Unit[], { transactions, limit }: GroupNeeds): GroupOutcome | null {
  let isRunning = false;
  let done = 0;
  try {
    transactions.whole(() => {
      isRunning = true;
      limit.start();
      for (const unit of group) {
        unit.run();
        done += 1;
        if (limit.isReached()) break;
      }
      isRunning = false;
    });
  } catch (error) {
    // A change that fails must not take its neighbours along: all are undone here and run again, each by itself.
    if (isDiskError(error) || !isRunning) throw error;
    return null;
  }
  return { done, settle: () => group.slice(0, done).forEach((unit) => unit.resolve()) };
}

/** Each change in a savepoint, so that one that fails is undone alone. */
function commitApart(group: readonly Unit[], { db, transactions, limit }: GroupNeeds): GroupOutcome {
  const settlements: (() => void)[] = [];
  transactions.whole(() => {
    limit.start();
    for (const unit of group) {
      try {
        transactions.part(unit.run);
        settlements.push(unit.resolve);
      } catch (error) {
        // Told to its own caller. A failing disk undoes the whole transaction, and with it the group.
        if (isDiskError(error) || !db.inTransaction) throw error;
        settlements.push(() => unit.reject(error));
      }
      if (limit.isReached()) break;
    }
  });
  return { done: settlements.length, settle: () => settlements.forEach((settle) => settle()) };
}

/** A promise would go on after the commit, with writers that no longer stand in a transaction. */
function finished<T>(result: T): T {
  if (result instanceof Promise) throw broken('A change must be done when it returns, but it returned a promise.');
  return result;
}
