// A question that changes faster than it is answered, as one types: only the newest is asked on, the one before is called off at
// the hub too, and an answer that came stays until the next has come.
import { useEffect, useState } from 'react';

interface Latest<T> {
  /** Of the newest question that was answered; undefined: none was yet. */
  readonly value: T | undefined;
  readonly isAsking: boolean;
  readonly problem: string | null;
}

/** `ask`: the same function as long as it is the same question; null: there is nothing to ask, and no answer. */
export function useLatest<T>(ask: ((signal: AbortSignal) => Promise<T>) | null): Latest<T> {
  const [answered, setAnswered] = useState<{
    readonly ask: unknown;
    readonly value: T | undefined;
    readonly problem: string | null;
  }>({ ask: null, value: undefined, problem: null });
  useEffect(() => {
    if (ask === null) return;
    const calling = new AbortController();
    ask(calling.signal).then(
      (value) => !calling.signal.aborted && setAnswered({ ask, value, problem: null }),
      (error: unknown) =>
        !calling.signal.aborted &&
        setAnswered({ ask, value: undefined, problem: error instanceof Error ? error.message : String(error) }),
    );
    return () => calling.abort();
  }, [ask]);
  if (ask === null) return { value: undefined, isAsking: false, problem: null };
  return { value: answered.value, isAsking: answered.ask !== ask, problem: answered.problem };
}
