// Something that a button asks of the hub: whether it is under way, and in words what came of it when it failed.
import { useState } from 'react';

export interface Action {
  readonly isBusy: boolean;
  readonly problem: string | null;
  /** Resolves to whether it went well. */
  run(work: () => Promise<unknown>): Promise<boolean>;
}

export function useAction(): Action {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    isBusy,
    problem,
    async run(work) {
      setIsBusy(true);
      setProblem(null);
      // The edge of a click: the words go where the person looks.
      try {
        await work();
        return true;
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
        return false;
      } finally {
        setIsBusy(false);
      }
    },
  };
}
