// Live changes for the console, conflated: at most ten times a second the latest row of each changed key goes out to all
// followers in one numbered flush.
// INVARIANTS: a change is in a flush numbered higher than any page read before it. A follower that lags misses flushes and
// never queues them; the jump in numbers tells it so, at the latest with the first flush after it has caught up.
import type { Clock } from '#base/clock.ts';
import type { Follower } from '#contract/console-inputs.ts';
import type { ConsoleEvent, SiteFacts } from '#contract/console-rows.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import type { MetricsOperations } from '#hub/evaluation/deployment-metrics.ts';
import { createFollowerQueue, type FollowerQueue } from '#hub/turns/follower-queue.ts';
import { createPace } from '#hub/turns/pace.ts';
import type { Store } from '#store/store-types.ts';
import { createConsoleChanges } from './console-changes.ts';

const flushEveryMs = 100;

export interface ConsoleFeed {
  start(): void;
  stop(): void;
  /** Number of the last flush. */
  number(): number;
  follow(follower: Follower): AsyncGenerator<ConsoleEvent, void, undefined>;
}

export function createConsoleFeed(needs: {
  readonly store: Pick<Store, 'read' | 'onCommitted'>;
  readonly clock: Clock;
  /** As it is at the moment: a laptop gets other addresses while it runs. */
  readonly site: () => SiteFacts;
  readonly metrics: Pick<MetricsOperations, 'glance' | 'catchUp'>;
}): ConsoleFeed {
  const { store, clock, site, metrics } = needs;
  const changes = createConsoleChanges({ read: store.read, clock, metrics });
  const queues = new Set<FollowerQueue>();
  const pace = createPace({ clock, everyMs: flushEveryMs, work: flush });
  let number = 0;
  let journalBrokenSeq: number | null = null;
  let stopListening: (() => void) | null = null;

  function flush(): void {
    number += 1;
    const flushed = { type: 'flush', number, ...changes.take(), journalBrokenSeq } as const;
    for (const queue of queues) queue.offer(flushed);
    if (!changes.areEmpty() || [...queues].some((queue) => queue.hasMissed())) pace.ask();
  }

  function leave(queue: FollowerQueue): void {
    queues.delete(queue);
    if (queues.size > 0) return;
    // Nobody is left to tell: whoever comes next starts from a snapshot.
    changes.clear();
    pace.cancel();
  }

  return {
    start() {
      stopListening = store.onCommitted((entries) => {
        journalBrokenSeq = brokenSeqIn(entries) ?? journalBrokenSeq;
        if (queues.size === 0) return;
        changes.note(entries);
        pace.ask();
      });
    },
    stop() {
      stopListening?.();
      pace.cancel();
      for (const queue of queues) queue.end();
    },
    number: () => number,
    async *follow({ isLagging, signal }) {
      const queue = createFollowerQueue(isLagging);
      queues.add(queue);
      signal?.addEventListener('abort', queue.end);
      if (signal?.aborted === true) queue.end();
      try {
        yield { type: 'hello', number, site: site(), journalBrokenSeq };
        yield* queue.events();
      } finally {
        signal?.removeEventListener('abort', queue.end);
        leave(queue);
      }
    },
  };
}

/** At each start the chain is read anew, so what this hub hears is all there is to know. */
function brokenSeqIn(entries: readonly JournalEntry[]): number | null {
  const seq = entries.find(({ kind }) => kind === 'journal-broken')?.detail['seq'];
  return typeof seq === 'number' ? seq : null;
}
