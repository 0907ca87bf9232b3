// Desired sections as the hub itself writes them: a whole section replaced, with the merge patch that takes a device there.
import { identityKey, isModuleId, type DeploymentId, type DeviceId, type ModuleId } from '#base/ids.ts';
import { broken } from '#base/errors.ts';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { createMergePatch } from '#base/merge-patch.ts';
import type { Actor } from '#domain/journal-event.ts';
import { replaceSection } from '#domain/twin-change.ts';
import type { StoreWriters } from '#store/store-types.ts';
import type { TwinSection } from '#domain/twin.ts';
import type { DesiredTwin } from '#store/twin-types.ts';
import { accepted } from './twin-operations.ts';

interface DesiredChange {
  /** The whole section. */
  readonly value: JsonObject;
  readonly nowIso: string;
  /** The automatic configurations that write to it, for the journal. */
  readonly configurations?: readonly DeploymentId[];
}

/** The section as it is to stand, and what the journal says of it: the patch is what is pushed to the device or module. */
interface NextDesired {
  readonly section: TwinSection;
  readonly detail: JsonObject;
}

export type DesiredReplacer = (twin: DesiredTwin, change: DesiredChange) => NextDesired;

export const replaceDesired: DesiredReplacer = (twin, { value, nowIso, configurations = [] }) => {
  const section = accepted(replaceSection(twin.desired, value, { nowIso, section: 'desired' }), twin);
  const detail = {
    patch: createMergePatch(twin.desired.value, section.value),
    version: section.version,
    ...(configurations.length > 0 && { configurations }),
  };
  return { section, detail };
};

/**
 * The same for a fleet: devices that go from one section to one other, at the same version and instant, share what is made of it,
 * and the store writes it out once. Only the last of each section is remembered, for devices come in rows that are alike, and
 * only while the instant lasts: with sections of their own, thousands of devices would leave as many documents in memory.
 */
export function createDesiredReplacer(): DesiredReplacer {
  const last = new Map<JsonObject, { readonly from: DesiredTwin['desired']; readonly next: NextDesired }>();
  let instant = '';
  return (twin, change) => {
    const { value, nowIso, configurations = [] } = change;
    // What configurations write to is seldom one object for two devices.
    if (configurations.length > 0) return replaceDesired(twin, change);
    if (nowIso !== instant) last.clear();
    instant = nowIso;
    const { desired: from } = twin;
    const before = last.get(value);
    if (before?.from.version === from.version && before.from.value === from.value) return before.next;
    const next = shared(replaceDesired(twin, change));
    last.set(value, { from, next });
    return next;
  };
}

function shared({ section, detail }: NextDesired): NextDesired {
  Object.freeze(section.value);
  Object.freeze(section.metadata);
  return { section, detail: Object.freeze(detail) };
}

/** Replaces the desired section of a twin as `replaceDesired` made it. */
export function writeDesired(
  write: StoreWriters,
  { deviceId, moduleId, version }: DesiredTwin,
  { section, detail }: NextDesired,
  actor: Actor,
): void {
  write.twins.updateDesired({ deviceId, moduleId, version: version + 1 }, section);
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
