// Devices: created with keys and a twin, changed under an etag, deleted whole. An edge device brings its system modules.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { isModuleId, type DeviceId, type ModuleId } from '#base/ids.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { Device } from '#domain/records/registry.ts';
import { newTwin } from '#domain/values/twin-change.ts';
import type { NewDevice, RegistryOperations, RegistryStatistics } from '#hub/hub-types.ts';
import { changedFields } from '#hub/records/changed-fields.ts';
import { checkIfMatch } from '#hub/records/etag-check.ts';
import { completeAuthentication } from '#hub/records/new-authentication.ts';
import { addModule, newGenerationId } from '#hub/records/new-module.ts';
import { requireDevice } from '#hub/records/registry-lookup.ts';
import { patchTwin } from '#hub/records/twin-operations.ts';
import type { Store, StoreReaders, StoreWriters } from '#store/store-types.ts';

/** The modules every edge device has; the agent stands for both. */
const systemModuleIds: readonly ModuleId[] = ['$edgeAgent', '$edgeHub'].filter(isModuleId);

type DeviceOperations = Pick<
  RegistryOperations,
  'createDevice' | 'getDevice' | 'listDevices' | 'statistics' | 'countWaitingMessages' | 'updateDevice' | 'deleteDevice'
>;

export function createDeviceOperations(parts: { readonly store: Store; readonly clock: Clock }): DeviceOperations {
  const { store, clock } = parts;
  const { read } = store;
  return {
    createDevice: (device, actor) => store.change((write) => createDevice({ read, write, clock }, device, actor)),
    getDevice: (deviceId) => requireDevice(read, deviceId),
    listDevices: (limit) => read.devices.list({ limit }),
    statistics: () => statistics(read),
    countWaitingMessages: (deviceId) => read.cloudMessages.countWaiting(deviceId),
    updateDevice: (change, ifMatch, actor) =>
      store.change((write) => {
        const current = requireDevice(read, change.deviceId);
        checkIfMatch(ifMatch, current.version, current.deviceId);
        return updateDevice({ read, write, clock }, current, change, actor);
      }),
    deleteDevice: (deviceId, ifMatch, actor) =>
      store.change((write) => {
        checkIfMatch(ifMatch, requireDevice(read, deviceId).version, deviceId);
        write.devices.delete(deviceId);
        write.journal.append({ kind: 'device-deleted', actor, deviceId });
      }),
  };
}

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
}

/** As part of a larger change. */
export function createDevice({ read, write, clock }: Change, wanted: NewDevice, actor: Actor): Device {
  const { deviceId } = wanted;
  if (read.devices.get(deviceId) !== undefined)
    throw refused('device.exists', `Device '${deviceId}' is already registered: update it, or choose another id.`, {
      subject: deviceId,
    });
  const nowMs = clock.nowMs();
  const device: Device = {
    deviceId,
    generationId: newGenerationId(nowMs),
    status: wanted.status ?? 'enabled',
    statusReason: wanted.statusReason ?? null,
    statusChangedAtMs: 0,
    isEdge: wanted.isEdge ?? false,
    authentication: completeAuthentication(wanted.authentication, deviceId),
    version: 1,
    createdAtMs: nowMs,
    connectionState: 'Disconnected',
    connectionChangedAtMs: 0,
    lastActivityAtMs: 0,
  };
  write.devices.insert(device);
  const nowIso = new Date(nowMs).toISOString();
  const twin = newTwin({ deviceId, moduleId: null }, nowIso);
  write.twins.insert(twin);
  write.journal.append({ kind: 'device-created', actor, deviceId, detail: { isEdge: device.isEdge } });
  if (wanted.twin !== undefined) patchTwin(write, twin, { change: wanted.twin, nowIso, actor });
  if (device.isEdge) addSystemModules({ read, write, clock }, deviceId, actor);
  return device;
}

function updateDevice({ read, write, clock }: Change, current: Device, wanted: NewDevice, actor: Actor): Device {
  const { deviceId } = current;
  const status = wanted.status ?? current.status;
  const device: Device = {
    ...current,
    status,
    statusReason: wanted.statusReason === undefined ? current.statusReason : wanted.statusReason,
    statusChangedAtMs: status === current.status ? current.statusChangedAtMs : clock.nowMs(),
    isEdge: wanted.isEdge ?? current.isEdge,
    authentication: completeAuthentication(wanted.authentication, deviceId, current.authentication),
    version: current.version + 1,
  };
  write.devices.update(device);
  const changed = changedFields(current, device, ['status', 'statusReason', 'isEdge', 'authentication']);
  write.journal.append({ kind: 'device-updated', actor, deviceId, detail: { status, changed } });
  if (device.isEdge) addSystemModules({ read, write, clock }, deviceId, actor);
  return device;
}

function addSystemModules({ read, write, clock }: Change, deviceId: DeviceId, actor: Actor): void {
  for (const moduleId of systemModuleIds) {
    if (read.modules.get(deviceId, moduleId) !== undefined) continue;
    addModule({ write, clock }, { deviceId, moduleId, managedBy: 'iotEdge', authentication: undefined }, actor);
  }
}

function statistics(read: StoreReaders): RegistryStatistics {
  const pageSize = 1000;
  let totalDevices = 0;
  let disabledDevices = 0;
  let after: DeviceId | undefined;
  for (;;) {
    const page = read.devices.list({ after, limit: pageSize });
    totalDevices += page.length;
    disabledDevices += page.filter(({ status }) => status === 'disabled').length;
    after = page.at(-1)?.deviceId;
    if (page.length < pageSize) break;
  }
  return { totalDevices, enabledDevices: totalDevices - disabledDevices, disabledDevices };
}
