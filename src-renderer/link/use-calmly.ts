// Something of what the hub said, passed on so often at most: whoever reads it is not drawn for the changes in between.
import { useEffect, useState } from 'react';
import { withBeat } from './page-beat.ts';
import type { Projection } from './projection.ts';
import { useProjection } from './projection-store.ts';

/** `select`: the same function as long as it is the same thing. The last change comes never later than `everyMs`. */
export function useCalmly<T>(select: (projection: Projection) => T, everyMs: number): T {
  const [passed, setPassed] = useState(() => select(useProjection.getState()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let passedAtMs = -Infinity;
    let isOver = false;
    // It may be another since it was drawn, or another thing.
    let last: { readonly value: T } | null = null;
    const pass = (): void => {
      timer = undefined;
      if (isOver) return;
      passedAtMs = performance.now();
      last = { value: select(useProjection.getState()) };
      setPassed(last.value);
    };
    const look = (state: Projection): void => {
      if (timer !== undefined || (last !== null && Object.is(select(state), last.value))) return;
      timer = setTimeout(() => withBeat(pass), Math.max(0, passedAtMs + everyMs - performance.now()));
    };
    const stop = useProjection.subscribe(look);
    look(useProjection.getState());
    return () => {
      isOver = true;
      clearTimeout(timer);
      stop();
    };
  }, [select, everyMs]);
  return passed;
}
