// What rollouts are to do next, a piece a turn of the event loop: what several of them may take adds up within one. What waits
// already is not put in line again, so that no chain of steps grows a second one beside it.
// INVARIANT: before a piece all is written that waited to be: else its own change would write that first, in the same turn.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '#store/store-types.ts';
import { createRolloutDoor } from './rollout-door.ts';

export interface RolloutLine {
  /** `what` waits once, with the work that was told first. */
  add(what: unknown, work: () => void): void;
  /** For work that goes on over several: what follows at once is the piece. It comes too when the line is cleared. */
  readonly turn: () => Promise<void>;
  /** Nobody gets a turn before `work` has ended, however it does. */
  closedWhile(work: () => Promise<void>): Promise<void>;
  clear(): void;
}

interface Piece {
  readonly work: () => void;
  readonly dropped?: () => void;
}

/** `written` resolves when what waits is written; `run` carries a piece out, and throws nothing. */
export function createRolloutLine({
  written,
  run,
}: {
  readonly written: () => Promise<void>;
  readonly run: (work: () => void) => void;
}): RolloutLine {
  const waiting = new Map<unknown, Piece>();
  let isGoing = false;
  const door = createRolloutDoor();

  async function go(): Promise<void> {
    isGoing = true;
    while (waiting.size > 0) {
      await nextTurn();
      if (waiting.size > 0) await written();
      const [first] = waiting;
      if (first === undefined) break;
      const [what, { work }] = first;
      // What comes up from now on is another piece.
      waiting.delete(what);
      run(work);
    }
    isGoing = false;
  }

  function put(what: unknown, piece: Piece): void {
    if (!waiting.has(what)) waiting.set(what, piece);
    if (!isGoing) void go();
  }

  const place = (): Promise<void> => new Promise((resolve) => put(resolve, { work: resolve, dropped: resolve }));

  return {
    add: (what, work) => put(what, { work }),
    async turn() {
      do {
        await door.opened();
        await place();
        // It may have been shut while one stood in line.
      } while (door.isShut());
    },
    closedWhile: (work) => door.shutWhile(work),
    clear() {
      const dropped = [...waiting.values()];
      waiting.clear();
      for (const piece of dropped) piece.dropped?.();
    },
  };
}

/** Whether it could be written is told to those whose it is. */
export async function allWritten({ changeSoon }: Pick<Store, 'changeSoon'>): Promise<void> {
  await changeSoon(() => undefined).catch(() => undefined);
}
