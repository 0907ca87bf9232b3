// The numbers of deployments: IoT Hub's four, healthy beside them, and what custom metric queries count. Whoever asks waits in
// short turns, never at the expense of the devices.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId } from '#base/ids.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import type { QueryOperations } from '#hub/hub-types.ts';
import type { DeploymentCounts, Store } from '#store/store-types.ts';
import { createCustomMetrics } from './custom-metrics.ts';
import { createDeploymentTally } from './deployment-tally.ts';

const turnMs = 4;
const restlessAfterMs = 2000;

export interface DeploymentMetrics {
  readonly counts: DeploymentCounts;
  /** Null for an automatic configuration: its twins answer nothing. */
  readonly healthyCount: number | null;
  /** Custom metric → rows its query counts. A query not evaluated yet, or that cannot be, is absent. */
  readonly custom: Readonly<Record<string, number>>;
}

export interface MetricsOperations {
  /** Of each deployment, as it stands once all committed changes are counted. */
  of(deployments: readonly Deployment[]): Promise<ReadonlyMap<DeploymentId, DeploymentMetrics>>;
  /** At once and without custom metrics, as of the last catching up. */
  glance(deployment: Deployment): Omit<DeploymentMetrics, 'custom'>;
  /** Counts committed changes for a bounded time; true when none is left. */
  catchUp(forMs: number): boolean;
  /** Resolves when they are counted; on a site that never rests, when what there was a while ago is. */
  caughtUp(): Promise<void>;
  /** Follows the store no more. */
  stop(): void;
}

interface MetricsParts {
  readonly store: Pick<Store, 'read' | 'onCommitted'>;
  readonly clock: Clock;
  readonly queries: Pick<QueryOperations, 'count'>;
}

export function createMetricsOperations({ store, clock, queries }: MetricsParts): MetricsOperations {
  const { read } = store;
  const tally = createDeploymentTally({ read, clock });
  const custom = createCustomMetrics({ read, clock, queries });
  const stop = store.onCommitted((entries) => tally.follow(entries));

  function countsOf(deployment: Deployment): Omit<DeploymentMetrics, 'custom'> {
    if (deployment.kind !== 'edge') return { counts: read.deployments.counts(deployment.id), healthyCount: null };
    const { healthyCount, ...counts } = tally.countsOf(deployment.id);
    return { counts, healthyCount };
  }

  async function caughtUp(): Promise<void> {
    const deadlineMs = clock.monotonicMs() + restlessAfterMs;
    while (!tally.catchUp(turnMs) && clock.monotonicMs() < deadlineMs)
      await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    async of(deployments) {
      await caughtUp();
      const counted = deployments.map((deployment) => [deployment, countsOf(deployment)] as const);
      await custom.evaluate(deployments);
      return new Map(
        counted.map(([deployment, counts]) => [deployment.id, { ...counts, custom: custom.resultsOf(deployment) }]),
      );
    },
    glance: countsOf,
    catchUp: (forMs) => tally.catchUp(forMs),
    caughtUp,
    stop,
  };
}
