// The hub put together: operations, the evaluation of deployments, and the link to the devices, over one store.
// Listeners (site, console) stand before it and are not its own: it serves whoever brings a connection or a call.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import type { SiteCa } from '#hub/certificates/site-ca.ts';
import { createDeviceClocks } from '#hub/console/device-clocks.ts';
import type { BrokerLimits } from '#hub/device-link/device-broker.ts';
import { openDeviceLink, type DeviceLink } from '#hub/device-link/device-link.ts';
import { createMetricsOperations } from '#hub/evaluation/deployment-metrics.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { createDeploymentFiles } from '#hub/operations/deployment-files.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { createGroupOperations } from '#hub/operations/group-operations.ts';
import { createQueryOperations } from '#hub/operations/query-operations.ts';
import { createRegistryOperations } from '#hub/operations/registry-operations.ts';
import { createSettingsOperations } from '#hub/operations/settings-operations.ts';
import { UnfinishedWork } from '#hub/operations/unfinished-work.ts';
import { createEffectiveOperations } from '#hub/preview/effective-view.ts';
import { createPreviewOperations } from '#hub/preview/preview.ts';
import { createTwinOperations } from '#hub/records/twin-operations.ts';
import { AttemptLogs } from '#hub/rollouts/attempt-logs.ts';
import { createPreflightOperations } from '#hub/rollouts/preflight-operations.ts';
import { createPreflight } from '#hub/rollouts/preflight.ts';
import { createRollbackOperations } from '#hub/rollouts/rollback-operations.ts';
import { RolloutController } from '#hub/rollouts/rollout-controller.ts';
import { createRolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { createRolloutSights } from '#hub/rollouts/rollout-sights.ts';
import type { Store } from '#store/store-types.ts';
import type { HubOperations } from './hub-types.ts';

export interface HubParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ca: SiteCa;
  readonly limits?: Partial<BrokerLimits>;
  /** Of this run alone; they go before those of the site. */
  readonly deploymentLimits?: Partial<DeploymentLimits>;
  /** In [0, 1), for the jitter of retries. */
  readonly random?: () => number;
}

export interface Hub {
  readonly operations: HubOperations;
  /** For the listeners: connections go in here. */
  readonly link: DeviceLink;
  readonly evaluation: EvaluationController;
  /** Images that the device is being asked about, beside those that its configuration names. */
  imagesAsked(deviceId: DeviceId): readonly string[];
  /** Journals the start and begins to evaluate; operations work before it too. */
  start(): void;
  /**
   * The machine slept for longer than a connection lives: every device is met anew, and rollouts go on as after a restart, so that
   * who is on his way back is not taken for switched off.
   */
  woke(): Promise<void>;
  /** Closes sessions, lets the work under way reach the disk, journals the stop. The store stays open. */
  stop(): Promise<void>;
}

export async function createHub({
  store,
  clock,
  log,
  ca,
  limits,
  deploymentLimits,
  random = Math.random,
}: HubParts): Promise<Hub> {
  const forDeployments = { store, clock, ...(deploymentLimits && { limits: deploymentLimits }) };
  const twins = createTwinOperations({ store, clock });
  const link = await openDeviceLink({ store, clock, log, ca, twins, ...(limits && { limits }) });
  const evaluation = new EvaluationController({ store, clock, log, random });
  const unfinished = new UnfinishedWork({ store, clock, log });
  const catalog = () => evaluation.catalog;
  const preflight = createPreflight({ read: store.read, log, catalog, methods: link.methods });
  const rollouts = new RolloutController({ store, clock, log, preflight });
  const attemptLogs = new AttemptLogs({ store, clock, log, methods: link.methods });
  const clocks = createDeviceClocks({ store, clock, log, methods: link.methods });
  const queries = createQueryOperations({ store, clock });
  let isStopping = false;
  const operations: HubOperations = {
    registry: createRegistryOperations({ store, clock }),
    twins,
    deployments: createDeploymentOperations(forDeployments),
    queries,
    clocks,
    ...operationsOf(link),
    effective: createEffectiveOperations(store.read),
    previews: createPreviewOperations(forDeployments),
    metrics: createMetricsOperations({ store, clock, queries }),
    settings: createSettingsOperations(forDeployments),
    files: createDeploymentFiles(forDeployments),
    rollbacks: createRollbackOperations({ ...forDeployments, controller: rollouts }),
    rollouts: rolloutOperations({ ...forDeployments, controller: rollouts, preflight }),
  };
  return {
    operations,
    link,
    evaluation,
    imagesAsked: (deviceId) => preflight.imagesAsked(deviceId),
    start() {
      store.change((write) => write.journal.append({ kind: 'hub-started', actor: 'hub' }));
      for (const part of [evaluation, rollouts, attemptLogs, clocks, unfinished]) part.start();
    },
    woke: () => meetAnew(link, rollouts, () => isStopping),
    async stop() {
      isStopping = true;
      for (const part of [attemptLogs, clocks]) part.stop();
      await link.stop();
      await unfinished.stop();
      rollouts.stop();
      await evaluation.stop();
      operations.metrics.stop();
      journalStop(store, log);
    },
  };
}

type RolloutParts = Parameters<typeof createRolloutOperations>[0] & Parameters<typeof createPreflightOperations>[0];

function rolloutOperations(parts: RolloutParts): HubOperations['rollouts'] {
  return {
    ...createRolloutOperations(parts),
    ...createRolloutSights(parts),
    ...createGroupOperations(parts),
    ...createPreflightOperations(parts),
  };
}

/** Rollouts stand still meanwhile: they would take for switched off whoever is closed. Orders to them wait. */
function meetAnew(link: DeviceLink, rollouts: RolloutController, isStopping: () => boolean): Promise<void> {
  return rollouts.closedWhile(async () => {
    rollouts.stop();
    try {
      await link.renew();
    } finally {
      if (!isStopping()) rollouts.start();
    }
  });
}

function journalStop(store: Store, log: Logger): void {
  try {
    store.change((write) => write.journal.append({ kind: 'hub-stopped', actor: 'hub' }));
  } catch (error) {
    // A disk that has no room for this row must not keep whoever stops us from closing the rest.
    log.warn({ err: error }, 'the stop could not be journaled');
  }
}

/** What is done through the link to the devices. */
function operationsOf({ methods, cloudMessages, live }: DeviceLink) {
  return { methods, cloudMessages, live };
}
