// The items of a file in transactions: tried and taken back, or imported, so many at a time as a few milliseconds allow. Whatever
// happens, an item is imported whole or not at all, and what was imported before it stays.
import type { Clock } from '#base/clock.ts';
import { asAppError, unready } from '#base/errors.ts';
import type { ImportRequest } from '#contract/console-files.ts';
import type { ItemReport } from '#contract/file-report.ts';
import { createPortion, type Turns } from '#hub/turns/turns.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import type { FileChange } from './file-devices.ts';
import { createImportProgress, type ImportProgress } from './file-import-progress.ts';
import { doneReport, withRefusal, type FileItem } from './file-items.ts';

export interface FileTransactions {
  /** What importing each item would come to. */
  readonly tried: (items: readonly FileItem[], turns: Turns) => Promise<readonly ItemReport[]>;
  readonly imported: (
    items: readonly FileItem[],
    turns: Turns,
    request: Pick<ImportRequest, 'mode' | 'fileName'>,
  ) => Promise<readonly ItemReport[]>;
}

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
}

/** Undoes a trial. */
const takenBack = new Error('A trial is taken back.');

export function createFileTransactions(parts: Parts): FileTransactions {
  const tried: FileTransactions['tried'] = async (items, turns) => {
    const reports: ItemReport[] = [];
    for (const item of items) {
      reports.push(tryItem(parts, item));
      await turns.next();
    }
    return reports;
  };
  return {
    tried,
    async imported(items, turns, { mode, fileName = null }) {
      if (mode === 'all') {
        const reports = await tried(items, turns);
        if (reports.some(isRefused)) return reports.map((report) => (isRefused(report) ? report : held(report)));
      }
      const progress = createImportProgress(parts, { fileName, items: items.length });
      return importItems({ ...parts, items, progress, isAllOrNone: mode === 'all' });
    },
  };
}

function tryItem({ store, clock }: Parts, item: FileItem): ItemReport {
  if (item.run === null) return item.report;
  const { run } = item;
  try {
    return store.change((write): ItemReport => {
      run(changeOf({ store, clock }, write));
      throw takenBack;
    });
  } catch (thrown) {
    // Caught because throwing is what undoes the trial; a refusal is the answer that was asked for.
    return thrown === takenBack ? item.report : withRefusal(item, thrown);
  }
}

interface Import extends Parts {
  readonly items: readonly FileItem[];
  readonly progress: ImportProgress;
  readonly isAllOrNone: boolean;
}

/**
 * When an item is refused, its portion is undone: those before it go to disk first, and it is tried alone, so that the refusal is
 * its own.
 */
async function importItems(job: Import): Promise<readonly ItemReport[]> {
  const { items, progress, isAllOrNone } = job;
  const reports: ItemReport[] = [];
  let upTo = items.length;
  for (let item = items[0]; item !== undefined; item = items[reports.length]) {
    const first = reports.length;
    const { next, error } = await importPortion(job, first, upTo);
    upTo = items.length;
    if (error === undefined) reports.push(...items.slice(first, next).map(doneReport));
    else if (asAppError(error).kind !== 'refused') throw interrupted(job, error, first);
    else if (next > first) upTo = next;
    else {
      reports.push(withRefusal(item, error));
      if (!isAllOrNone) continue;
      progress.end(first);
      return [...reports, ...items.slice(reports.length).map(({ report }) => held(report))];
    }
  }
  progress.end(items.length);
  return reports;
}

/** Items in one change: the first that is still to be imported, or with an error the one that led to it. */
async function importPortion(job: Import, first: number, upTo: number) {
  const { store, clock, items, progress } = job;
  let next = first;
  try {
    await store.changeSoon((write) => {
      const portion = createPortion(clock);
      for (next = first; next < upTo; next += 1) {
        if (next > first && portion.isOver()) break;
        items[next]?.run?.(changeOf(job, write));
      }
      progress.note(write, next);
    });
    return { next };
  } catch (error) {
    // Caught because only here it is known which item was at fault; the portion is undone.
    return { next, error };
  }
}

/** The disk, or ourselves: nobody's refusal. What is in stays, and whoever asked is told how much that is. */
function interrupted({ items, progress }: Import, thrown: unknown, done: number): unknown {
  const error = asAppError(thrown);
  if (error.kind !== 'unready' || done === 0) return thrown;
  try {
    progress.end(done);
  } catch {
    // A disk that has no room for items may have none for this: then the next start tells of it.
  }
  const message = `${error.message} ${done} of ${items.length} items are imported: import the file again to go on.`;
  return unready(error.code, message, { cause: thrown });
}

function changeOf({ store, clock }: Pick<Parts, 'store' | 'clock'>, write: StoreWriters): FileChange {
  return { read: store.read, write, clock, actor: 'console' };
}

function isRefused({ outcome }: ItemReport): boolean {
  return outcome === 'refused';
}

/** Nothing that was to be done of it is; what there was nothing to do of stays as it is. */
function held(report: ItemReport): ItemReport {
  return report.outcome === 'create' || report.outcome === 'update' ? { ...report, outcome: 'held' } : report;
}
