// Builds the rows and the one-device view of the console, straight from the store: no copy of the state is kept here.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { ownValue, type JsonObject } from '#base/json.ts';
import type {
  DeploymentRow,
  DeviceAttempt,
  DeviceDeployment,
  DeviceDetail,
  DeviceDownload,
  DeviceRow,
  ModuleOrigin,
} from '#contract/console-rows.ts';
import { readAttemptReport } from '#contract/rollout-report.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import { deviceHealth, isAsWanted } from '#domain/journal/device-health.ts';
import { applyOutcome, deviceState } from '#domain/journal/device-state.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { childOf, type ModuleStanding, moduleStandings, numberAt, textAt } from '#domain/updates/module-standing.ts';
import type { MetricsOperations } from '#hub/evaluation/deployment-metrics.ts';
import { updatedAtMs } from '#hub/evaluation/reported-moment.ts';
import type { DeviceSight } from '#store/device-sights.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { tagsInRow } from './console-tags.ts';

const agentId = '$edgeAgent' as ModuleId;
const noAgent = { desired: {}, desiredVersion: 0, reported: {} };

interface SeenDevice {
  readonly row: DeviceRow;
  readonly agent: NonNullable<DeviceSight['agent']>;
  readonly modules: readonly ModuleStanding[];
}

/** Undefined: there is no such device. */
export function deviceRow(read: StoreReaders, deviceId: DeviceId): DeviceRow | undefined {
  const sight = read.deviceSights.get(deviceId);
  return sight === undefined ? undefined : rowOf(sight);
}

export function rowOf(sight: DeviceSight): DeviceRow {
  return seen(sight).row;
}

function seen(sight: DeviceSight): SeenDevice {
  const { deviceId, isEnabled, isEdge, isConnected, tags, statuses } = sight;
  const agent = sight.agent ?? noAgent;
  const modules = moduleStandings(agent.desired, agent.reported);
  const outcome = statuses.applied.length === 0 ? null : applyOutcome(agent.desiredVersion, agent.reported);
  const wanted = modules.filter((module) => !module.isSystem && module.wanted?.status === 'running');
  const wasEverConnected = sight.connectionChangedAtMs !== 0;
  const state = deviceState({ isEnabled, isConnected, wasEverConnected, isEdge, outcome, modules });
  const row: DeviceRow = {
    deviceId,
    state,
    connected: isConnected,
    lastSeenAtMs: wasEverConnected ? Math.max(sight.connectionChangedAtMs, sight.lastActivityAtMs) : null,
    wantedModules: wanted.length,
    runningModules: wanted.filter((module) => module.health === 'running').length,
    applied: statuses.applied,
    notApplied: statuses.notApplied,
    outcome,
    isHealthy: outcome === 'success' && modules.every(isAsWanted),
    tags: tagsInRow(tags),
  };
  return { row, agent, modules };
}

export function deploymentRow(metrics: Pick<MetricsOperations, 'glance'>, deployment: Deployment): DeploymentRow {
  const { counts, healthyCount } = metrics.glance(deployment);
  return {
    id: deployment.id,
    type: deployment.kind === 'edge' ? deploymentType(deployment.content) : deployment.kind,
    priority: deployment.priority,
    targetCondition: deployment.targetCondition,
    createdAtMs: deployment.createdAtMs,
    ...counts,
    healthyCount,
  };
}

