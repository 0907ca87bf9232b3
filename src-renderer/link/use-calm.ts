// A value that changes often, passed on so often at most: what is dear to ask or to draw follows it, and not every change of it.
import { useEffect, useRef, useState } from 'react';

/** The first change comes at once, the last one never later than `everyMs`. */
export function useCalm<T>(value: T, everyMs: number): T {
  const [calm, setCalm] = useState(value);
  const passedAtMs = useRef(-Infinity);
  useEffect(() => {
    if (Object.is(value, calm)) return;
    const pass = () => {
      passedAtMs.current = performance.now();
      setCalm(value);
    };
    const timer = setTimeout(pass, Math.max(0, passedAtMs.current + everyMs - performance.now()));
    return () => clearTimeout(timer);
  }, [value, calm, everyMs]);
  return calm;
}
