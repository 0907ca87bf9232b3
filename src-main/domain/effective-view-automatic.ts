// What automatic configurations wrote, laid over what deployments gave: one view with one writer for each value.
import type { DeploymentId } from '#base/ids.ts';
import { isJsonObject, ownValue, type JsonObject } from '#base/json.ts';
import type { StoredWrite } from './automatic-writes.ts';
import type { EffectiveConfiguration, ValueOrigin } from './effective-configuration.ts';
import { valueOf, writeValue } from './provenance-tree.ts';
import { originFinder } from './value-writer.ts';

/**
 * The configuration with the writes on top; '' is the device's own twin. A base gives `rate` 1, a configuration writes `rate`
 * 5: `rate` is 5, written by the configuration, which hid the base. What was left behind is written by nobody any more.
 */
export function withAutomaticWrites(
  effective: EffectiveConfiguration,
  writes: ReadonlyMap<string, readonly StoredWrite[]>,
): EffectiveConfiguration {
  const modules = Object.assign(Object.create(null) as Record<string, JsonObject>, effective.modules);
  const origins = Object.assign(Object.create(null) as Record<string, readonly ValueOrigin[]>, effective.origins);
  for (const [moduleId, stored] of writes) {
    const standing = stored.filter(({ isLeft }) => !isLeft).toSorted(byLength);
    if (standing.length === 0) continue;
    modules[moduleId] = written(ownValue(effective.modules, moduleId) ?? {}, standing);
    origins[moduleId] = standing.reduce(withWrite, ownValue(effective.origins, moduleId) ?? []);
  }
  return { ...effective, modules, origins };
}

function byLength(left: StoredWrite, right: StoredWrite): number {
  return left.path.length - right.path.length;
}

function written(section: JsonObject, writes: readonly StoredWrite[]): JsonObject {
  const nobody = '' as DeploymentId;
  let tree = writeValue(undefined, [], section, nobody);
  for (const { path, value, configurationId } of writes) tree = writeValue(tree, path, value, configurationId);
  const value = valueOf(tree);
  return isJsonObject(value) ? value : {};
}

/** What is written at or below the path gives way, and is hidden. */
function withWrite(origins: readonly ValueOrigin[], { path, configurationId }: StoredWrite): readonly ValueOrigin[] {
  const isWithin = (origin: ValueOrigin): boolean => path.every((segment, at) => segment === origin.path[at]);
  const nearest = originFinder(origins)(path);
  const gone = origins.filter(isWithin);
  const hidden = [...(nearest === undefined ? [] : [nearest]), ...gone].flatMap((origin) => [
    ...origin.hidden,
    origin.writtenBy,
  ]);
  const others = [...new Set(hidden)].filter((id) => id !== configurationId);
  return [...origins.filter((origin) => !isWithin(origin)), { path, writtenBy: configurationId, hidden: others }];
}
