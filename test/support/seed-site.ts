// A site's data folder filled through the store's own writers, before any hub runs on it: devices whose keys follow from
// their ids, so that a load generator in another process can log in as any of them.
import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { isDeviceId, isModuleId, type DeviceId, type Identity, type ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import type { Device } from '#domain/records/registry.ts';
import { newTwin } from '#domain/values/twin-change.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import { openStore } from '#store/open-store.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';

export interface SiteSeed {
  readonly dir: string;
  readonly devices: number;
  readonly isEdge?: boolean;
  readonly tags?: (index: number) => JsonObject;
  readonly reported?: JsonObject;
  readonly deployments?: readonly Deployment[];
  /** The journal is filled up to so many rows. */
  readonly journalRows?: number;
}

export function deviceIdAt(index: number): DeviceId {
  return checked(`device-${String(index + 1).padStart(5, '0')}`, isDeviceId);
}

export const edgeAgentId: ModuleId = checked('$edgeAgent', isModuleId);
const edgeHubId: ModuleId = checked('$edgeHub', isModuleId);

/** The primary key of a seeded device, and of its modules. */
function keyOf(deviceId: DeviceId): string {
  return createHash('sha256').update(deviceId).digest('base64');
}

/** What an IoT Hub SDK puts into CONNECT for a seeded identity; the token lives for an hour. */
export function loginOf({ deviceId, moduleId }: Identity, host = 'localhost') {
  const path = moduleId === null ? deviceId : `${deviceId}/${moduleId}`;
  const resource = `${host}/devices/${deviceId}${moduleId === null ? '' : `/modules/${moduleId}`}`;
  const expiresAtS = Math.floor(Date.now() / 1000) + 3600;
  return {
    clientId: path,
    username: `${host}/${path}/?api-version=2021-04-12`,
    password: signSharedAccessSignature({ resource, keyBase64: keyOf(deviceId), expiresAtS }, hmacSha256Base64),
  };
}

/** The store of a data folder that no hub runs on; the caller closes it. */
export function openSiteStore(dir: string): Store {
  return openStore({ dir, clock: createSystemClock(), log: pino({ level: 'silent' }) });
}

export function seedSite(seed: SiteSeed): void {
  const store = openSiteStore(seed.dir);
  try {
    store.change((write) => {
      for (let index = 0; index < seed.devices; index += 1) insertDevice(write, seed, index);
      for (const deployment of seed.deployments ?? []) {
        write.deployments.insert(deployment);
        write.journal.append({ kind: 'deployment-created', actor: 'service', deploymentId: deployment.id });
      }
    });
    fillJournal(store, seed);
  } finally {
    store.close();
  }
}

function insertDevice(write: StoreWriters, seed: SiteSeed, index: number): void {
  const deviceId = deviceIdAt(index);
  const device = aSeededDevice(deviceId, seed.isEdge ?? false);
  write.devices.insert(device);
  const twin = newTwin({ deviceId, moduleId: null }, '2026-01-01T00:00:00.000Z');
  write.twins.insert({
    ...twin,
    tags: seed.tags?.(index) ?? {},
    reported: { ...twin.reported, value: seed.reported ?? {} },
  });
  write.journal.append({ kind: 'device-created', actor: 'service', deviceId, detail: { isEdge: device.isEdge } });
  if (!device.isEdge) return;
  for (const moduleId of [edgeAgentId, edgeHubId]) {
    const { generationId, authentication, version, createdAtMs, connectionState } = device;
    const presence = { connectionState, connectionChangedAtMs: 0, lastActivityAtMs: 0 };
    const module = { deviceId, moduleId, generationId, managedBy: 'iotEdge', authentication, version, createdAtMs };
    write.modules.insert({ ...module, ...presence });
    write.twins.insert(newTwin({ deviceId, moduleId }, '2026-01-01T00:00:00.000Z'));
    write.journal.append({ kind: 'module-created', actor: 'service', deviceId, moduleId });
  }
}

function aSeededDevice(deviceId: DeviceId, isEdge: boolean): Device {
  return {
    deviceId,
    generationId: '1',
    status: 'enabled',
    statusReason: null,
    statusChangedAtMs: 0,
    isEdge,
    authentication: { type: 'sas', primaryKey: keyOf(deviceId), secondaryKey: keyOf(deviceId) },
    version: 1,
    createdAtMs: 1,
    connectionState: 'Disconnected',
    connectionChangedAtMs: 0,
    lastActivityAtMs: 0,
  };
}

function fillJournal(store: Store, { devices, journalRows = 0 }: SiteSeed): void {
  const rowsPerChange = 20_000;
  for (let seq = store.read.journal.lastSeq(); seq < journalRows; seq = store.read.journal.lastSeq()) {
    const rows = Math.min(rowsPerChange, journalRows - seq);
    store.change((write) => {
      for (let row = 0; row < rows; row += 1) {
        const detail = { patch: { temperature: row / 10, state: 'running' }, version: 2 };
        const deviceId = deviceIdAt((seq + row) % devices);
        write.journal.append({ kind: 'reported-changed', actor: 'device', deviceId, moduleId: null, detail });
      }
    });
  }
}

function checked<T extends string>(text: string, isValid: (text: string) => text is T): T {
  if (!isValid(text)) throw new Error(`'${text}' is not a valid id`);
  return text;
}
