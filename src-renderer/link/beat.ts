// The clock by which news reaches the page: what the hub told since the last beat is taken in together, in one turn of the loop, so
// that React draws it once, however many things changed.
// INVARIANTS: work runs in the order it joined; between two beats lies `everyMs` at least, and less than that is never waited for
// when nothing came before.

export interface Beat {
  /** Runs it with the next beat: now, when the last one is long enough ago. What a beat itself joins runs within it. */
  readonly join: (work: () => void) => void;
}

/** `nowMs`: of a clock that never jumps. `after` returns how to call it off. */
export function createBeat(needs: {
  readonly everyMs: number;
  readonly nowMs: () => number;
  readonly after: (delayMs: number, work: () => void) => () => void;
}): Beat {
  const { everyMs, nowMs, after } = needs;
  let waiting: (() => void)[] = [];
  let beatAtMs = -Infinity;
  let isBeating = false;
  let callOff: (() => void) | null = null;

  function beat(): void {
    callOff?.();
    callOff = null;
    beatAtMs = nowMs();
    const due = waiting;
    waiting = [];
    let taken = 0;
    isBeating = true;
    try {
      for (const work of due) {
        taken += 1;
        work();
      }
    } finally {
      isBeating = false;
      // Something broke: what came behind it is not lost, and comes next.
      waiting = [...due.slice(taken), ...waiting];
      if (waiting.length > 0) plan();
    }
  }

  function plan(): void {
    callOff ??= after(Math.max(0, beatAtMs + everyMs - nowMs()), beat);
  }

  return {
    join(work) {
      if (isBeating) {
        work();
        return;
      }
      waiting.push(work);
      // Browsers hold back the timers of a hidden page, not what its connection brings.
      if (nowMs() - beatAtMs >= everyMs) beat();
      else plan();
    },
  };
}
