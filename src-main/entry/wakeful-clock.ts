// The clock of a program on a laptop: time in which nothing ran is no time. On Linux the monotonic clock stands still in sleep by
// itself; on Windows and macOS it goes on, and every deadline of the hub would be over at the moment of waking.
import type { Clock } from '#base/clock.ts';

export interface WakefulClock extends Clock {
  /** Begins to watch for gaps. Returns how to end it. */
  watch(onGap: (gapMs: number) => void): () => void;
}

const lookEveryMs = 10_000;
/** No work of a hub keeps its loop so long: whatever did not run for this time was asleep, or frozen. */
const shortestGapMs = 60_000;

export function createWakefulClock(clock: Clock): WakefulClock {
  let lostMs = 0;
  /** When it was last looked at the clock, with certainty no longer than a while ago; null: nobody watches. */
  let lookedAtMs: number | null = null;
  let tellGap: ((gapMs: number) => void) | null = null;

  // Found by whoever asks first after the gap, so that nobody ever sees it.
  function monotonicMs(): number {
    const rawMs = clock.monotonicMs();
    const gapMs = lookedAtMs === null ? 0 : rawMs - lookedAtMs;
    if (lookedAtMs !== null) lookedAtMs = rawMs;
    if (gapMs >= shortestGapMs) {
      lostMs += gapMs;
      // Not within the work of whoever asked for the time.
      clock.after(0, () => tellGap?.(gapMs));
    }
    return rawMs - lostMs;
  }

  return {
    nowMs: () => clock.nowMs(),
    monotonicMs,
    after: (delayMs, work) => clock.after(delayMs, work),
    watch(onGap) {
      tellGap = onGap;
      lookedAtMs = clock.monotonicMs();
      let cancel = clock.after(lookEveryMs, look);
      function look(): void {
        monotonicMs();
        cancel = clock.after(lookEveryMs, look);
      }
      return () => {
        lookedAtMs = null;
        cancel();
      };
    },
  };
}
