// Long work in turns: after a few milliseconds the event loop gets to run, for the hub has devices to serve.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';

export interface Turns {
  /** Called between two pieces of work; waits for a turn of the loop when this one has lasted long enough. */
  next(): Promise<void>;
}

/** What of a longer work is done in one transaction, and so in one turn. */
export interface Portion {
  /** Asked after each piece of work. */
  isOver(): boolean;
}

const turnMs = 4;

export function createTurns(clock: Clock): Turns {
  let portion = createPortion(clock);
  return {
    async next() {
      if (!portion.isOver()) return;
      await nextTurn();
      portion = createPortion(clock);
    },
  };
}

export function createPortion(clock: Clock): Portion {
  const endsAtMs = clock.monotonicMs() + turnMs;
  return { isOver: () => clock.monotonicMs() >= endsAtMs };
}
