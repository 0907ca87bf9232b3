// The lines of several devices, read a few at a time: what came is drawn, so many are told as were read, and it can be ended.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type DeviceLine, mostCourses } from '#contract/console-history.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import type { TimeSpan } from '#renderer/plots/timeline-layout.ts';

interface Lines {
  readonly lines: readonly DeviceLine[];
  readonly isReading: boolean;
  readonly problem: string | null;
}

const nothing: Lines = { lines: [], isReading: true, problem: null };

/** `ids` and `span`: the same objects as long as it is the same question. */
export function useLines(ids: readonly string[], span: TimeSpan) {
  const client = useHub((state) => state.client);
  const [read, setRead] = useState(nothing);
  const calling = useRef<AbortController | null>(null);

  const go = useCallback(
    async (signal: AbortSignal) => {
      if (client === null) return;
      let lines: readonly DeviceLine[] = [];
      setRead(nothing);
      // The edge of a question: what the hub says of it is shown where the lines would be.
      try {
        for (let at = 0; at < ids.length; at += mostCourses) {
          const deviceIds = ids.slice(at, at + mostCourses);
          const answer = await client.deviceCourses.query({ deviceIds, ...span }, { signal });
          if (signal.aborted) return;
          lines = [...lines, ...answer.lines];
          setRead({ lines, isReading: lines.length < ids.length, problem: null });
        }
      } catch (error) {
        if (signal.aborted) return;
        setRead({ lines, isReading: false, problem: error instanceof Error ? error.message : String(error) });
      }
    },
    [client, ids, span],
  );

  useEffect(() => {
    const mine = new AbortController();
    calling.current = mine;
    // In the next turn: while one chooses, only the last question is asked.
    const timer = setTimeout(() => void go(mine.signal));
    return () => {
      clearTimeout(timer);
      mine.abort();
    };
  }, [go]);

  return {
    ...read,
    end: () => {
      calling.current?.abort();
      setRead((known) => ({ ...known, isReading: false }));
    },
  };
}
