// Long reading in short turns, so that devices are served in between; and the way to end it early.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { createTurns } from './turns.ts';

/** To be awaited between small pieces of work: gives the event loop away when the turn is over; throws when cancelled. */
export type Breathe = () => Promise<void>;

export function createBreath(clock: Clock, signal: AbortSignal | undefined): Breathe {
  const turns = createTurns(clock);
  return async () => {
    await turns.next();
    if (signal?.aborted === true) throw refused('preview.cancelled', 'The preview was cancelled: ask for it again.');
  };
}

/** Does all steps of a piece of work, and breathes after each. */
export async function inSlices<T>(steps: Generator<undefined, T>, breathe: Breathe): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await breathe();
  }
}
