// What the custom metrics of the deployments count: asked in one go for all that a list shows, in the turn in which it shows them.
import { useEffect } from 'react';
import { create } from 'zustand';
import type { CustomMetric } from '#contract/console-deployments.ts';
import type { HubClient } from './console-client.ts';
import { useHub } from './hub-store.ts';

// As many as the hub tells in one answer.
const mostAsked = 200;
const none: readonly CustomMetric[] = [];

const useKnown = create<{ readonly byId: ReadonlyMap<string, readonly CustomMetric[]> }>(() => ({ byId: new Map() }));

/** Those of one deployment; none until they are known. */
export function useCustomMetrics(id: string): readonly CustomMetric[] {
  const client = useHub((state) => state.client);
  const metrics = useKnown(({ byId }) => byId.get(id)) ?? none;
  useEffect(() => {
    if (client !== null) ask(client, id);
  }, [client, id]);
  return metrics;
}

interface Line {
  readonly waiting: Set<string>;
  isAsking: boolean;
}

const lines = new WeakMap<HubClient, Line>();

function ask(client: HubClient, id: string): void {
  const line = lines.get(client) ?? { waiting: new Set(), isAsking: false };
  lines.set(client, line);
  line.waiting.add(id);
  if (line.isAsking) return;
  line.isAsking = true;
  queueMicrotask(() => void answer(client, line));
}

async function answer(client: HubClient, line: Line): Promise<void> {
  while (line.waiting.size > 0) {
    const ids = [...line.waiting].slice(0, mostAsked);
    for (const id of ids) line.waiting.delete(id);
    // Numbers beside the list: where they cannot be had the list stands without them, and asks again when it is opened.
    const rows = await client.customMetrics.query({ ids }).catch(() => []);
    useKnown.setState(({ byId }) => {
      const next = new Map(byId);
      for (const id of ids) next.delete(id);
      for (const row of rows) next.set(row.id, row.metrics);
      return { byId: next };
    });
  }
  line.isAsking = false;
}
