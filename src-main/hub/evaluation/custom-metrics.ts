// What custom metric queries count. A query may look at the whole fleet, so a result is good until the next journal row, and
// whoever asks waits a bounded time for new ones: what is not evaluated by then is as it was, or absent.
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import type { QueryOperations } from '#hub/hub-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

const queriesForMs = 200;
const queriesKept = 4096;

export interface CustomMetrics {
  /** Counts what is not known of the present, for a bounded time. */
  evaluate(deployments: readonly Deployment[]): Promise<void>;
  /** Metric → rows, of those known. */
  resultsOf(deployment: Deployment): Readonly<Record<string, number>>;
}

interface Result {
  /** The newest journal row when it was counted. */
  readonly seq: number;
  /** Undefined: the query cannot be answered. */
  readonly count: number | undefined;
}

export function createCustomMetrics({
  read,
  clock,
  queries,
}: {
  readonly read: Pick<StoreReaders, 'journal'>;
  readonly clock: Clock;
  readonly queries: Pick<QueryOperations, 'count'>;
}): CustomMetrics {
  // By the text of the query: many deployments ask the same. Least recently counted first.
  const known = new Map<string, Result>();
  const seqOf = (query: string): number => known.get(query)?.seq ?? -1;

  async function count(query: string): Promise<void> {
    const seq = read.journal.lastSeq();
    if (seqOf(query) === seq) return;
    const counted = await queries.count(query).catch((error: unknown) => {
      // A query stored by another version of the hub may be none to this one: it counts nothing, and the others go on.
      if (error instanceof AppError && error.kind === 'refused') return undefined;
      throw error;
    });
    known.delete(query);
    known.set(query, { seq, count: counted });
    const [oldest] = known.keys();
    if (known.size > queriesKept && oldest !== undefined) known.delete(oldest);
  }

  return {
    async evaluate(deployments) {
      const wanted = new Set(deployments.flatMap(({ metricQueries }) => Object.values(metricQueries)));
      const deadlineMs = clock.monotonicMs() + queriesForMs;
      // Those counted longest ago first, so that over several requests all get their turn.
      for (const query of [...wanted].toSorted((left, right) => seqOf(left) - seqOf(right))) {
        await count(query);
        if (clock.monotonicMs() >= deadlineMs) return;
      }
    },
    resultsOf({ metricQueries }) {
      const results = Object.entries(metricQueries).flatMap(([name, query]) => {
        const counted = known.get(query)?.count;
        return counted === undefined ? [] : [[name, counted] as const];
      });
      return Object.fromEntries(results);
    },
  };
}
