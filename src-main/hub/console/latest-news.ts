// What is told whole each time, to whoever follows: a follower that lags misses some and loses nothing.
// INVARIANT: nothing is looked at while nobody follows; `onFollowed` begins that work and `onLeft` ends it.
import { setTimeout as after } from 'node:timers/promises';
import type { Follower } from '#contract/console-inputs.ts';

export interface LatestNews<News> {
  /** The same as before is not told again. */
  tell(news: News): void;
  isFollowed(): boolean;
  follow(follower: Follower): AsyncGenerator<News, void, undefined>;
  /** Ends all that follow. */
  stop(): void;
}

const lagsForMs = 100;

export function createLatestNews<News>(needs: {
  readonly onFollowed: () => void;
  readonly onLeft: () => void;
}): LatestNews<News> {
  const stopping = new AbortController();
  const readers = new Set<() => void>();
  let latest: { readonly news: News; readonly text: string } | null = null;

  /** Resolves when something is told, or it is over. */
  function nextWord(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        readers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      readers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  let followers = 0;

  return {
    tell(news) {
      const text = JSON.stringify(news);
      if (text === latest?.text) return;
      latest = { news, text };
      for (const wake of readers) wake();
    },
    isFollowed: () => followers > 0,
    async *follow({ isLagging, signal }) {
      const over = AbortSignal.any([stopping.signal, ...(signal === undefined ? [] : [signal])]);
      followers += 1;
      if (followers === 1) needs.onFollowed();
      let told: News | null = null;
      try {
        while (!over.aborted) {
          if (latest === null || latest.news === told) await nextWord(over);
          else if (isLagging()) await after(lagsForMs);
          else {
            told = latest.news;
            yield told;
          }
        }
      } finally {
        followers -= 1;
        if (followers === 0) {
          // What is known gets old unseen: whoever comes next is told what is looked at then.
          latest = null;
          needs.onLeft();
        }
      }
    },
    stop: () => stopping.abort(),
  };
}
