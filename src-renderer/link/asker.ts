// One question to the hub, asked again and again: one asking at a time, and whatever is wanted meanwhile is asked once at its end. An
// answer that takes longer than the next change is away is thus still told.

export interface Asker {
  /** Asks for what is so at this revision. */
  put(revision: number | null): void;
  /** The same once more. */
  again(): void;
  /** What it is has been learned elsewhere: an answer under way may be older, so it is not told, and asked for again. */
  forget(): void;
  /** Nothing is told from here on. */
  end(): void;
}

export type Told<T> = { readonly value: T } | { readonly problem: string };

export function createAsker<T>(ask: (revision: number | null) => Promise<T>, tell: (told: Told<T>) => void): Asker {
  let newest: number | null = null;
  let isAsking = false;
  let isDue = false;
  let isForgotten = false;
  let isOver = false;

  async function go(): Promise<void> {
    isAsking = true;
    isForgotten = false;
    // The edge of a view: what the hub says of it is shown where the answer would be.
    const told = await ask(newest).then(
      (value): Told<T> => ({ value }),
      (error: unknown): Told<T> => ({ problem: error instanceof Error ? error.message : String(error) }),
    );
    isAsking = false;
    if (isOver) return;
    if (!isForgotten) tell(told);
    if (isDue) again();
  }

  function again(): void {
    isDue = isAsking;
    if (!isAsking && !isOver) void go();
  }

  return {
    put(revision) {
      newest = revision;
      again();
    },
    again,
    forget() {
      if (isAsking) isForgotten = isDue = true;
    },
    end() {
      isOver = true;
    },
  };
}
