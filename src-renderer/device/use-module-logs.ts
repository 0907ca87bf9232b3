// Reads the logs of a device while they are looked at: at once, then, as long as they are followed, every few seconds from where they
// end. It rests while the window is hidden or the device is away, and never asks twice at once.
import { useCallback, useEffect, useRef, useState } from 'react';
import { useHub } from '#renderer/link/hub-store.ts';
import { emptyLogBook, followFrom, type LogBook, withLogs } from './log-lines.ts';

export interface LogWindow {
  readonly tail: number;
  /** `15m`, `at` for the moment in `sinceAt`, or empty. */
  readonly since: string;
  /** As an input of time gives it, in local time. */
  readonly sinceAt: string;
  readonly untilAt: string;
}

interface LogState {
  /** What it answers. */
  readonly question: string;
  readonly book: LogBook;
  readonly problem: string | null;
  readonly isFull: boolean;
  readonly isReading: boolean;
  readonly readAtMs: number | null;
}

const everyMs = 2_000;
const afterProblemMs = 5_000;
const followTail = 2_000;
const nothing: LogState = {
  question: '',
  book: emptyLogBook,
  problem: null,
  isFull: false,
  isReading: true,
  readAtMs: null,
};

export function useModuleLogs(asked: {
  readonly deviceId: string;
  /** Empty: all of them. */
  readonly module: string;
  readonly span: LogWindow;
  readonly isFollowing: boolean;
  readonly isConnected: boolean;
}) {
  const { deviceId, module, span, isFollowing, isConnected } = asked;
  const client = useHub((state) => state.client);
  const [state, setState] = useState<LogState>(nothing);
  const [round, setRound] = useState({ again: 0, on: 0 });
  const isHidden = useIsHidden();
  const book = useRef<LogBook>(emptyLogBook);
  const question = JSON.stringify([deviceId, module, span, round.again]);
  const answered = useRef('');

  useEffect(() => {
    const isNew = answered.current !== question;
    if (isNew) book.current = emptyLogBook;
    if (client === null || !isConnected || (isHidden && !isNew)) return;
    const aborted = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;

    async function read(): Promise<void> {
      const from = answered.current === question ? followFrom(book.current) : null;
      const request = {
        deviceId,
        modules: module === '' ? [] : [module],
        tail: from === null ? span.tail : followTail,
        since: from ?? sinceOf(span),
        until: momentOf(span.untilAt),
      };
      // The edge of this reading: the words go where the person looks, and it is tried again.
      try {
        const { logs, isFull } = await (client as NonNullable<typeof client>).moduleLogs.query(request, {
          signal: aborted.signal,
        });
        if (aborted.signal.aborted) return;
        answered.current = question;
        book.current = withLogs(book.current, logs);
        const { current } = book;
        setState((before) => ({
          question,
          book: current,
          problem: null,
          isFull: from === null ? isFull : before.isFull,
          isReading: false,
          readAtMs: Date.now(),
        }));
      } catch (error) {
        if (aborted.signal.aborted) return;
        setState((before) => ({
          ...(before.question === question ? before : nothing),
          question,
          isReading: false,
          problem: error instanceof Error ? error.message : String(error),
        }));
        again(afterProblemMs);
        return;
      }
      again(everyMs);
    }

    function again(delayMs: number): void {
      if (isFollowing && span.untilAt === '') timer = setTimeout(() => void read(), delayMs);
    }

    void read();
    return () => {
      aborted.abort();
      clearTimeout(timer);
    };
    // `question` says all that a window of time and a module do.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [client, question, isFollowing, isConnected, isHidden, round.on]);

  return {
    // Of another question nothing is shown: it would answer the old one.
    ...(state.question === question ? state : nothing),
    isPaused: isHidden && isFollowing,
    /** From nothing. */
    readAgain: useCallback(() => setRound(({ again, on }) => ({ again: again + 1, on })), []),
    /** What came since. */
    readOn: useCallback(() => setRound(({ again, on }) => ({ again, on: on + 1 })), []),
  };
}

function sinceOf({ since, sinceAt }: LogWindow): string | null {
  if (since === 'at') return momentOf(sinceAt);
  return since === '' ? null : since;
}

function momentOf(local: string): string | null {
  const atMs = local === '' ? Number.NaN : new Date(local).getTime();
  return Number.isNaN(atMs) ? null : new Date(atMs).toISOString();
}

function useIsHidden(): boolean {
  const [isHidden, setIsHidden] = useState(document.hidden);
  useEffect(() => {
    const look = () => setIsHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return isHidden;
}
