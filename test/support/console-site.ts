// A site as the console sees it: a real store in memory, filled row by row, with the journal entries that the hub would write.
import { pino } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Deployment, DeploymentStatus } from '#domain/records/deployment.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { Device } from '#domain/records/registry.ts';
import type { Twin } from '#domain/values/twin.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { openMemoryStore } from '#store/open-store.ts';
import type { Store } from '#store/store-types.ts';

export const silentLog = pino({ level: 'silent' });

const agentId = '$edgeAgent' as ModuleId;

interface SiteDevice {
  readonly id: string;
  readonly isEdge?: boolean;
  readonly status?: 'enabled' | 'disabled';
  readonly connected?: boolean;
  /** 0: it never connected. */
  readonly seenAtMs?: number;
  readonly tags?: JsonObject;
  readonly desired?: JsonObject;
  readonly desiredVersion?: number;
  readonly reported?: JsonObject;
  readonly statuses?: Readonly<Record<string, DeploymentStatus>>;
  readonly effective?: Partial<EffectiveConfiguration>;
}

export interface ConsoleSite {
  readonly store: Store;
  readonly clock: Clock;
  readonly putDevice: (device: SiteDevice) => void;
  readonly removeDevice: (id: string) => void;
  readonly report: (id: string, reported: JsonObject) => void;
  readonly putDeployment: (deployment: Deployment) => void;
  readonly removeDeployment: (id: string) => void;
}

/** What the agent reports when it runs `modules` (name → runtime status) of the configuration `version`. */
export function aReport(version: number, modules: Readonly<Record<string, JsonObject>>, code = 200): JsonObject {
  return { lastDesiredVersion: version, lastDesiredStatus: { code, description: '' }, modules };
}

export function aModule(image: string, runtimeStatus: string, parts: JsonObject = {}): JsonObject {
  return { settings: { image }, runtimeStatus, restartCount: 0, exitCode: 0, ...parts };
}

export function createConsoleSite(clock: Clock = createSystemClock()): ConsoleSite {
  const store = openMemoryStore({ clock, log: silentLog });
  return {
    store,
    clock,
    putDevice: (device) => putDevice(store, device),
    removeDevice: (id) =>
      store.change((write) => {
        write.devices.delete(id as DeviceId);
        write.journal.append({ kind: 'device-deleted', actor: 'service', deviceId: id as DeviceId });
      }),
    report: (id, reported) =>
      store.change((write) => {
        const identity = { deviceId: id as DeviceId, moduleId: agentId };
        write.twins.updateReported(identity, { value: reported, metadata: {}, version: 2 });
        write.journal.append({ kind: 'reported-changed', actor: 'device', ...identity });
      }),
    putDeployment: (deployment) =>
      store.change((write) => {
        write.deployments.insert(deployment);
        write.journal.append({ kind: 'deployment-created', actor: 'service', deploymentId: deployment.id });
      }),
    removeDeployment: (id) =>
      store.change((write) => {
        write.deployments.delete(id as DeploymentId);
        write.journal.append({ kind: 'deployment-deleted', actor: 'service', deploymentId: id as DeploymentId });
      }),
  };
}

function putDevice(store: Store, device: SiteDevice): void {
  const deviceId = device.id as DeviceId;
  const presence = {
    connectionState: device.connected === false ? ('Disconnected' as const) : ('Connected' as const),
    connectionChangedAtMs: device.seenAtMs ?? Date.now(),
    lastActivityAtMs: device.seenAtMs ?? Date.now(),
  };
  const row: Device = {
    deviceId,
    generationId: 'g1',
    status: device.status ?? 'enabled',
    statusReason: null,
    statusChangedAtMs: 0,
    isEdge: device.isEdge ?? true,
    authentication: { type: 'none' },
    version: 1,
    createdAtMs: 1,
    connectionState: 'Disconnected',
    connectionChangedAtMs: 0,
    lastActivityAtMs: 0,
    ...(device.isEdge === false ? presence : {}),
  };
  store.change((write) => {
    write.devices.insert(row);
    write.twins.insert(aTwin(deviceId, null, { tags: device.tags ?? {} }));
    if (row.isEdge) {
      write.modules.insert({ ...row, ...presence, moduleId: agentId, managedBy: 'iotEdge' });
      const desired = { value: device.desired ?? {}, metadata: {}, version: device.desiredVersion ?? 1 };
      const reported = { value: device.reported ?? {}, metadata: {}, version: 1 };
      write.twins.insert(aTwin(deviceId, agentId, { desired, reported }));
      write.deployments.replaceStatuses(deviceId, { [agentId]: device.statuses ?? {} });
    }
    if (device.effective !== undefined) {
      const nothing = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };
      write.revisions.append(deviceId, 1, { ...nothing, ...device.effective });
    }
    write.journal.append({ kind: 'device-created', actor: 'service', deviceId });
  });
}

function aTwin(deviceId: DeviceId, moduleId: ModuleId | null, parts: Partial<Twin>): Twin {
  const empty = { value: {}, metadata: {}, version: 1 };
  return { deviceId, moduleId, version: 1, tags: {}, desired: empty, reported: empty, ...parts };
}
