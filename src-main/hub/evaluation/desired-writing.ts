// Desired sections as the hub itself writes them: a whole section replaced, with the merge patch that takes a device there.
import { broken } from '#base/errors.ts';
import { identityKey, isModuleId, type DeploymentId, type DeviceId, type ModuleId } from '#base/ids.ts';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { createMergePatch } from '#base/merge-patch.ts';
import type { DesiredChange } from '#domain/journal/desired-change.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { replaceSection } from '#domain/values/twin-change.ts';
import type { TwinSection } from '#domain/values/twin.ts';
import { accepted } from '#hub/records/twin-operations.ts';
import type { StoreWriters } from '#store/store-types.ts';
import type { DesiredTwin } from '#store/twin-types.ts';

interface WantedDesired {
  /** The whole section. */
  readonly value: JsonObject;
  readonly nowIso: string;
  /** The automatic configurations that write to it, for the journal. */
  readonly configurations?: readonly DeploymentId[];
}

/** The section as it is to stand, and what the journal says of it: the patch is what is pushed to the device or module. */
interface NextDesired {
  readonly section: TwinSection;
  readonly change: DesiredChange;
}

export type DesiredReplacer = (twin: DesiredTwin, change: WantedDesired) => NextDesired;

export const replaceDesired: DesiredReplacer = (twin, { value, nowIso, configurations = [] }) => {
  const section = accepted(replaceSection(twin.desired, value, { nowIso, section: 'desired' }), twin);
  const change = {
    moduleId: twin.moduleId,
    patch: createMergePatch(twin.desired.value, section.value),
    version: section.version,
    ...(configurations.length > 0 && { configurations }),
  };
  return { section, change };
};

/**
 * The same for a fleet: devices that go from one section to one other, at the same version and instant, share what is made of it,
 * and the store writes it out once. Only the last of each section is remembered, for devices come in rows that are alike, and
 * only while the instant lasts: with sections of their own, thousands of devices would leave as many documents in memory.
 */
export function createDesiredReplacer(): DesiredReplacer {
  const last = new Map<JsonObject, { readonly from: DesiredTwin; readonly next: NextDesired }>();
  let instant = '';
  return (twin, change) => {
    const { value, nowIso, configurations = [] } = change;
    // What configurations write to is seldom one object for two devices.
    if (configurations.length > 0) return replaceDesired(twin, change);
    if (nowIso !== instant) last.clear();
    instant = nowIso;
    const before = last.get(value);
    if (before !== undefined && isSameStep(before.from, twin)) return before.next;
    const next = shared(replaceDesired(twin, change));
    last.set(value, { from: twin, next });
    return next;
  };
}

function isSameStep(left: DesiredTwin, right: DesiredTwin): boolean {
  const { version, value } = left.desired;
  return version === right.desired.version && value === right.desired.value && left.moduleId === right.moduleId;
}

function shared({ section, change }: NextDesired): NextDesired {
  Object.freeze(section.value);
  Object.freeze(section.metadata);
  return { section, change: Object.freeze(change) };
}

/** Replaces the desired section of a twin by itself, as `replaceDesired` made it. */
export function writeDesired(
  write: StoreWriters,
  { deviceId, moduleId, version }: DesiredTwin,
  { section, change }: NextDesired,
  actor: Actor,
): void {
  write.twins.updateDesired({ deviceId, moduleId, version: version + 1 }, section);
  const { moduleId: _, ...detail } = change;
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
