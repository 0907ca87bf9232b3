// How wide an element is, followed as the window and the text size change.
import { useCallback, useRef, useState } from 'react';

/** In px; 0 until it is there. */
export function useWidth(): readonly [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0);
  const watching = useRef<ResizeObserver | null>(null);
  const watch = useCallback((element: HTMLElement | null) => {
    watching.current?.disconnect();
    if (element === null) return;
    watching.current = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watching.current.observe(element);
  }, []);
  return [watch, width];
}
