// Deployments as the console asks for them: every change is an operation of the hub with the console as its actor, held to the
// version that the person saw.
import type { Clock } from '#base/clock.ts';
import { AppError, refused } from '#base/errors.ts';
import { isDeploymentId, isDeviceId, type DeploymentId } from '#base/ids.ts';
import { ownValue } from '#base/json.ts';
import type {
  ConsoleDeployments,
  CustomMetric,
  DeploymentDetail,
  DeviceReasons,
} from '#contract/console-deployments.ts';
import { etagOf, versionOf } from '#contract/etag.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';
import { troublesOn } from './console-deployment-troubles.ts';

interface Parts {
  readonly store: Pick<Store, 'read'>;
  readonly hub: Pick<HubOperations, 'deployments' | 'effective' | 'metrics' | 'previews'>;
  readonly clock: Clock;
}

export function createConsoleDeployments({ store, hub, clock }: Parts): ConsoleDeployments {
  const { deployments, metrics } = hub;

  const measured = (of: readonly Deployment[]) => withMetrics(metrics, of);
  return {
    async deployment({ id }) {
      const [found] = await measured([deployments.get(idOf(id))]);
      if (found === undefined) throw unknown(id);
      return detailOf(...found);
    },
    createDeployment({ onRemoval, ...request }) {
      const wanted = { ...request, schemaVersion: '1.0', ...(onRemoval !== undefined && { onRemoval }) };
      const { id, version } = deployments.create(wanted, 'console');
      return { id, etag: etagOf(version) };
    },
    changeDeployment({ id, etag, ...changes }) {
      const { kind, content, priority, targetCondition, labels, metricQueries, schemaVersion } = deployments.get(
        idOf(id),
      );
      const kept = { id, kind, content, priority, targetCondition, labels, metricQueries, schemaVersion };
      const { version } = deployments.update({ ...kept, ...changes }, seen(id, etag), 'console');
      return { etag: etagOf(version) };
    },
    deleteDeployment({ id, etag }) {
      deployments.delete(idOf(id), seen(id, etag), 'console');
      return { id };
    },
    previewDevice: ({ changes, deviceId }, signal) => hub.previews.previewDevice(changes, deviceId, signal),
    async deploymentReasons({ id, deviceIds }) {
      const turns = createTurns(clock);
      const rows: DeviceReasons[] = [];
      for (const deviceId of deviceIds) {
        const row = reasonsOn({ effective: hub.effective, read: store.read }, deviceId, idOf(id));
        if (row !== null) rows.push(row);
        await turns.next();
      }
      return rows;
    },
    async customMetrics({ ids }) {
      const turns = createTurns(clock);
      const asked: Deployment[] = [];
      for (const id of ids) {
        const deployment = isDeploymentId(id) ? store.read.deployments.get(id) : undefined;
        if (deployment !== undefined && Object.keys(deployment.metricQueries).length > 0) asked.push(deployment);
        await turns.next();
      }
      return (await measured(asked)).map(([{ id }, rows]) => ({ id, metrics: rows }));
    },
  };
}

type Measured = readonly [Deployment, readonly CustomMetric[]];

async function withMetrics(
  metrics: HubOperations['metrics'],
  deployments: readonly Deployment[],
): Promise<readonly Measured[]> {
  const counted = await metrics.of(deployments);
  return deployments.map((deployment) => {
    const counts = counted.get(deployment.id)?.custom ?? {};
    const rows = Object.entries(deployment.metricQueries).map(([name, query]) => {
      return { name, query, count: ownValue(counts, name) ?? null };
    });
    return [deployment, rows];
  });
}

function detailOf(deployment: Deployment, metrics: readonly CustomMetric[]): DeploymentDetail {
  const { id, kind, content, priority, targetCondition, createdAtMs, updatedAtMs, labels, schemaVersion } = deployment;
  return {
    id,
    kind,
    type: deployment.kind === 'edge' ? deploymentType(deployment.content) : deployment.kind,
    etag: etagOf(deployment.version),
    priority,
    targetCondition,
    createdAtMs,
    updatedAtMs,
    labels,
    metrics,
    schemaVersion,
    content,
    onRemoval: deployment.kind === 'edge' ? null : deployment.onRemoval,
  };
}

interface Sources {
  readonly effective: HubOperations['effective'];
  readonly read: StoreReaders;
}

function reasonsOn({ effective, read }: Sources, deviceId: string, id: DeploymentId): DeviceReasons | null {
  const view = viewOf(effective, deviceId);
  if (view === null || !isDeviceId(deviceId)) return null;
  const notApplied = view.notApplied
    .filter((row) => row.id === id)
    .map(({ moduleId, reason }) => ({ moduleId, reason }));
  const overwritten = view.outranked
    .filter((row) => row.id === id && row.shows)
    .map(({ moduleId, reason }) => ({ moduleId, reason }));
  const troubles = view.applied.includes(id) ? troublesOn(read, deviceId) : [];
  return { deviceId, notApplied, overwritten, troubles };
}

/** Caught here because the list was made a moment ago: a device that went since is no failure of the others. */
function viewOf(effective: HubOperations['effective'], deviceId: string) {
  try {
    return effective.effective({ deviceId, revision: null, after: 0, limit: 1 });
  } catch (error) {
    if (error instanceof AppError && error.code === 'device.unknown') return null;
    throw error;
  }
}

function seen(id: string, etag: string): number {
  const version = versionOf(etag);
  if (version !== undefined) return version;
  throw refused('etag.mismatch', `'${id}' has changed since you read it: read it again and repeat the change.`, {
    subject: id,
  });
}

function idOf(text: string): DeploymentId {
  if (isDeploymentId(text)) return text;
  throw unknown(text);
}

function unknown(id: string): AppError {
  return refused('deployment.unknown', `There is no deployment '${id}' on this hub.`, { subject: id });
}
