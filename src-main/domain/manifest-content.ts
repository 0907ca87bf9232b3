// The frame of a deployment's content, whatever the modules are: IoT Hub's `modulesContent`, module id →
// `properties.desired[.path]` → value, and what no twin may hold.
import { isModuleId } from '#base/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { contentProblems, jsonPath, keyFault, sizeProblem } from './twin-limits.ts';

export const contentRoot = 'modulesContent';
/** The key of a whole section, and how the keys of its parts begin. */
export const sectionKey = 'properties.desired';
// Nobody reads more problems than these.
const maxProblems = 100;
const systemModules: ReadonlySet<string> = new Set(['$edgeAgent', '$edgeHub']);

/** Whether a key writes desired properties at all: the whole section, or a path below it. */
export function isSectionKey(key: string): boolean {
  return key === sectionKey || key.startsWith(`${sectionKey}.`);
}

/** `properties.desired.a.b` → `['a', 'b']`. */
export function writtenPath(key: string): readonly string[] {
  return key === sectionKey ? [] : key.slice(sectionKey.length + 1).split('.');
}

/** Everything that is wrong with the frame (iot-hub.md 2.1): `{ "$edgeAgent": {}, "m": { "tags.x": 1 } }` → `modulesContent.m["tags.x"]`. */
export function frameProblems(content: JsonObject): readonly Problem[] {
  const problems: Problem[] = [];
  for (const id of Object.keys(content)) {
    if (problems.length >= maxProblems) break;
    problems.push(...moduleProblems(id, content[id] as Json));
  }
  if (Object.hasOwn(content, '$edgeAgent')) return problems;
  const message = '$edgeAgent is missing: add "$edgeAgent": {} if the deployment adds no modules.';
  return [invalid(contentRoot, message), ...problems];
}

function moduleProblems(id: string, content: Json): readonly Problem[] {
  const at = jsonPath(contentRoot, id);
  if (!isModuleId(id)) {
    return [invalid(at, "a module id has 1 to 128 letters, digits or any of -:.+%_#*?!(),=@$': rename it.")];
  }
  if (id.startsWith('$') && !systemModules.has(id)) {
    return [invalid(at, 'only $edgeAgent and $edgeHub begin with $: rename the module.')];
  }
  if (!isJsonObject(content)) return [invalid(at, `it must be an object with keys such as "${sectionKey}".`)];
  return Object.keys(content).flatMap((key) => writeProblems(jsonPath(at, key), key, content[key] as Json));
}

export function writeProblems(at: string, key: string, value: Json): readonly Problem[] {
  if (!isSectionKey(key)) {
    return [invalid(at, `a deployment writes desired properties only: use "${sectionKey}" or "${sectionKey}.<path>".`)];
  }
  const path = writtenPath(key);
  if (path.includes('')) return [invalid(at, 'the path has an empty part: remove the extra dot.')];
  const fault = path.map(keyFault).find((found) => found !== undefined);
  if (fault !== undefined) return [invalid(at, fault)];
  if (path.length === 0 && !isJsonObject(value)) {
    return [invalid(at, 'a whole section must be an object: write {} to empty it.')];
  }
  const tooLarge = isJsonObject(value) ? sizeProblem(sectionKey, value) : undefined;
  return [
    ...(tooLarge === undefined ? [] : [invalid(at, tooLarge.message)]),
    ...contentProblems(at, value, path.length).map((problem) => invalid(problem.at, problem.message)),
  ];
}

function invalid(at: Problem['at'], message: string): Problem {
  return { code: 'deployment.content', message, at };
}
