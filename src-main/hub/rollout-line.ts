// What rollouts are to do next, a piece a turn of the event loop: timers that fall due together run in one turn, and what each of
// them may take adds up there. What waits already is not put in line again, so that no chain of steps grows a second one beside it.
import type { Clock } from '#base/clock.ts';

export interface RolloutLine {
  /** `what` waits once, with the work that was told first. */
  add(what: unknown, work: () => void): void;
  clear(): void;
}

/** `run` carries a piece out, and throws nothing. */
export function createRolloutLine(clock: Clock, run: (work: () => void) => void): RolloutLine {
  const waiting = new Map<unknown, () => void>();
  let cancelTurn: (() => void) | undefined;

  function takeTurn(): void {
    const [first] = waiting;
    if (first !== undefined) {
      const [what, work] = first;
      // What comes up from now on is another piece.
      waiting.delete(what);
      run(work);
    }
    cancelTurn = undefined;
    schedule();
  }

  function schedule(): void {
    if (waiting.size > 0) cancelTurn ??= clock.after(0, takeTurn);
  }

  return {
    add(what, work) {
      if (!waiting.has(what)) waiting.set(what, work);
      schedule();
    },
    clear() {
      waiting.clear();
      cancelTurn?.();
      cancelTurn = undefined;
    },
  };
}
