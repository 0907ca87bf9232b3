// Reads the journal's chain from its first row, once after each start, beside the work. What does not fit was changed by other
// means than this hub: that is told, and journaled, and the hub goes on, for the devices have no part in it.
import type { Logger } from 'pino';
import type { Store } from '#store/store-types.ts';

export interface ChainWatch {
  /** Resolves when the chain is read or the watch was stopped; never rejects. */
  start(): Promise<void>;
  stop(): void;
}

export function createChainWatch(parts: {
  readonly store: Pick<Store, 'read' | 'change'>;
  readonly log: Logger;
}): ChainWatch {
  const { store, log } = parts;
  const stopping = new AbortController();
  return {
    async start() {
      try {
        const seq = await store.read.journal.findBrokenSeq(stopping.signal);
        if (seq === null) return;
        const detail = { seq };
        log.error(detail, 'the journal was changed by other means: from this row on it proves nothing');
        store.change((write) => write.journal.append({ kind: 'journal-broken', actor: 'hub', detail }));
      } catch (error) {
        // Nobody waits for this: a disk that cannot be read or written ends other work, not this.
        log.error({ err: error }, 'the journal could not be read to its end');
      }
    },
    stop: () => stopping.abort(),
  };
}
