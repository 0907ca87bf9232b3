// Long work in turns: after a few milliseconds the event loop gets to run, for the hub has devices to serve.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';

export interface Turns {
  /** Called between two pieces of work; waits for a turn of the loop when this one has lasted long enough. */
  next(): Promise<void>;
}

const turnMs = 4;

export function createTurns(clock: Clock): Turns {
  let beganAtMs = clock.monotonicMs();
  return {
    async next() {
      if (clock.monotonicMs() - beganAtMs < turnMs) return;
      await nextTurn();
      beganAtMs = clock.monotonicMs();
    },
  };
}
