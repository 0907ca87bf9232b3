// Asks devices, so many at once; the rest stand in line in the order they came. Whoever is not wanted any more when its turn comes
// is not asked.

export interface AskLine {
  /** Null: it was not wanted any more. */
  ask<T>(isWanted: () => boolean, work: () => Promise<T>): Promise<T | null>;
}

export function createAskLine(mostAtOnce: number): AskLine {
  const waiting: (() => void)[] = [];
  let underway = 0;
  return {
    async ask(isWanted, work) {
      // Whoever ends hands its place on, so that nobody who comes later slips in between.
      if (underway >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
      else underway += 1;
      try {
        return isWanted() ? await work() : null;
      } finally {
        const next = waiting.shift();
        if (next === undefined) underway -= 1;
        else next();
      }
    },
  };
}
