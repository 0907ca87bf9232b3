// A device of a state file: brought in whole, with its keys, twin and modules, or not at all; and compared with the one that is
// here. Runs inside the caller's transaction.
import type { Clock } from '#base/clock.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { deviceInState, type DeviceParts } from '#domain/deployments/hub-state-export.ts';
import { readHubState, type FileDevice, type FileModule } from '#domain/deployments/hub-state-file.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { withoutTerms } from '#hub/evaluation/terms-in-desired.ts';
import { completeAuthentication } from '#hub/records/new-authentication.ts';
import { addModule } from '#hub/records/new-module.ts';
import { patchTwin, requireTwin } from '#hub/records/twin-operations.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import { createDevice } from './device-operations.ts';

export interface FileChange {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
  readonly actor: Actor;
}

/** @throws refused `device.exists`, `device.invalid`, `twin.invalid`, `twin.too-large` */
export function importDevice(change: FileChange, file: FileDevice): void {
  const { read, write, clock, actor } = change;
  const { isEdge, status, statusReason, authentication, tags, desired } = file;
  const deviceId = file.deviceId as DeviceId;
  const given = { isEdge, status, statusReason, ...(authentication && { authentication }) };
  createDevice({ read, write, clock }, { deviceId, ...given, twin: twinChange({ tags, desired }) }, actor);
  for (const module of file.modules) importModule(change, deviceId, module);
}

function importModule({ read, write, clock, actor }: FileChange, deviceId: DeviceId, file: FileModule): void {
  const moduleId = file.moduleId as ModuleId;
  // A module that had no keys gets some, as every module here has.
  const authentication = file.authentication?.type === 'none' ? undefined : file.authentication;
  const own = read.modules.get(deviceId, moduleId);
  if (own === undefined)
    addModule({ write, clock }, { deviceId, moduleId, managedBy: file.managedBy, authentication }, actor);
  else if (authentication !== undefined)
    write.modules.update({ ...own, authentication: completeAuthentication(authentication, `${deviceId}/${moduleId}`) });
  const nowIso = new Date(clock.nowMs()).toISOString();
  patchTwin(write, requireTwin(read, { deviceId, moduleId }), { change: twinChange(file), nowIso, actor });
}

/** A section that is empty is not written: nothing is journaled of it. */
function twinChange({ tags, desired }: Pick<FileDevice, 'tags' | 'desired'>) {
  return {
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(Object.keys(desired).length > 0 && { desired }),
  };
}

/** A device with all that a state file holds of it: not the terms of a rollout, which are of this site and moment. */
export function devicePartsOf(read: StoreReaders, deviceId: DeviceId): DeviceParts | undefined {
  const device = read.devices.get(deviceId);
  if (device === undefined) return undefined;
  const modules = read.modules.ofDevice(deviceId).map((module) => {
    const twin = requireTwin(read, { deviceId, moduleId: module.moduleId });
    if (module.moduleId !== '$edgeAgent') return { module, twin };
    return { module, twin: { ...twin, desired: { ...twin.desired, value: withoutTerms(twin.desired.value) } } };
  });
  return { device, twin: requireTwin(read, { deviceId, moduleId: null }), modules };
}

const compared = ['isEdge', 'status', 'statusReason', 'authentication', 'tags', 'desired', 'modules'] as const;

/** The fields in which a device of a file differs from the one that is here; undefined when none is here. */
export function deviceDifferences(read: StoreReaders, file: FileDevice): readonly string[] | undefined {
  const parts = devicePartsOf(read, file.deviceId as DeviceId);
  if (parts === undefined) return undefined;
  // Read as a file is: so both have the same shape.
  const [here] = readHubState({ devices: { [file.deviceId]: deviceInState(parts) } }).devices;
  return compared.filter((field) => {
    if (field === 'authentication' && file.authentication === undefined) return false;
    if (field === 'modules') return !jsonEquals(modulesByName(here?.modules), modulesByName(file.modules));
    return !jsonEquals(here?.[field], file[field]);
  });
}

/** In whichever order they come. */
function modulesByName(modules: readonly FileModule[] = []): JsonObject {
  const entries = modules.map(({ moduleId, ...rest }) => [moduleId, rest as unknown as Json] as const);
  return Object.fromEntries(entries);
}
