// Goes on with what was begun and is done in portions: statuses of deployments that are gone, and values that configurations left.
// INVARIANTS: what is still to be done is on disk, so that a start goes on where the hub was killed; a portion is one change of a
// few milliseconds, and between two of them the event loop runs.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { clearLeftValues } from '#hub/evaluation/left-value-clearing.ts';
import { createPortion } from '#hub/turns/turns.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { tellInterruptedImports } from './file-import-progress.ts';

const retryMs = 5000;
const rowsAtOnce = 64;
const begins: ReadonlySet<JournalKind> = new Set(['deployment-deleted', 'configuration-cleared']);

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
}

export class UnfinishedWork {
  readonly #parts: Parts;
  #stopListening: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #underway: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    const { store, log } = this.#parts;
    if (this.#stopListening !== undefined) return;
    this.#stopListening = store.onCommitted((entries) => this.#follow(entries));
    tellInterruptedImports(store, log);
    this.#goOn();
  }

  /** Resolves when the portion under way is on disk; the rest waits for the next start. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    await this.#underway;
  }

  /** Resolves when nothing is left to be done, or it is tried again later. */
  async settled(): Promise<void> {
    await this.#underway;
  }

  #follow(entries: readonly JournalEntry[]): void {
    if (entries.some(({ kind }) => begins.has(kind))) this.#goOn();
  }

  #goOn(): void {
    this.#underway ??= this.#finish().finally(() => {
      this.#underway = undefined;
      // Begun while the last portion went to disk.
      if (this.#cancelRetry === undefined && this.#stopListening !== undefined && this.#isLeft()) this.#goOn();
    });
  }

  async #finish(): Promise<void> {
    const { store, clock, log } = this.#parts;
    try {
      while (this.#stopListening !== undefined && this.#isLeft()) {
        await store.changeSoon((write) => this.#doPortion(write));
      }
    } catch (error) {
      // The edge of this work: a full disk must not end the hub, and what is left is still on it.
      log.error({ err: error }, 'unfinished work could not go on, and is tried again');
      if (this.#stopListening === undefined) return;
      this.#cancelRetry ??= clock.after(retryMs, () => {
        this.#cancelRetry = undefined;
        this.#goOn();
      });
    }
  }

  #isLeft(): boolean {
    const { unfinishedWork } = this.#parts.store.read;
    return unfinishedWork.hasGoneDeployments() || unfinishedWork.clearings().length > 0;
  }

  #doPortion(write: StoreWriters): void {
    const { store, clock } = this.#parts;
    const { read } = store;
    const portion = createPortion(clock);
    for (const clearing of read.unfinishedWork.clearings()) {
      clearLeftValues({ read, write }, clearing, portion);
      if (portion.isOver()) return;
    }
    while (write.unfinishedWork.dropGoneStatuses(rowsAtOnce)) if (portion.isOver()) return;
  }
}
