// What automatic configurations wrote, laid over what deployments gave: one view with one writer for each value.
import { ownValue, type JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { withValue } from '#domain/values/path-writes.ts';
import { valueAtPath } from '#domain/values/value-difference.ts';
import type { AutomaticRecord, LeftValue, StandingWrite } from './automatic-record.ts';
import type { EffectiveConfiguration, ValueOrigin } from './effective-configuration.ts';
import type { EffectiveValue } from './effective-view.ts';
import { originFinder } from './value-writer.ts';

/**
 * The configuration with the writes on top; '' is the device's own twin. A base gives `rate` 1, a configuration writes `rate`
 * 5: `rate` is 5, written by the configuration, which hid the base. What was left behind is told by `leftValues`.
 */
export function withAutomaticWrites(
  effective: EffectiveConfiguration,
  record: AutomaticRecord,
): EffectiveConfiguration {
  const modules = Object.assign(Object.create(null) as Record<string, JsonObject>, effective.modules);
  const origins = Object.assign(Object.create(null) as Record<string, readonly ValueOrigin[]>, effective.origins);
  for (const [moduleId, { writes }] of Object.entries(record)) {
    if (writes.length === 0) continue;
    const section = ownValue(effective.modules, moduleId) ?? {};
    modules[moduleId] = writes.reduce((rest, { path, value }) => withValue(rest, path, value), section);
    origins[moduleId] = withWrites(ownValue(effective.origins, moduleId) ?? [], writes);
  }
  return { ...effective, modules, origins };
}

/** Each configuration hides the deployments that gave something there, and the configurations that it outranked. */
function withWrites(given: readonly ValueOrigin[], writes: readonly StandingWrite[]): readonly ValueOrigin[] {
  const findGiven = originFinder(given);
  const laid = writes.map(({ path, writtenBy, hidden }): ValueOrigin => {
    const nearest = findGiven(path);
    const below = given.filter((origin) => isWithin(origin.path, path));
    const deployments = [...(nearest === undefined ? [] : [nearest]), ...below].flatMap((origin) => [
      ...origin.hidden,
      origin.writtenBy,
    ]);
    return { path, writtenBy, hidden: [...new Set([...deployments, ...hidden])] };
  });
  return [...given.filter(({ path }) => !writes.some((write) => isWithin(path, write.path))), ...laid];
}

function isWithin(path: readonly string[], above: readonly string[]): boolean {
  return above.every((segment, at) => segment === path[at]);
}

/**
 * What configurations no longer write to one twin and left there, beside what it holds now. A deleted `settings` had written
 * `rate` 5, and the twin still holds it: `rate` 5, left by `settings`.
 */
export function leftValues(
  moduleId: string,
  left: readonly LeftValue[],
  actual: JsonObject,
): readonly EffectiveValue[] {
  return left.map(({ path, value, writtenBy }) => {
    const now = valueAtPath(actual, path);
    const differs = !jsonEquals(now, value);
    const row = { moduleId, path, kind: 'left', value, writtenBy, hidden: [], differs } as const;
    return differs && now !== undefined ? { ...row, actual: now } : row;
  });
}
