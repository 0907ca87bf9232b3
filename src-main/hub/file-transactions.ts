// The items of a file in transactions: tried and taken back, imported each for itself, or all together. Whatever happens, an item
// is imported whole or not at all.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import type { ItemReport } from '#contract/file-report.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import type { FileChange } from './file-devices.ts';
import { doneReport, withRefusal, type FileItem } from './file-items.ts';

export interface FileTransactions {
  /** What importing the item would come to. */
  readonly tried: (item: FileItem) => ItemReport;
  readonly imported: (item: FileItem) => ItemReport;
  /** All of them, or none when one is refused. */
  readonly together: (items: readonly FileItem[]) => readonly ItemReport[];
}

/** More in one transaction would keep devices waiting. */
const mostTogether = 1000;
/** Undoes a trial. */
const takenBack = new Error('A trial is taken back.');

export function createFileTransactions({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): FileTransactions {
  const changeOf = (write: StoreWriters): FileChange => ({ read: store.read, write, clock, actor: 'console' });
  return {
    tried(item) {
      if (item.run === null) return item.report;
      const { run } = item;
      try {
        return store.change((write): ItemReport => {
          run(changeOf(write));
          throw takenBack;
        });
      } catch (thrown) {
        // Caught because throwing is what undoes the trial; a refusal is the answer that was asked for.
        return thrown === takenBack ? item.report : withRefusal(item, thrown);
      }
    },
    imported(item) {
      const { run } = item;
      if (run === null) return item.report;
      try {
        store.change((write) => run(changeOf(write)));
      } catch (thrown) {
        // Caught because one item's refusal is its own: the others go on.
        return withRefusal(item, thrown);
      }
      return doneReport(item);
    },
    together(items) {
      if (items.length > mostTogether) throw tooMany(items.length);
      if (items.some(({ report }) => report.outcome === 'refused')) return items.map(heldReport);
      let current: FileItem | undefined;
      try {
        store.change((write) => {
          for (const item of items) {
            current = item;
            item.run?.(changeOf(write));
          }
        });
      } catch (thrown) {
        // Caught because only here it is known which item was at fault; the transaction is undone.
        return items.map((item) => (item === current ? withRefusal(item, thrown) : heldReport(item)));
      }
      return items.map(doneReport);
    },
  };
}

function heldReport(item: FileItem): ItemReport {
  return item.run === null ? item.report : { ...item.report, outcome: 'held' };
}

function tooMany(count: number) {
  const message = `The file has ${count} items, and at most ${mostTogether} are imported in one piece: import each for itself.`;
  return refused('request.too-large', message);
}
