// How far the import of a large file came, on disk: a hub that is killed in between says so when it starts again. The same file
// imported once more goes on, since what is there is left as it is.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import type { FileImport } from '#store/unfinished-work-types.ts';

/** INVARIANTS: belongs to one import. */
export interface ImportProgress {
  /** As part of the portion that came so far; may run again when the portion is undone. */
  note(write: StoreWriters, done: number): void;
  /** The import ended, perhaps before its last item. */
  end(done: number): void;
}

export function createImportProgress(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { fileName, items }: Pick<FileImport, 'fileName' | 'items'>,
): ImportProgress {
  const begunAtMs = clock.nowMs();
  let id = 0;
  const rowOf = () => store.read.unfinishedWork.imports().find((row) => row.id === id);
  return {
    note(write, done) {
      // A small file is one portion, of which nothing needs to be remembered.
      const isThere = rowOf() !== undefined;
      if (done >= items) return isThere ? write.unfinishedWork.endImport(id) : undefined;
      if (!isThere) id = write.unfinishedWork.beginImport({ begunAtMs, fileName, items });
      write.unfinishedWork.noteImport(id, done);
    },
    end(done) {
      const row = rowOf();
      if (row === undefined) return;
      store.change((write) => {
        write.unfinishedWork.endImport(row.id);
        if (done < items) write.journal.append(interruption({ ...row, done }));
      });
    },
  };
}

/** Of the imports that the hub was killed in; each is told once. */
export function tellInterruptedImports(store: Store, log: Logger): void {
  const interrupted = store.read.unfinishedWork.imports();
  if (interrupted.length === 0) return;
  store.change((write) => {
    for (const row of interrupted) {
      write.unfinishedWork.endImport(row.id);
      write.journal.append(interruption(row));
    }
  });
  for (const { fileName, items, done } of interrupted)
    log.warn({ fileName, items, done }, 'the import of a file was interrupted: import it again to go on');
}

function interruption({ fileName, items, done }: FileImport) {
  const detail: JsonObject = { fileName, items, done };
  return { kind: 'file-import-interrupted', actor: 'console', detail } as const;
}
