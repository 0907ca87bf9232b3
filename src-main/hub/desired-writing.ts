// Desired sections as the hub itself writes them: a whole section replaced, with the merge patch that takes a device there.
import { identityKey, isModuleId, type DeploymentId, type DeviceId, type ModuleId } from '#base/ids.ts';
import { broken } from '#base/errors.ts';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { createMergePatch } from '#base/merge-patch.ts';
import type { Actor } from '#domain/journal-event.ts';
import { replaceSection } from '#domain/twin-change.ts';
import type { StoreWriters } from '#store/store-types.ts';
import type { DesiredTwin } from '#store/twin-types.ts';
import { accepted } from './twin-operations.ts';

interface DesiredChange {
  /** The whole section. */
  readonly value: JsonObject;
  readonly nowIso: string;
  /** The automatic configurations that write to it, for the journal. */
  readonly configurations?: readonly DeploymentId[];
}

/** Replaces the desired section of a twin; the journal entry carries the patch that is pushed to the device or module. */
export function writeDesired(
  write: StoreWriters,
  twin: DesiredTwin,
  { value, nowIso, configurations = [] }: DesiredChange,
  actor: Actor,
): void {
  const { deviceId, moduleId } = twin;
  const desired = accepted(replaceSection(twin.desired, value, { nowIso, section: 'desired' }), twin);
  write.twins.updateDesired({ deviceId, moduleId, version: twin.version + 1 }, desired);
  const detail = {
    patch: createMergePatch(twin.desired.value, desired.value),
    version: desired.version,
    ...(configurations.length > 0 && { configurations }),
  };
  write.journal.append({ kind: 'desired-changed', actor, deviceId, moduleId, detail });
}

/** Every module that needs an identity: those with a section of their own, and those `$edgeAgent` is to run. */
export function namedModules(deviceId: DeviceId, modules: Readonly<Record<string, JsonObject>>): ReadonlySet<ModuleId> {
  const agentModules = modules['$edgeAgent']?.['modules'];
  const names = [...Object.keys(modules), ...(isJsonObject(agentModules) ? Object.keys(agentModules) : [])];
  return new Set(
    names.map((name) => {
      if (isModuleId(name)) return name;
      throw broken(`A deployment names '${name}' on '${deviceId}', which is no module id.`, {
        subject: identityKey({ deviceId, moduleId: null }),
      });
    }),
  );
}
