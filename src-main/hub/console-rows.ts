// Builds the rows and the one-device view of the console, straight from the store: no copy of the state is kept here.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { ownValue, type JsonObject } from '#base/json.ts';
import type {
  DeploymentRow,
  DeviceDeployment,
  DeviceDetail,
  DeviceDownload,
  DeviceRow,
  ModuleOrigin,
} from '#contract/console-rows.ts';
import { readAttemptReport } from '#contract/rollout-report.ts';
import { deploymentType } from '#domain/deployment-content.ts';
import type { Deployment } from '#domain/deployment.ts';
import { deviceHealth, isAsWanted } from '#domain/device-health.ts';
import { applyOutcome, deviceState } from '#domain/device-state.ts';
import type { EffectiveConfiguration } from '#domain/effective-configuration.ts';
import { childOf, type ModuleStanding, moduleStandings, numberAt, textAt } from '#domain/module-standing.ts';
import type { Device, Presence } from '#domain/registry.ts';
import type { TwinSection } from '#domain/twin.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { tagsInRow } from './console-tags.ts';
import type { MetricsOperations } from './deployment-metrics.ts';

// Edge devices connect as their agent, so its twin and presence are what there is to know.
const agentId = '$edgeAgent' as ModuleId;
const nothing: TwinSection = { value: {}, metadata: {}, version: 0 };

interface DeviceSight {
  readonly row: DeviceRow;
  readonly device: Device;
  readonly connectionChangedAtMs: number | null;
  readonly desired: TwinSection;
  readonly reported: JsonObject;
  readonly modules: readonly ModuleStanding[];
}

export function deviceRow(read: StoreReaders, device: Device): DeviceRow {
  return sightOf(read, device).row;
}

function sightOf(read: StoreReaders, device: Device): DeviceSight {
  const { deviceId } = device;
  const twin = device.isEdge ? read.twins.get({ deviceId, moduleId: agentId }) : undefined;
  const agent = device.isEdge ? read.modules.get(deviceId, agentId) : undefined;
  const desired = twin?.desired ?? nothing;
  const reported = twin?.reported.value ?? {};
  const modules = moduleStandings(desired.value, reported);
  const presence = presenceOf(agent === undefined ? [device] : [device, agent]);
  const { applied, notApplied } = deploymentsOf(read, deviceId);
  const outcome = applied.length === 0 ? null : applyOutcome(desired.version, reported);
  const wanted = modules.filter((module) => !module.isSystem && module.wanted?.status === 'running');
  const state = deviceState({
    isEnabled: device.status === 'enabled',
    isConnected: presence.isConnected,
    wasEverConnected: presence.connectionChangedAtMs !== null,
    isEdge: device.isEdge,
    outcome,
    modules,
  });
  const row: DeviceRow = {
    deviceId,
    state,
    connected: presence.isConnected,
    lastSeenAtMs: presence.lastSeenAtMs,
    wantedModules: wanted.length,
    runningModules: wanted.filter((module) => module.health === 'running').length,
    applied,
    notApplied,
    outcome,
    isHealthy: outcome === 'success' && modules.every(isAsWanted),
    tags: tagsInRow(read.twins.get({ deviceId, moduleId: null })?.tags ?? {}),
  };
  return { row, device, connectionChangedAtMs: presence.connectionChangedAtMs, desired, reported, modules };
}

function presenceOf(identities: readonly Presence[]) {
  const changedAtMs = Math.max(...identities.map((identity) => identity.connectionChangedAtMs));
  const activeAtMs = Math.max(...identities.map((identity) => identity.lastActivityAtMs));
  return {
    isConnected: identities.some((identity) => identity.connectionState === 'Connected'),
    connectionChangedAtMs: changedAtMs === 0 ? null : changedAtMs,
    lastSeenAtMs: changedAtMs === 0 ? null : Math.max(changedAtMs, activeAtMs),
  };
}

function deploymentsOf(read: StoreReaders, deviceId: DeviceId) {
  const statuses = Object.entries(read.deployments.statuses(deviceId)[agentId] ?? {});
  const withStatus = (wanted: string) => statuses.filter(([, status]) => status === wanted).map(([id]) => id);
  return { applied: withStatus('Applied').sort(), notApplied: withStatus('Targeted').sort() };
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

/** All that the store knows of it. */
export function deviceDetail(read: StoreReaders, device: Device): Omit<DeviceDetail, 'refusal'> {
  const sight = sightOf(read, device);
  const { row, reported } = sight;
  const revision = read.revisions.latest(device.deviceId);
  const lastStatus = childOf(reported, 'lastDesiredStatus');
  const code = numberAt(lastStatus, 'code');
  return {
    row,
    isEdge: device.isEdge,
    enabled: device.status === 'enabled',
    statusReason: device.statusReason,
    createdAtMs: device.createdAtMs,
    connectionChangedAtMs: sight.connectionChangedAtMs,
    tags: read.twins.get({ deviceId: device.deviceId, moduleId: null })?.tags ?? {},
    desiredVersion: sight.desired.version,
    reportedVersion: numberAt(reported, 'lastDesiredVersion'),
    lastDesiredStatus: code === null ? null : { code, description: textAt(lastStatus, 'description') ?? '' },
    revision: revision === undefined ? null : { number: revision.revision, atMs: revision.atMs },
    base: revision?.effective.base ?? null,
    health: row.outcome === null ? null : deviceHealth(sight.desired.value, sight.desired.version, reported),
    download: row.connected ? downloadOf(reported) : null,
    modules: sight.modules.map((module) => ({ ...module, origins: originsOf(module, revision?.effective) })),
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

function downloadOf(reported: JsonObject): DeviceDownload | null {
  const attempt = readAttemptReport(reported);
  if (attempt?.step !== 'downloading') return null;
  const layers = attempt.layers.map((layer) => ({ ...layer, totalBytes: knownBytes(layer.totalBytes) }));
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
