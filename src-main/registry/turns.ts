// Long work in turns: the hub's loop has devices to serve between them.

const turnMs = 5;

export interface Turns {
  /** At once, or after the loop was free when a turn is over. */
  next(): Promise<void>;
}

export function createTurns(): Turns {
  let beganMs = performance.now();
  return {
    async next() {
      if (performance.now() - beganMs < turnMs) return;
      await new Promise((resolve) => setImmediate(resolve));
      beganMs = performance.now();
    },
  };
}
