// Walks over twins in stretches that take a few milliseconds each, whatever a query asks of them, and lets others run in between.
import type { Clock } from '#base/clock.ts';
import type { TwinPlace, TwinRow, TwinWalk } from '#store/query-types.ts';

const stretchMs = 4;
const firstCount = 8;
const mostCount = 512;

/** Resolves when it is the caller's turn: one caller gets each turn of the event loop, in the order they asked. */
export type NextTurn = () => Promise<void>;

export function createTurnstile(): NextTurn {
  let last = Promise.resolve();
  return () => (last = last.then(() => new Promise((resolve) => setImmediate(resolve))));
}

/**
 * Shows `visit` every row behind a place, in order, until it says that it has enough. A stretch is read and visited in one
 * turn of the event loop: nothing is written in between, and no other walk takes its time in the same turn.
 */
export async function walkTwins(needs: {
  readonly walk: TwinWalk;
  readonly clock: Clock;
  readonly nextTurn: NextTurn;
  readonly after: TwinPlace | null;
  /** False when it has enough. */
  readonly visit: (row: TwinRow) => boolean;
}): Promise<void> {
  const { walk, clock, nextTurn, visit } = needs;
  let { after } = needs;
  let count = firstCount;
  for (;;) {
    await nextTurn();
    const startedAtMs = clock.monotonicMs();
    const { rows, end } = walk.next(after, count);
    if (!rows.every(visit) || end === null) return;
    after = end;
    count = nextCount(count, clock.monotonicMs() - startedAtMs);
  }
}

/** Grows step by step, since the next twins may be larger than these; shrinks at once. */
function nextCount(count: number, elapsedMs: number): number {
  const fitting = Math.floor((count * stretchMs) / Math.max(elapsedMs, 0.001));
  return Math.max(1, Math.min(fitting, count * 4, mostCount));
}
