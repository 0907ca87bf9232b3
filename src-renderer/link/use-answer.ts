// Something that the hub is asked when a view opens, and again whenever the question or the revision is another one, or a person
// wants it asked again (`r`).
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Asker, createAsker } from './asker.ts';
import { withBeat } from './page-beat.ts';
import { useView } from './view-store.ts';

interface Answer<T> {
  /** Undefined: it has not come yet. An older one stays until the next has come. */
  readonly value: T | undefined;
  readonly problem: string | null;
  /** Puts what a change of one's own was answered with in its place at once: nothing older is told after it. */
  readonly take: (value: T) => void;
}

/** `ask`: the same function as long as it is the same question; null while there is nobody to ask. */
export function useAnswer<T>(
  ask: ((revision: number | null) => Promise<T>) | null,
  revision: number | null,
): Answer<T> {
  const [answer, setAnswer] = useState<Omit<Answer<T>, 'take'>>({ value: undefined, problem: null });
  const asker = useRef<Asker | null>(null);
  const takings = useRef(0);
  const asked = useRef(ask);
  useEffect(() => {
    asked.current = ask;
    if (ask === null) return;
    let isFirst = true;
    let isOver = false;
    const mine = createAsker(ask, (told) => {
      const before = takings.current;
      const show = (): void => {
        if (!isOver && takings.current === before) setAnswer(({ value }) => ({ value, problem: null, ...told }));
      };
      // The first answer to a question is waited for; how it goes on is news like all other.
      if (isFirst) show();
      else withBeat(show);
      isFirst = false;
    });
    asker.current = mine;
    const stop = useView.subscribe((view, before) => view.askings !== before.askings && mine.again());
    return () => {
      isOver = true;
      mine.end();
      stop();
    };
  }, [ask]);
  useEffect(() => {
    if (ask !== null) asker.current?.put(revision);
  }, [ask, revision]);
  const take = useCallback(
    (value: T) => {
      // What answers an older question has come too late.
      if (asked.current !== ask) return;
      takings.current += 1;
      asker.current?.forget();
      setAnswer({ value, problem: null });
    },
    [ask],
  );
  return { ...answer, take };
}
