// What the custom metrics of deployments count, of those that are in sight: asked for together, and again every ten seconds as long
// as they are. A query may look at the whole site, so that no change of it is reason enough to ask sooner.
import type { CustomMetric } from '#contract/console-deployments.ts';

// As many as the hub tells in one answer.
const mostAsked = 200;
const againAfterMs = 10_000;

export interface CountedMetrics {
  readonly metrics: readonly CustomMetric[];
  /** When they were counted last; null: they never were. */
  readonly countedAtMs: number | null;
  /** Why they could not be counted when they were asked for last; what is known stays. */
  readonly problem: string | null;
}

export interface MetricsBook {
  /** Wants them as long as the returned function is not called. */
  look(deploymentId: string): () => void;
}

type Told = ReadonlyMap<string, CountedMetrics>;

export function createMetricsBook(needs: {
  readonly ask: (
    ids: string[],
  ) => Promise<readonly { readonly id: string; readonly metrics: readonly CustomMetric[] }[]>;
  readonly nowMs: () => number;
  readonly after: (delayMs: number, work: () => void) => void;
  readonly tell: (told: Told) => void;
}): MetricsBook {
  const { ask, nowMs, after, tell } = needs;
  const lookers = new Map<string, number>();
  const waiting = new Set<string>();
  let known: Told = new Map();
  let isAsking = false;
  let isDue = false;

  async function askAll(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    while (waiting.size > 0) {
      const ids = [...waiting].filter((id) => lookers.has(id)).slice(0, mostAsked);
      for (const id of ids) waiting.delete(id);
      if (ids.length === 0) waiting.clear();
      else await askSome(ids);
    }
    isAsking = false;
  }

  async function askSome(ids: string[]): Promise<void> {
    // The edge of a look: what went wrong is told where the numbers would be, and they are asked for again as always.
    const counted = await ask(ids).then(
      (rows) => new Map(rows.map(({ id, metrics }) => [id, { metrics, countedAtMs: nowMs(), problem: null }])),
      (error: unknown) => {
        const problem = error instanceof Error ? error.message : String(error);
        return new Map(ids.map((id) => [id, { metrics: [], countedAtMs: null, ...known.get(id), problem }]));
      },
    );
    // Who is not in the answer has none.
    known = new Map([...known].filter(([id]) => !ids.includes(id)).concat([...counted]));
    tell(known);
  }

  function plan(): void {
    if (isDue) return;
    isDue = true;
    after(againAfterMs, () => {
      isDue = false;
      if (lookers.size === 0) {
        // Whoever looks again is told anew.
        known = new Map();
        tell(known);
        return;
      }
      for (const id of lookers.keys()) waiting.add(id);
      void askAll();
      plan();
    });
  }

  return {
    look(deploymentId) {
      lookers.set(deploymentId, (lookers.get(deploymentId) ?? 0) + 1);
      if (!known.has(deploymentId)) waiting.add(deploymentId);
      // All that came into sight in one turn is asked for at once.
      queueMicrotask(() => void askAll());
      plan();
      return () => {
        const rest = (lookers.get(deploymentId) ?? 1) - 1;
        if (rest > 0) lookers.set(deploymentId, rest);
        else lookers.delete(deploymentId);
      };
    },
  };
}
