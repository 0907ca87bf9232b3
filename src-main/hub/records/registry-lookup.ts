// Finds what a request names, or says in one sentence what is missing: the device first, then its module.
import { refused } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Device, Module } from '#domain/records/registry.ts';
import type { StoreReaders } from '#store/store-types.ts';

export function requireDevice(read: StoreReaders, deviceId: DeviceId): Device {
  const device = read.devices.get(deviceId);
  if (device !== undefined) return device;
  throw refused('device.unknown', `There is no device '${deviceId}' on this hub: register it first.`, {
    subject: deviceId,
  });
}

export function requireModule(read: StoreReaders, deviceId: DeviceId, moduleId: ModuleId): Module {
  requireDevice(read, deviceId);
  const module = read.modules.get(deviceId, moduleId);
  if (module !== undefined) return module;
  throw refused('module.unknown', `Device '${deviceId}' has no module '${moduleId}'.`, { subject: moduleId });
}
