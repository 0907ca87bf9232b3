// The parts of `$edgeAgent` an agent cannot do without, checked before a deployment is accepted: a module without an image
// would fail on every device instead. Only what the schema (1.0 and 1.1) knows is checked; everything else passes.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { jsonPath } from './twin-limits.ts';

const maxStartupOrder = 4_294_967_295;
const moduleName = /^[A-Za-z0-9_-]+$/;
const schemaVersion = /^1\.[01](\.0)?$/;
const envName = /^[^+#$\s.]+$/;

/** What a field must be, in words, when the value is not that. */
type FieldRule = (value: Json) => string | undefined;

const moduleFields: Readonly<Record<string, FieldRule>> = {
  type: oneOf('docker'),
  status: oneOf('running', 'stopped'),
  restartPolicy: oneOf('always', 'on-unhealthy', 'on-failure', 'never'),
  imagePullPolicy: oneOf('on-create', 'never'),
  startupOrder: (value) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxStartupOrder
      ? undefined
      : `it must be a whole number from 0 to ${maxStartupOrder}.`,
};

/**
 * What is wrong with a write to `$edgeAgent` at `path` below its desired section (iot-hub.md 3.1).
 * `modules.camera` = `{ settings: {} }` → "settings.image is missing: …".
 */
export function agentSectionProblems(at: string, path: readonly string[], value: Json): readonly Problem[] {
  const [top, name, field, variable] = path;
  // A null removes: there is nothing to check, wherever it stands.
  if (value === null) return [];
  if (top === undefined) return isJsonObject(value) ? sectionProblems(at, value) : [];
  if (top === 'schemaVersion') return schemaVersionProblems(at, value);
  if (top !== 'modules') return [];
  if (name === undefined) return modulesProblems(at, value);
  if (!moduleName.test(name)) return [nameProblem(at)];
  if (field === undefined) return moduleProblems(at, value);
  if (variable === undefined) return fieldProblems(at, field, value);
  return field === 'env' && path.length === 4 ? variableProblems(at, variable, value) : [];
}

function sectionProblems(at: string, section: JsonObject): readonly Problem[] {
  return ['schemaVersion', 'modules']
    .filter((key) => Object.hasOwn(section, key))
    .flatMap((key) => agentSectionProblems(jsonPath(at, key), [key], section[key] as Json));
}

function schemaVersionProblems(at: string, value: Json): readonly Problem[] {
  if (typeof value === 'string' && schemaVersion.test(value)) return [];
  return [invalid(at, 'agents read schema versions "1.0" and "1.1": use one of them.')];
}

function modulesProblems(at: string, modules: Json): readonly Problem[] {
  if (!isJsonObject(modules)) return [invalid(at, 'it must be an object of modules by name.')];
  return Object.keys(modules).flatMap((name) =>
    agentSectionProblems(jsonPath(at, name), ['modules', name], modules[name] as Json),
  );
}

function moduleProblems(at: string, module: Json): readonly Problem[] {
  if (!isJsonObject(module)) return [invalid(at, 'a module must be an object with its settings.')];
  const problems = Object.keys(module).flatMap((key) => fieldProblems(jsonPath(at, key), key, module[key] as Json));
  if (module['settings'] === undefined) problems.push(imageProblem(jsonPath(at, 'settings')));
  return problems;
}

function fieldProblems(at: string, field: string, value: Json): readonly Problem[] {
  if (value === null) return [];
  if (field === 'settings') return settingsProblems(at, value);
  if (field === 'env') return environmentProblems(at, value);
  const rule = Object.hasOwn(moduleFields, field) ? moduleFields[field] : undefined;
  const fault = rule?.(value);
  return fault === undefined ? [] : [invalid(at, fault)];
}

function settingsProblems(at: string, settings: Json): readonly Problem[] {
  if (!isJsonObject(settings)) return [imageProblem(at)];
  const image = settings['image'];
  const problems = typeof image === 'string' && image.trim() !== '' ? [] : [imageProblem(at)];
  return [...problems, ...createOptionsProblems(at, settings)];
}

// Long options come in chunks (createOptions01, …): each is a text, and only the agent that joins them can read them.
function createOptionsProblems(at: string, settings: JsonObject): readonly Problem[] {
  return Object.keys(settings)
    .filter((key) => /^create[oO]ptions\d*$/.test(key) && typeof settings[key] !== 'string' && settings[key] !== null)
    .map((key) =>
      invalid(jsonPath(at, key), 'it must be JSON written as text: put the object through JSON.stringify.'),
    );
}

function environmentProblems(at: string, environment: Json): readonly Problem[] {
  if (!isJsonObject(environment))
    return [invalid(at, 'it must be an object of variables: {"NAME": {"value": "text"}}.')];
  return Object.keys(environment).flatMap((name) =>
    variableProblems(jsonPath(at, name), name, environment[name] as Json),
  );
}

function variableProblems(at: string, name: string, variable: Json): readonly Problem[] {
  if (!envName.test(name)) return [invalid(at, 'a variable name may not contain + # $ . or white space: rename it.')];
  if (variable === null) return [];
  const value = isJsonObject(variable) ? variable['value'] : undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [];
  return [invalid(at, 'a variable is an object with a text, number or Boolean: {"value": "text"}.')];
}

function oneOf(...allowed: readonly string[]): FieldRule {
  const words = allowed.map((value) => `"${value}"`).join(' or ');
  return (value) => (allowed.includes(value as string) ? undefined : `it must be ${words}.`);
}

function nameProblem(at: string): Problem {
  return invalid(at, 'a module name has letters, digits, - and _ only: rename it.');
}

function imageProblem(at: string): Problem {
  return invalid(at, 'settings.image is missing: name the image, such as {"image": "registry/name:1.0"}.');
}

function invalid(at: string, message: string): Problem {
  return { code: 'deployment.content', message, at };
}
