// Something that the hub is asked when a view opens, and again whenever the question or the revision is another one, or a person
// wants it asked again (`r`).
import { useEffect, useState } from 'react';
import { useView } from './view-store.ts';

interface Answer<T> {
  /** Undefined: it has not come yet. An older one stays until the next has come. */
  readonly value: T | undefined;
  readonly problem: string | null;
}

/** `ask`: the same function as long as it is the same question; null while there is nobody to ask. */
export function useAnswer<T>(
  ask: ((revision: number | null) => Promise<T>) | null,
  revision: number | null,
): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: undefined, problem: null });
  useEffect(() => {
    if (ask === null) return;
    let isCurrent = true;
    const put = () =>
      ask(revision).then(
        (value) => isCurrent && setAnswer({ value, problem: null }),
        (error: unknown) =>
          isCurrent &&
          setAnswer(({ value }) => ({ value, problem: error instanceof Error ? error.message : String(error) })),
      );
    void put();
    const stop = useView.subscribe((view, before) => view.askings !== before.askings && void put());
    return () => {
      isCurrent = false;
      stop();
    };
  }, [ask, revision]);
  return answer;
}
