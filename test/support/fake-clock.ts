// A clock that moves only when told to.
import type { Clock } from '#base/clock.ts';

export interface FakeClock extends Clock {
  /** Moves both clocks and runs what falls due, in order. */
  advance(ms: number): void;
  /** Sets the wall clock alone, as a technician or a dead battery does. */
  jumpTo(nowMs: number): void;
}

export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let wallMs = startMs;
  let monotonicMs = 0;
  let timers: { dueMs: number; work: () => void }[] = [];
  return {
    nowMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    after(delayMs, work) {
      const timer = { dueMs: monotonicMs + delayMs, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const endMs = monotonicMs + ms;
      for (;;) {
        const due = timers.filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (due === undefined) break;
        timers = timers.filter((timer) => timer !== due);
        wallMs += due.dueMs - monotonicMs;
        monotonicMs = due.dueMs;
        due.work();
      }
      wallMs += endMs - monotonicMs;
      monotonicMs = endMs;
    },
    jumpTo(nowMs) {
      wallMs = nowMs;
    },
  };
}
