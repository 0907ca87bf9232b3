// A value that changes often, passed on so often at most: what is dear to ask or to draw follows it, and not every change of it.
import { useEffect, useRef, useState } from 'react';
import { withBeat } from './page-beat.ts';

/** The first change comes at once, the last one never later than `everyMs`. */
export function useCalm<T>(value: T, everyMs: number): T {
  const [calm, setCalm] = useState(value);
  const passedAtMs = useRef(-Infinity);
  useEffect(() => {
    if (Object.is(value, calm)) return;
    let isCurrent = true;
    const pass = () => {
      if (!isCurrent) return;
      passedAtMs.current = performance.now();
      setCalm(value);
    };
    const waitMs = Math.max(0, passedAtMs.current + everyMs - performance.now());
    const timer = setTimeout(() => withBeat(pass), waitMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [value, calm, everyMs]);
  return calm;
}
