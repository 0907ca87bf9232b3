// What waits for one follower of the console's changes: a few flushes at most. What does not fit is missed, not kept.
import type { ConsoleFlush } from '#contract/console-rows.ts';

const longest = 4;

export interface FollowerQueue {
  /** Queues the flush, or drops it when the follower lags. */
  offer(flush: ConsoleFlush): void;
  /** Whether its newest flush was dropped, so that it does not know yet that it missed something. */
  hasMissed(): boolean;
  /** A property, so that it can be passed as a listener. */
  readonly end: () => void;
  events(): AsyncGenerator<ConsoleFlush, void, undefined>;
}

export function createFollowerQueue(isLagging: () => boolean): FollowerQueue {
  const waiting: ConsoleFlush[] = [];
  let missed = false;
  let ended = false;
  let wake: (() => void) | null = null;

  function rouse(): void {
    wake?.();
    wake = null;
  }

  return {
    offer(flush) {
      missed = waiting.length >= longest || isLagging();
      if (missed) return;
      waiting.push(flush);
      rouse();
    },
    hasMissed: () => missed,
    end() {
      ended = true;
      rouse();
    },
    async *events() {
      for (;;) {
        if (ended) return;
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
