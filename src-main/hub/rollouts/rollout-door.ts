// The door before the line of rollouts: shut while something is done in which no order could be carried out, it keeps whoever comes
// waiting, and is open again however that ends.

export interface RolloutDoor {
  isShut(): boolean;
  /** Resolves when it is open; it may be shut again by then. */
  opened(): Promise<void>;
  /** One `work` after the other, where it is shut already. */
  shutWhile(work: () => Promise<void>): Promise<void>;
}

export function createRolloutDoor(): RolloutDoor {
  let shut: Promise<void> | null = null;
  return {
    isShut: () => shut !== null,
    opened: async () => void (await shut),
    async shutWhile(work) {
      const own = after(shut, work);
      // How it ends is told to whoever shut it.
      const ended = own
        .catch(() => undefined)
        .finally(() => {
          if (shut === ended) shut = null;
        });
      shut = ended;
      await own;
    },
  };
}

async function after(before: Promise<void> | null, work: () => Promise<void>): Promise<void> {
  await before;
  await work();
}
