// Tells of what may come without end: the first of its kind at once, and then once a period what came meanwhile, so that
// nobody can fill the journal and nothing is lost. A kind that did not come for a whole period is forgotten.
import type { Clock } from '#base/clock.ts';

export interface PacedTelling<Key, Sum> {
  /** `add` makes what is to be told from what was not told yet. */
  note(key: Key, add: (untold: Sum | undefined) => Sum): void;
  /** Whether a kind was told within the last period. */
  has(key: Key): boolean;
  size(): number;
  /** Tells what was not told yet. */
  stop(): void;
}

interface Period<Sum> {
  untold: Sum | undefined;
  readonly cancel: () => void;
}

export function createPacedTelling<Key, Sum>(parts: {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly tell: (key: Key, sum: Sum) => void;
}): PacedTelling<Key, Sum> {
  const { clock, everyMs, tell } = parts;
  const periods = new Map<Key, Period<Sum>>();

  function begin(key: Key, sum: Sum): void {
    tell(key, sum);
    periods.set(key, { untold: undefined, cancel: clock.after(everyMs, () => end(key)) });
  }

  function end(key: Key): void {
    const untold = periods.get(key)?.untold;
    periods.delete(key);
    if (untold !== undefined) begin(key, untold);
  }

  return {
    note(key, add) {
      const period = periods.get(key);
      if (period === undefined) begin(key, add(undefined));
      else period.untold = add(period.untold);
    },
    has: (key) => periods.has(key),
    size: () => periods.size,
    stop() {
      for (const [key, { untold, cancel }] of periods) {
        cancel();
        if (untold !== undefined) tell(key, untold);
      }
      periods.clear();
    },
  };
}
