// Module identities, made and changed by hand; those that deployments need are made by the evaluation.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { identityKey, type Identity, type ModuleId } from '#base/ids.ts';
import type { Module } from '#domain/records/registry.ts';
import type { RegistryOperations } from '#hub/hub-types.ts';
import { changedFields } from '#hub/records/changed-fields.ts';
import { checkIfMatch } from '#hub/records/etag-check.ts';
import { completeAuthentication } from '#hub/records/new-authentication.ts';
import { addModule } from '#hub/records/new-module.ts';
import { requireDevice, requireModule } from '#hub/records/registry-lookup.ts';
import type { Store } from '#store/store-types.ts';

type ModuleOperations = Pick<
  RegistryOperations,
  'createModule' | 'getModule' | 'listModules' | 'updateModule' | 'deleteModule'
>;

export function createModuleOperations(parts: { readonly store: Store; readonly clock: Clock }): ModuleOperations {
  const { store, clock } = parts;
  const { read } = store;
  return {
    createModule: (identity, managedBy, authentication, actor) =>
      store.change((write) => {
        requireDevice(read, identity.deviceId);
        const moduleId = requireModuleId(identity);
        refuseSystemName(moduleId);
        if (read.modules.get(identity.deviceId, moduleId) !== undefined)
          throw refused('module.exists', `Device '${identity.deviceId}' already has a module '${moduleId}'.`);
        return addModule({ write, clock }, { deviceId: identity.deviceId, moduleId, managedBy, authentication }, actor);
      }),
    getModule: (deviceId, moduleId) => requireModule(read, deviceId, moduleId),
    listModules: (deviceId) => {
      requireDevice(read, deviceId);
      return read.modules.ofDevice(deviceId);
    },
    updateModule: (identity, change, ifMatch, actor) =>
      store.change((write) => {
        const { deviceId } = identity;
        const current = requireModule(read, deviceId, requireModuleId(identity));
        const subject = identityKey(identity);
        checkIfMatch(ifMatch, current.version, subject);
        const module: Module = {
          ...current,
          managedBy: change.managedBy === undefined ? current.managedBy : change.managedBy,
          authentication: completeAuthentication(change.authentication, subject, current.authentication),
          version: current.version + 1,
        };
        write.modules.update(module);
        const detail = { changed: changedFields(current, module, ['managedBy', 'authentication']) };
        write.journal.append({ kind: 'module-updated', actor, deviceId, moduleId: module.moduleId, detail });
        return module;
      }),
    deleteModule: (deviceId, moduleId, ifMatch, actor) =>
      store.change((write) => {
        const module = requireModule(read, deviceId, moduleId);
        refuseSystemName(moduleId);
        checkIfMatch(ifMatch, module.version, identityKey({ deviceId, moduleId }));
        write.modules.delete(deviceId, moduleId);
        write.journal.append({ kind: 'module-deleted', actor, deviceId, moduleId });
      }),
  };
}

function requireModuleId(identity: Identity): ModuleId {
  if (identity.moduleId !== null) return identity.moduleId;
  throw refused('request.invalid', `A module of device '${identity.deviceId}' is meant, but none is named.`);
}

function refuseSystemName(moduleId: ModuleId): void {
  if (!moduleId.startsWith('$')) return;
  throw refused(
    'device.invalid',
    `'${moduleId}' is a system module: it comes and goes with its edge device. Choose a name without a leading $.`,
    { subject: moduleId },
  );
}
