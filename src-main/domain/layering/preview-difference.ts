// What a new configuration changes on a device, as a technician counts it: modules that come, go and change, whether their
// containers are made anew, and the properties that read otherwise. Secrets are masked.
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { strictPolicy } from '#domain/manifests/device-policy.ts';
import { readAgentConfiguration } from '#domain/manifests/module-spec.ts';
import { childOf } from '#domain/updates/module-standing.ts';
import { canonicalJson } from '#domain/values/canonical-json.ts';
import { withoutSecrets } from '#domain/values/secret-values.ts';
import { changedValues, type ValueChange } from '#domain/values/value-difference.ts';

/** Desired sections by module id: what a device has, or would have. */
export type DesiredSections = Readonly<Record<string, JsonObject>>;

/** What happens to the module's container: `restarts` is a new container in the place of the old one. */
export type ContainerEffect = 'starts' | 'stops' | 'restarts' | 'none';

export interface ModuleDifference {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly container: ContainerEffect;
  /** Below the module's entry in `$edgeAgent`: `settings.image`, `env.LEVEL.value`, `settings.createOptions` … */
  readonly values: readonly ValueChange[];
}

export interface PropertyDifference extends ValueChange {
  readonly moduleId: string;
}

export interface ConfigurationDifference {
  readonly modules: readonly ModuleDifference[];
  /** Everything else: routes, runtime settings, system modules, the modules' own desired properties. */
  readonly properties: readonly PropertyDifference[];
}

const agentId = '$edgeAgent';

/**
 * `web` at image a:1 → a:2, `rate` 1 → 2 in its own section: one module changed whose container restarts, one property changed.
 */
export function configurationDifference(before: DesiredSections, after: DesiredSections): ConfigurationDifference {
  const [modulesBefore, modulesAfter] = [modulesOf(before), modulesOf(after)];
  const names = [...new Set([...Object.keys(modulesBefore), ...Object.keys(modulesAfter)])].sort();
  const moduleIds = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return {
    modules: names.flatMap((name) =>
      moduleDifference(name, ownValue(modulesBefore, name), ownValue(modulesAfter, name)),
    ),
    properties: moduleIds.flatMap((moduleId) =>
      changedValues(sectionOf(before, moduleId), sectionOf(after, moduleId)).map((change) => ({
        moduleId,
        ...masked(moduleId, change),
      })),
    ),
  };
}

function modulesOf(sections: DesiredSections): JsonObject {
  return childOf(ownValue(sections, agentId), 'modules');
}

/** Of `$edgeAgent` without its modules, which are told by themselves. */
function sectionOf(sections: DesiredSections, moduleId: string): Json | undefined {
  const section = ownValue(sections, moduleId);
  if (moduleId !== agentId) return section;
  const { modules: _toldAlone, ...rest } = section ?? {};
  return rest;
}

function masked(moduleId: string, { path, before, after }: ValueChange): ValueChange {
  return {
    path,
    ...(before !== undefined && { before: withoutSecrets(moduleId, path, before) }),
    ...(after !== undefined && { after: withoutSecrets(moduleId, path, after) }),
  };
}

function moduleDifference(
  name: string,
  before: Json | undefined,
  after: Json | undefined,
): readonly ModuleDifference[] {
  const values = changedValues(before, after);
  if (values.length === 0) return [];
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return [{ name, kind, container: containerEffect(name, before, after), values }];
}

function containerEffect(name: string, before: Json | undefined, after: Json | undefined): ContainerEffect {
  if (!isToRun(before)) return isToRun(after) ? 'starts' : 'none';
  if (!isToRun(after)) return 'stops';
  return containerText(name, before) === containerText(name, after) ? 'none' : 'restarts';
}

function isToRun(module: Json | undefined): module is Json {
  return module !== undefined && !(isJsonObject(module) && ownValue(module, 'status') === 'stopped');
}

/**
 * What the agent makes a container of: two modules with the same text share one. What it cannot read, or a device with the
 * strictest policy would refuse, is compared as it is written.
 */
function containerText(name: string, module: Json): string {
  const read = readAgentConfiguration({ schemaVersion: '1.1', modules: { [name]: module } }, strictPolicy);
  const [spec] = read.ok ? read.value.modules : [];
  if (spec !== undefined) return canonicalJson({ image: spec.image, env: spec.env, options: spec.createOptions });
  return canonicalJson({ settings: childOf(module, 'settings'), env: childOf(module, 'env') });
}
