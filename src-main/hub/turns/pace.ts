// Runs a piece of work soon after it is asked for, but never twice within an interval: asking again meanwhile costs nothing.
import type { Clock } from '#base/clock.ts';

export interface Pace {
  ask(): void;
  cancel(): void;
}

export function createPace(needs: {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly work: () => void;
}): Pace {
  const { clock, everyMs, work } = needs;
  let ranAtMs = -everyMs;
  let cancel: (() => void) | null = null;
  return {
    ask() {
      if (cancel !== null) return;
      cancel = clock.after(Math.max(0, ranAtMs + everyMs - clock.monotonicMs()), () => {
        cancel = null;
        ranAtMs = clock.monotonicMs();
        work();
      });
    },
    cancel() {
      cancel?.();
      cancel = null;
    },
  };
}
