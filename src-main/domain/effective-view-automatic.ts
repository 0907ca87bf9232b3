// What automatic configurations wrote, laid over what deployments gave: one view with one writer for each value.
import { ownValue, type JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { StoredWrite } from './automatic-writes.ts';
import type { EffectiveConfiguration, ValueOrigin } from './effective-configuration.ts';
import type { EffectiveValue } from './effective-view.ts';
import { withValue } from './path-writes.ts';
import { leavesOf, valueAtPath } from './value-difference.ts';
import { originFinder } from './value-writer.ts';

/**
 * The configuration with the writes on top; '' is the device's own twin. A base gives `rate` 1, a configuration writes `rate`
 * 5: `rate` is 5, written by the configuration, which hid the base. What was left behind is told by `leftValues`.
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
    const section = ownValue(effective.modules, moduleId) ?? {};
    modules[moduleId] = standing.reduce((rest, { path, value }) => withValue(rest, path, value), section);
    origins[moduleId] = standing.reduce(withWrite, ownValue(effective.origins, moduleId) ?? []);
  }
  return { ...effective, modules, origins };
}

/**
 * What configurations no longer write to one twin and left there, as far as it still stands as it was written. A deleted
 * `settings` had written `rate` 5, and the twin still holds it: `rate` 5, left by `settings`.
 */
export function leftValues(
  moduleId: string,
  stored: readonly StoredWrite[],
  actual: JsonObject,
): readonly EffectiveValue[] {
  return stored
    .filter(({ isLeft }) => isLeft)
    .flatMap(({ path: above, value: written, configurationId: writtenBy }) =>
      leavesOf(written)
        .map(({ path, value }) => ({ path: [...above, ...path], value }))
        .filter(({ path, value }) => jsonEquals(valueAtPath(actual, path), value))
        .map(({ path, value }) => ({ moduleId, path, kind: 'left', value, writtenBy, hidden: [], differs: false })),
    );
}

function byLength(left: StoredWrite, right: StoredWrite): number {
  return left.path.length - right.path.length;
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
