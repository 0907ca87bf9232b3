// One device's configuration taken apart for a person: each value with who wrote it, what it hid, and whether the twin still
// holds it (layering.md rules 7 and 8). Secrets are masked here, so that no caller can forget to.
import type { DeploymentId } from '#base/ids.ts';
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { writtenOnto } from '#domain/records/content-writes.ts';
import { withoutSecrets } from '#domain/values/secret-values.ts';
import { changedValues, leavesOf, valueAtPath, type ValueChange } from '#domain/values/value-difference.ts';
import type { EffectiveConfiguration, ValueOrigin } from './effective-configuration.ts';
import { originFinder, type FindOrigin } from './value-writer.ts';

/** A deployment whose value is hidden, and what it would have given here: absent when nothing, or no longer known. */
interface HiddenValue {
  readonly deploymentId: DeploymentId;
  readonly value?: Json;
}

export interface EffectiveValue {
  readonly moduleId: string;
  readonly path: readonly string[];
  /**
   * `set`: deployments give it; `taken-away`: one of them removed it; `added`: it stands in the twin and none gives it; `left`:
   * it stands there as `writtenBy` wrote it, which gives it no longer.
   */
  readonly kind: 'set' | 'taken-away' | 'added' | 'left';
  /** Of `set` and `left` alone. */
  readonly value?: Json;
  /** Null for what no deployment wrote. */
  readonly writtenBy: DeploymentId | null;
  /** Lowest first. */
  readonly hidden: readonly HiddenValue[];
  /** Whether the twin holds something else now, by a hand or an automatic configuration. */
  readonly differs: boolean;
  /** What the twin holds now, where that differs; absent there when it holds nothing. */
  readonly actual?: Json;
}

interface ViewParts {
  readonly effective: EffectiveConfiguration;
  /** Module id → what its twin's desired section holds now; a module without a twin is absent. */
  readonly actual: ReadonlyMap<string, JsonObject>;
  /** Modules that deployments write whole: what else stands in them was added. Of others only what is written is known. */
  readonly wholeModules: ReadonlySet<string>;
  /** What a deployment writes to a module, as far as that is still known. */
  readonly contentOf: (deploymentId: DeploymentId, moduleId: string) => JsonObject | undefined;
}

/**
 * Every value of every module that deployments name, by module and path. A base gives `env.LEVEL` "info", a layer "debug": one
 * value, "debug", written by the layer, which hid the base's "info".
 */
export function effectiveValues({ effective, actual, wholeModules, contentOf }: ViewParts): readonly EffectiveValue[] {
  const sectionOf = sectionReader(contentOf);
  return Object.keys(effective.modules)
    .sort()
    .flatMap((moduleId) => {
      const origins = ownValue(effective.origins, moduleId) ?? [];
      const section = effective.modules[moduleId] as JsonObject;
      const isWhole = wholeModules.has(moduleId);
      return moduleValues({ moduleId, section, origins, actual: actual.get(moduleId) ?? {}, isWhole, sectionOf });
    });
}

interface ModuleParts {
  readonly moduleId: string;
  readonly section: JsonObject;
  readonly origins: readonly ValueOrigin[];
  readonly actual: JsonObject;
  readonly isWhole: boolean;
  readonly sectionOf: SectionReader;
}

function moduleValues(parts: ModuleParts): readonly EffectiveValue[] {
  const { section, origins, actual, isWhole } = parts;
  const find = originFinder(origins);
  const takenAway = origins.filter(({ path }) => valueAtPath(section, path) === undefined);
  // What stands in the twin alone; what differs otherwise is told where the value itself is.
  const isAdded = ({ path, before }: ValueChange): boolean =>
    isWhole &&
    before === undefined &&
    !takenAway.some((origin) => origin.path.every((segment, at) => segment === path[at]));
  const values: EffectiveValue[] = [
    ...leavesOf(section).map(({ path, value }) => valueRow(parts, find, path, value)),
    ...takenAway.map(({ path }) => valueRow(parts, find, path, undefined)),
    ...changedValues(section, actual)
      .filter(isAdded)
      .map(({ path, after = null }) => addedRow(parts.moduleId, path, after)),
  ];
  return values.toSorted((left, right) => comparePaths(left.path, right.path));
}

function valueRow(
  { moduleId, actual, sectionOf }: ModuleParts,
  find: FindOrigin,
  path: readonly string[],
  value: Json | undefined,
): EffectiveValue {
  const origin = find(path);
  const now = valueAtPath(actual, path);
  // An empty object in which the twin holds something is told by the rows of what it holds.
  const differs = !jsonEquals(value, now) && !(isEmptyObject(value) && isJsonObject(now));
  const masked = (shown: Json): Json => withoutSecrets(moduleId, path, shown);
  return {
    moduleId,
    path,
    kind: value === undefined ? 'taken-away' : 'set',
    ...(value !== undefined && { value: masked(value) }),
    writtenBy: origin?.writtenBy ?? null,
    hidden: (origin?.hidden ?? []).map((deploymentId) => {
      const hiddenValue = valueAtPath(sectionOf(deploymentId, moduleId), path);
      return { deploymentId, ...(hiddenValue !== undefined && { value: masked(hiddenValue) }) };
    }),
    differs,
    ...(differs && now !== undefined && { actual: masked(now) }),
  };
}

function addedRow(moduleId: string, path: readonly string[], value: Json): EffectiveValue {
  const actual = withoutSecrets(moduleId, path, value);
  return { moduleId, path, kind: 'added', writtenBy: null, hidden: [], differs: true, actual };
}

type SectionReader = (deploymentId: DeploymentId, moduleId: string) => Json | undefined;

/** What one deployment by itself makes of a module; folded once for all its values. */
function sectionReader(contentOf: ViewParts['contentOf']): SectionReader {
  const known = new Map<string, Json | undefined>();
  return (deploymentId, moduleId) => {
    const key = `${deploymentId}/${moduleId}`;
    if (!known.has(key)) {
      const content = contentOf(deploymentId, moduleId);
      known.set(key, content && writtenOnto({}, content));
    }
    return known.get(key);
  };
}

function isEmptyObject(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Rows in the order they are shown. */
export function compareRows(left: EffectiveValue, right: EffectiveValue): number {
  if (left.moduleId !== right.moduleId) return left.moduleId < right.moduleId ? -1 : 1;
  return comparePaths(left.path, right.path);
}

function comparePaths(left: readonly string[], right: readonly string[]): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [mine = '', other = ''] = [left[at], right[at]];
    if (mine !== other) return mine < other ? -1 : 1;
  }
  return left.length - right.length;
}
