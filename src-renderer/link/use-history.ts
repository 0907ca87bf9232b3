// The rows of the history as they are brought: a page at first, more when the end is near, and the search goes on by itself until it
// has something to show. It can be ended, and says how far it got.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HistoryQuery, HistoryRow } from '#contract/console-history.ts';
import { useHub } from './hub-store.ts';
import { useView } from './view-store.ts';

const pageRows = 100;
/** Below so many the search goes on. */
const enoughRows = 50;

interface Found {
  readonly rows: readonly HistoryRow[];
  /** Null: there is nothing more. */
  readonly next: number | null;
  readonly newestSeq: number;
  readonly isLooking: boolean;
  readonly problem: string | null;
}

const nothing: Found = { rows: [], next: null, newestSeq: 0, isLooking: true, problem: null };

export interface HistorySearch extends Found {
  readonly more: () => void;
  /** Ends it where it is; `more` goes on. */
  readonly end: () => void;
  readonly again: () => void;
}

/** `query`: the same object as long as it is the same question. */
export function useHistory(query: HistoryQuery): HistorySearch {
  const client = useHub((state) => state.client);
  const [found, setFound] = useState<Found>(nothing);
  const calling = useRef<AbortController | null>(null);

  const look = useCallback(
    async (from: Found, before: number | null) => {
      if (client === null) return;
      calling.current?.abort();
      const mine = new AbortController();
      calling.current = mine;
      const { signal } = mine;
      let { rows } = from;
      let next = before;
      const enough = rows.length + enoughRows;
      setFound({ ...from, isLooking: true, problem: null });
      // The edge of a question: what the hub says of it is shown where its rows would be.
      try {
        do {
          const page = await client.history.query({ query, before: next, limit: pageRows }, { signal });
          if (signal.aborted) return;
          rows = [...rows, ...page.rows];
          next = page.next;
          const newestSeq = Math.max(from.newestSeq, page.newestSeq);
          setFound({ rows, next, newestSeq, isLooking: next !== null && rows.length < enough, problem: null });
        } while (next !== null && rows.length < enough);
      } catch (error) {
        if (signal.aborted) return;
        const problem = error instanceof Error ? error.message : String(error);
        setFound((known) => ({ ...known, isLooking: false, problem }));
      }
    },
    [client, query],
  );

  useEffect(() => {
    // In the next turn: while one types, only the last question is asked.
    const timer = setTimeout(() => void look(nothing, null));
    return () => {
      clearTimeout(timer);
      calling.current?.abort();
    };
  }, [look]);

  return {
    ...found,
    more() {
      if (found.next !== null && !found.isLooking) void look(found, found.next);
    },
    end() {
      calling.current?.abort();
      setFound((known) => ({ ...known, isLooking: false }));
    },
    again: () => void look(nothing, null),
  };
}

/** The time that ages are shown by. */
export function shownNowMs(): number {
  return useView.getState().nowMs;
}
