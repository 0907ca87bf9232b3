// News for one window: what `read` gives, at first and whenever it was woken, never more often than the pace, until the window is gone.
// A window that lags is told nothing until it has caught up; what came meanwhile is in the next news.
import type { Clock } from '#base/clock.ts';
import type { Follower } from '#contract/console-inputs.ts';
import { createPace } from '#hub/turns/pace.ts';

export async function* newsLine<T>(line: {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly follower: Follower;
  /** Begins to listen, and returns how to stop; `wake` says that there may be news. */
  readonly listen: (wake: () => void) => () => void;
  /** Null: there is nothing to tell. */
  readonly read: () => T | null;
}): AsyncGenerator<T, void, undefined> {
  const { clock, everyMs, read } = line;
  const { isLagging, signal } = line.follower;
  let rouse: (() => void) | null = null;
  const leave = (): void => rouse?.();
  const pace = createPace({ clock, everyMs, work: leave });
  const stop = line.listen(() => pace.ask());
  signal?.addEventListener('abort', leave);
  try {
    for (;;) {
      if (signal?.aborted === true) return;
      const isBehind = isLagging();
      const news = isBehind ? null : read();
      if (news !== null) yield news;
      await new Promise<void>((resolve) => {
        rouse = resolve;
        // It may have been woken while the news were taken.
        if (isBehind || news !== null) pace.ask();
      });
    }
  } finally {
    stop();
    signal?.removeEventListener('abort', leave);
    pace.cancel();
  }
}
