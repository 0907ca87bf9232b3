// What comes in while Live is open, and what is shown of it: frozen, the picture stands still and what came meanwhile is counted.
import { useCallback, useEffect, useState } from 'react';
import type { LiveFlush } from '#contract/console-live.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { emptyLive, type LiveState, withFlush } from './live-tree.ts';

const againAfterMs = 1_000;

interface LiveMeasure {
  readonly shown: LiveState;
  /** Messages that came since it was frozen. */
  readonly heldBack: number;
  readonly isFrozen: boolean;
}

export interface Live extends LiveMeasure {
  readonly freeze: () => void;
  readonly clear: () => void;
}

interface Both {
  readonly shown: LiveState;
  readonly newest: LiveState;
  readonly isFrozen: boolean;
}

const start: Both = { shown: emptyLive, newest: emptyLive, isFrozen: false };

export function useLive(words: string): Live {
  const client = useHub((state) => state.client);
  const [both, setBoth] = useState(start);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (client === null) return;
    let again: ReturnType<typeof setTimeout> | undefined;
    let following: { unsubscribe(): void } | undefined;
    let isOver = false;
    function follow(): void {
      // A subscription counts from its beginning, and so does what is shown: `round` is another beginning.
      let isFirst = round >= 0;
      const onEnd = () => {
        if (!isOver) again = setTimeout(follow, againAfterMs);
      };
      following = client?.liveMessages.subscribe(
        { words },
        {
          onData(flush) {
            const begins = isFirst;
            isFirst = false;
            setBoth((known) => taken(known, flush, begins));
          },
          onError: onEnd,
          onComplete: onEnd,
        },
      );
    }
    follow();
    return () => {
      isOver = true;
      clearTimeout(again);
      following?.unsubscribe();
    };
  }, [client, words, round]);
  return {
    shown: both.shown,
    isFrozen: both.isFrozen,
    heldBack: both.isFrozen ? Math.max(0, both.newest.total - both.shown.total) : 0,
    freeze: useCallback(() => {
      setBoth(({ newest, isFrozen, shown }) => ({ newest, isFrozen: !isFrozen, shown: isFrozen ? newest : shown }));
    }, []),
    clear: useCallback(() => {
      setBoth(({ isFrozen }) => ({ ...start, isFrozen }));
      setRound((before) => before + 1);
    }, []),
  };
}

function taken({ shown, newest, isFrozen }: Both, flush: LiveFlush, begins: boolean): Both {
  const next = withFlush(begins ? emptyLive : newest, flush);
  return { newest: next, isFrozen, shown: isFrozen ? shown : next };
}
