// How far down the page a table begins, told to its style: the fields above it break into more lines on a small screen or with
// larger text, and the table is to end above the status bar all the same.
import { useCallback, useRef } from 'react';

/** For the element around the table: sets `--history-above` on it, in px. */
export function useAbove(): (element: HTMLElement | null) => void {
  const watching = useRef<ResizeObserver | null>(null);
  return useCallback((element: HTMLElement | null) => {
    watching.current?.disconnect();
    const around = element?.parentElement;
    if (!element || !around) return;
    watching.current = new ResizeObserver(() => {
      const aboveBy = Math.round(element.getBoundingClientRect().top + window.scrollY);
      element.style.setProperty('--history-above', `${aboveBy}px`);
    });
    watching.current.observe(around);
  }, []);
}
