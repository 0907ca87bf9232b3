// What the console asks of a hub, over a store alone: as the hub itself puts it together.
import { pino } from 'pino';
import type { Clock } from '#base/clock.ts';
import { unready } from '#base/errors.ts';
import type { ConsoleOperations } from '#hub/console/console-source.ts';
import { createDeploymentFiles } from '#hub/operations/deployment-files.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { createMetricsOperations } from '#hub/evaluation/deployment-metrics.ts';
import { createEffectiveOperations } from '#hub/preview/effective-view.ts';
import { createGroupOperations } from '#hub/operations/group-operations.ts';
import { createLiveMessages } from '#hub/device-link/live-messages.ts';
import { createPreflightOperations } from '#hub/rollouts/preflight-operations.ts';
import { createPreflight } from '#hub/rollouts/preflight.ts';
import { createPreviewOperations } from '#hub/preview/preview.ts';
import { createRegistryOperations } from '#hub/operations/registry-operations.ts';
import { createRollbackOperations } from '#hub/rollouts/rollback-operations.ts';
import { RolloutController } from '#hub/rollouts/rollout-controller.ts';
import { createRolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { createRolloutSights } from '#hub/rollouts/rollout-sights.ts';
import { createSettingsOperations } from '#hub/operations/settings-operations.ts';
import { createQueryOperations } from '#hub/operations/query-operations.ts';
import { createTwinOperations } from '#hub/records/twin-operations.ts';
import type { Store } from '#store/store-types.ts';

export function createConsoleOperations(parts: { readonly store: Store; readonly clock: Clock }): ConsoleOperations {
  const queries = createQueryOperations(parts);
  const log = pino({ level: 'silent' });
  const controller = new RolloutController({ ...parts, log });
  return {
    queries,
    registry: createRegistryOperations(parts),
    twins: createTwinOperations(parts),
    ...withoutLink,
    live: createLiveMessages({ ...parts, sessions: { all: () => [] } }),
    effective: createEffectiveOperations(parts.store.read),
    previews: createPreviewOperations(parts),
    deployments: createDeploymentOperations(parts),
    files: createDeploymentFiles(parts),
    settings: createSettingsOperations(parts),
    metrics: createMetricsOperations({ ...parts, queries }),
    rollbacks: createRollbackOperations({ ...parts, controller }),
    rollouts: {
      ...createRolloutOperations({ ...parts, controller }),
      ...createRolloutSights({ ...parts, controller }),
      ...createGroupOperations(parts),
      ...createPreflightOperations({ ...parts, preflight: createPreflight({ read: parts.store.read, log }) }),
    },
  };
}

/** Nobody can connect to a store. */
const offline = () => unready('device.offline', 'It is not connected, or takes no method calls.');
const withoutLink: Pick<ConsoleOperations, 'methods' | 'clocks' | 'cloudMessages'> = {
  methods: { invoke: () => Promise.reject(offline()) },
  clocks: { all: () => [], of: () => null, ask: () => Promise.resolve(null) },
  cloudMessages: {
    send() {
      throw offline();
    },
    waiting: () => [],
    purge: () => 0,
  },
};
