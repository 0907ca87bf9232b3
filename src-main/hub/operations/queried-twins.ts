// Twins in IoT Hub's JSON, read from the store as a query comes by them.
import { broken } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { deviceTwinJson, moduleTwinJson } from '#contract/twin-json.ts';
import type { TwinRow } from '#store/query-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

/** Reads a twin in the turn in which the query found it, so it is there. The statuses of a device are read once for all its modules. */
export function createTwinReader(read: StoreReaders): (row: TwinRow) => JsonObject {
  let statuses = { deviceId: '', byModule: {} as ReturnType<StoreReaders['deployments']['statuses']> };
  return ([device, module]) => {
    const deviceId = device as DeviceId;
    const moduleId = module === '' ? null : (module as ModuleId);
    if (statuses.deviceId !== deviceId) statuses = { deviceId, byModule: read.deployments.statuses(deviceId) };
    const ofTwin = statuses.byModule[module] ?? {};
    const owner = found(read.devices.get(deviceId));
    const twin = found(read.twins.get({ deviceId, moduleId }));
    return moduleId === null
      ? deviceTwinJson(owner, twin, read.cloudMessages.countWaiting(deviceId), ofTwin)
      : moduleTwinJson(owner, found(read.modules.get(deviceId, moduleId)), twin, ofTwin);
  };
}

function found<T>(row: T | undefined): T {
  if (row === undefined) throw broken('A query found a twin whose rows are not there.');
  return row;
}
