// Something that the hub goes on telling, whole each time, while a view is open: the newest of it. It comes with the page's beat.
import { useEffect, useState } from 'react';
import type { HubClient } from './console-client.ts';
import { useHub } from './hub-store.ts';

const againAfterMs = 1_000;

interface Following {
  readonly unsubscribe: () => void;
}

interface Listener<News> {
  readonly onData: (news: News) => void;
  readonly onError: () => void;
  readonly onComplete: () => void;
}

export type Follow<News> = (client: HubClient, on: Listener<News>) => Following;

/** `begin`: the same function as long as it is the same thing. Null until the first was told; what is known stays when the hub is gone. */
export function useFollowed<News>(begin: Follow<News>): News | null {
  const [news, setNews] = useState<News | null>(null);
  useFollowing(begin, setNews);
  return news;
}

/** `take`: the same function each time; it is given each news as it comes. */
export function useFollowing<News>(begin: Follow<News>, take: (news: News) => void): void {
  const client = useHub((state) => state.client);
  useEffect(() => {
    if (client === null) return;
    let following: Following | null = null;
    let again: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const end = (): void => {
      if (!isOver) again = setTimeout(follow, againAfterMs);
    };
    const follow = (): void => {
      following = begin(client, { onData: take, onError: end, onComplete: end });
    };
    follow();
    return () => {
      isOver = true;
      clearTimeout(again);
      following?.unsubscribe();
    };
  }, [client, begin, take]);
}