/** All that the store knows of it; null: there is no such device. */
export function deviceDetail(read: StoreReaders, deviceId: DeviceId): Omit<DeviceDetail, 'refusal'> | null {
  const device = read.devices.get(deviceId);
  const sight = read.deviceSights.get(deviceId);
  if (device === undefined || sight === undefined) return null;
  const { row, agent, modules } = seen(sight);
  const { desired, desiredVersion, reported } = agent;
  const revision = read.revisions.latest(deviceId);
  const lastStatus = childOf(reported, 'lastDesiredStatus');
  const code = numberAt(lastStatus, 'code');
  return {
    row,
    isEdge: device.isEdge,
    enabled: device.status === 'enabled',
    statusReason: device.statusReason,
    createdAtMs: device.createdAtMs,
    connectionChangedAtMs: sight.connectionChangedAtMs === 0 ? null : sight.connectionChangedAtMs,
    tags: sight.tags,
    desiredVersion,
    reportedVersion: numberAt(reported, 'lastDesiredVersion'),
    lastDesiredStatus: code === null ? null : { code, description: textAt(lastStatus, 'description') ?? '' },
    revision: revision === undefined ? null : { number: revision.revision, atMs: revision.atMs },
    base: revision?.effective.base ?? null,
    health: row.outcome === null ? null : deviceHealth(desired, desiredVersion, reported),
    attempt: row.connected ? attemptOf(read, deviceId) : null,
    download: row.connected ? downloadOf(reported, modules) : null,
    modules: modules.map((module) => ({ ...module, origins: originsOf(module, revision?.effective) })),
    deployments: [
      ...inFoldOrder(row.applied, revision?.effective).map((id): DeviceDeployment => ({
        id,
        applied: true,
        reason: null,
      })),
      ...row.notApplied.map((id): DeviceDeployment => ({
        id,
        applied: false,
        reason: ownValue(revision?.effective.notApplied ?? {}, id) ?? null,
      })),
    ],
  };
}

/** A device that is away goes on by itself; how far it is by now nobody here knows. */
function attemptOf(read: StoreReaders, deviceId: DeviceId): DeviceAttempt | null {
  const reported = read.twins.reported({ deviceId, moduleId: agentId });
  const attempt = reported === undefined ? null : readAttemptReport(reported.value);
  if (reported === undefined || attempt === null || attempt.step === 'ended') return null;
  // Another attempt may begin with the very step at which the last was broken off.
  const moments = ['step', 'number'].flatMap(
    (key) => updatedAtMs(reported.metadata, ['lanyard', 'attempt', key]) ?? [],
  );
  return { step: attempt.step, sinceMs: moments.length === 0 ? null : Math.max(...moments) };
}

function downloadOf(reported: JsonObject, standings: readonly ModuleStanding[]): DeviceDownload | null {
  const attempt = readAttemptReport(reported);
  if (attempt?.step !== 'downloading') return null;
  const layers = attempt.layers.map((layer) => ({
    ...layer,
    modules: standings
      .filter(({ wanted }) => layer.image !== null && wanted?.image === layer.image)
      .map(({ name }) => name),
    totalBytes: knownBytes(layer.totalBytes),
  }));
  return { doneBytes: attempt.doneBytes, totalBytes: knownBytes(attempt.totalBytes), layers };
}

/** A total of 0 is one that the agent does not know. */
function knownBytes(bytes: number): number | null {
  return bytes === 0 ? null : bytes;
}

/** The base first, then the layers as they build on it. */
function inFoldOrder(ids: readonly string[], effective: EffectiveConfiguration | undefined): readonly string[] {
  const order: readonly string[] = effective?.applied ?? [];
  return [...ids].sort((left, right) => order.indexOf(left) - order.indexOf(right));
}

/** Who wrote the module's entry in `$edgeAgent`: the deployment that wrote it whole, then those that changed parts of it. */
function originsOf(module: ModuleStanding, effective: EffectiveConfiguration | undefined): readonly ModuleOrigin[] {
  const written = effective?.origins[agentId] ?? [];
  const entry = [module.isSystem ? 'systemModules' : 'modules', module.name];
  const above = written.filter(
    ({ path }) => path.length <= entry.length && path.every((step, at) => step === entry[at]),
  );
  const whole = above.reduce<(typeof above)[number] | undefined>(
    (nearest, origin) => (nearest === undefined || origin.path.length > nearest.path.length ? origin : nearest),
    undefined,
  );
  const parts = new Map<string, string[]>();
  for (const { path, writtenBy } of written) {
    if (path.length <= entry.length || !entry.every((step, at) => step === path[at])) continue;
    parts.set(writtenBy, [...(parts.get(writtenBy) ?? []), path.slice(entry.length).join('.')]);
  }
  return [
    ...(whole === undefined || module.wanted === null ? [] : [{ deploymentId: whole.writtenBy, paths: [] }]),
    ...[...parts].map(([deploymentId, paths]) => ({ deploymentId, paths })),
  ];
}
