// What a rollback deploys: nothing, so that the next lower deployment applies; or one base that is the whole of what a device is to
// run. All of it is content as IoT Hub takes it.
import type { DeviceId } from '#base/ids.ts';
import { emptyObject, ownValue, type JsonObject } from '#base/json.ts';
import { sectionKey } from '#domain/records/content-writes.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { canonicalJson } from '#domain/values/canonical-json.ts';

type Modules = Readonly<Record<string, JsonObject>>;

/** Writes nothing: while it reaches a device, its rollout keeps the deployment that it takes back from it. */
export const nothingWritten: ModulesContent = { $edgeAgent: {} };

/** Whether a deployment writes nothing to any device, as `nothingWritten` does. */
export function writesNothing(content: ModulesContent): boolean {
  return Object.values(content).every((section) => Object.keys(section).length === 0);
}

/** A base that gives exactly these sections, module by module: `{m: {a: 1}}` → `{m: {'properties.desired': {a: 1}}}`. */
export function wholeContent(modules: Modules): ModulesContent {
  const content = emptyObject() as Record<string, JsonObject>;
  for (const [moduleId, section] of Object.entries(modules)) content[moduleId] = { [sectionKey]: section };
  return content;
}

/**
 * A base without modules on the runtime that is there: of `$edgeAgent` all but its modules stays, of `$edgeHub` all but its routes,
 * whose modules are gone. Null: no deployment gave an agent, and there is no runtime to keep.
 */
export function emptiedContent(modules: Modules): ModulesContent | null {
  const agent = ownValue(modules, '$edgeAgent');
  if (agent === undefined) return null;
  const hub = ownValue(modules, '$edgeHub');
  const emptied = { $edgeAgent: { ...agent, modules: {} } };
  return wholeContent(hub === undefined ? emptied : { ...emptied, $edgeHub: { ...hub, routes: {} } });
}

/** Devices that are to run the same. */
export interface ContentGroup {
  readonly content: ModulesContent;
  readonly deviceIds: DeviceId[];
}

/** Gathers devices by what they are to run, in the order in which contents first come. */
export function createContentGroups() {
  const byText = new Map<string, ContentGroup>();
  const known = new WeakMap<ModulesContent, ContentGroup>();
  return {
    add(deviceId: DeviceId, content: ModulesContent): ContentGroup {
      const text = known.has(content) ? '' : canonicalJson(content);
      const group = known.get(content) ?? byText.get(text) ?? { content, deviceIds: [] };
      if (text !== '') byText.set(text, group);
      known.set(content, group);
      group.deviceIds.push(deviceId);
      return group;
    },
    groups: (): readonly ContentGroup[] => [...byText.values()],
  };
}
