// What automatic configurations and deployments have to come to, calculated from nothing: every condition read anew, every twin
// folded anew, nothing remembered.
import { expect } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { automaticConfiguration, type AutomaticResult } from '#domain/layering/automatic-configuration.ts';
import { parseModuleCondition } from '#domain/conditions/condition-module.ts';
import { matches, parseCondition } from '#domain/conditions/condition.ts';
import { isEdgeDeployment, type AutomaticConfiguration, type Deployment } from '#domain/records/deployment.ts';
import { statusesOf } from '#domain/layering/deployment-status.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import { layer } from '#domain/layering/layering.ts';
import { withValue } from '#domain/values/path-writes.ts';
import { gameDevices } from './automatic-game.ts';
import { deviceId, type HubParts } from './hub-parts.ts';

/** What matches a twin, by reading every condition anew. */
function matchedBy(parts: HubParts, device: DeviceId, module: ModuleId | null): readonly Deployment[] {
  const { tags, reported } = parts.twins.get({ deviceId: device, moduleId: module });
  const subject = { deviceId: device, tags, reported: reported.value };
  return parts.store.read.deployments.list().filter(({ kind, targetCondition }) => {
    if (module === null) {
      const condition = parseCondition(targetCondition);
      return kind !== 'module' && condition.ok && matches(condition.value, subject);
    }
    const condition = parseModuleCondition(targetCondition);
    return kind === 'module' && condition.ok && matches(condition.value, { ...subject, moduleId: module });
  });
}

function automaticOf(parts: HubParts, device: DeviceId, module: ModuleId | null): AutomaticResult {
  if (module?.startsWith('$') === true) return { writes: [], statuses: {} };
  const matched = matchedBy(parts, device, module);
  return automaticConfiguration(matched.filter((each): each is AutomaticConfiguration => !isEdgeDeployment(each)));
}

/** A section once all that is written to it stands in it. */
export function written(section: JsonObject, { writes: all }: AutomaticResult): JsonObject {
  return all.reduce<JsonObject>((rest, { path, value }) => withValue(rest, path, value), section);
}

interface Seen {
  readonly device: DeviceId;
  readonly module: ModuleId | null;
  readonly effective: EffectiveConfiguration;
  readonly automatic: AutomaticResult;
  readonly desired: JsonObject;
}

/** Checks every status, and `check`s the desired section of every twin. */
export function expectAllRight(parts: HubParts, check: (seen: Seen) => void): void {
  for (const device of gameDevices.map(deviceId)) {
    const edge = parts.registry.getDevice(device).isEdge ? matchedBy(parts, device, null).filter(isEdgeDeployment) : [];
    const effective = layer(edge);
    const standing = statusesOf(effective, edge);
    const expected: Record<string, unknown> = {};
    for (const module of [null, ...parts.store.read.modules.idsOf(device)]) {
      const automatic = automaticOf(parts, device, module);
      const statuses = { ...(module === null ? {} : standing[module]), ...automatic.statuses };
      if (Object.keys(statuses).length > 0) expected[module ?? ''] = statuses;
      check({
        device,
        module,
        effective,
        automatic,
        desired: parts.twins.get({ deviceId: device, moduleId: module }).desired.value,
      });
    }
    expect(parts.deployments.statuses(device)).toEqual(expected);
  }
}

/** What the newest revision of a device has to say of the twins that are there, calculated from nothing. */
export function writesNow(parts: HubParts, device: DeviceId): Record<string, unknown> {
  const writes: Record<string, unknown> = {};
  for (const module of [null, ...parts.store.read.modules.idsOf(device)]) {
    const automatic = automaticOf(parts, device, module);
    if (automatic.writes.length > 0)
      writes[module ?? ''] = automatic.writes.map(({ onRemoval: _rule, ...write }) => write);
  }
  return writes;
}
