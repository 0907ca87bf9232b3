// The custom metrics of one deployment, as a list shows them: one book for all of them on this page's connection.
import { useEffect } from 'react';
import { create } from 'zustand';
import type { HubClient } from './console-client.ts';
import { useHub } from './hub-store.ts';
import { type CountedMetrics, createMetricsBook, type MetricsBook } from './metrics-book.ts';
import { withBeat } from './page-beat.ts';

const useKnown = create<{ readonly byId: ReadonlyMap<string, CountedMetrics> }>(() => ({ byId: new Map() }));

/** Undefined: it has none, as far as is known. */
export function useCustomMetrics(id: string): CountedMetrics | undefined {
  const client = useHub((state) => state.client);
  useEffect(() => (client === null ? undefined : bookOf(client).look(id)), [client, id]);
  return useKnown(({ byId }) => byId.get(id));
}

const books = new WeakMap<HubClient, MetricsBook>();

function bookOf(client: HubClient): MetricsBook {
  const book =
    books.get(client) ??
    createMetricsBook({
      ask: (ids) => client.customMetrics.query({ ids }),
      nowMs: () => Date.now(),
      after: (delayMs, work) => void setTimeout(work, delayMs),
      tell: (byId) => withBeat(() => useKnown.setState({ byId })),
    });
  books.set(client, book);
  return book;
}
