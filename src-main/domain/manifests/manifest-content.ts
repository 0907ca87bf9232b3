// The frame of a deployment's content, whatever the modules are: IoT Hub's `modulesContent`, module id →
// `properties.desired[.path]` → value, and what no twin may hold.
import { isModuleId } from '#base/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { isSectionKey, sectionKey, writtenOnto, writtenPath } from '#domain/records/content-writes.ts';
import { contentProblems, jsonPath, keyFault, maxDepth, sizeProblem, twinBytes } from '#domain/values/twin-limits.ts';

export const contentRoot = 'modulesContent';
// Nobody reads more problems than these.
const maxProblems = 100;
// No twin has room for what more keys write, and settling them on a device takes its time key by key.
const mostKeys = 1000;
const maxDesiredBytes = 32 * 1024;
/** So far beyond a twin that no deployment of it could be applied. */
const mostBytes = 8 * maxDesiredBytes;
const systemModules: ReadonlySet<string> = new Set(['$edgeAgent', '$edgeHub']);

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
  return twinContentProblems(at, content);
}

/**
 * Everything wrong with what is written to one twin, the first hundred of it.
 * Many paths that would fill a twin only together → "it would hold 36012 bytes of keys and values, …" at the content itself.
 */
export function twinContentProblems(at: string, content: JsonObject): readonly Problem[] {
  const bulk = bulkProblem(at, content);
  if (bulk !== undefined) return [bulk];
  const keys = Object.keys(content);
  const problems: Problem[] = [];
  for (const key of keys) {
    if (problems.length >= maxProblems) return problems;
    problems.push(...writeProblems(jsonPath(at, key), key, content[key] as Json));
  }
  if (problems.length > 0) return problems;
  const tooLarge = sizeProblem(sectionKey, writtenOnto({}, content));
  return tooLarge === undefined ? [] : [invalid(at, tooLarge.message)];
}

/** What is too large for any twin is not looked at further: to find all of its faults would keep devices waiting. */
export function bulkProblem(at: string, content: JsonObject): Problem | undefined {
  const count = Object.keys(content).length;
  if (count > mostKeys)
    return invalid(at, `it writes ${count} paths, at most ${mostKeys} are read: write objects to shorter paths.`);
  const bytes = twinBytes(content);
  if (bytes <= mostBytes) return undefined;
  return invalid(
    at,
    `it holds ${bytes} bytes of keys and values, and a twin takes ${maxDesiredBytes}: split it into deployments for different devices.`,
  );
}

function writeProblems(at: string, key: string, value: Json): readonly Problem[] {
  if (!isSectionKey(key)) {
    return [invalid(at, `a deployment writes desired properties only: use "${sectionKey}" or "${sectionKey}.<path>".`)];
  }
  const path = writtenPath(key);
  if (path.includes('')) return [invalid(at, 'the path has an empty part: remove the extra dot.')];
  // As deep as a patch may go: ten objects inside one another, and a value in the last.
  if (path.length > maxDepth + 1)
    return [invalid(at, `a twin nests at most ${maxDepth} levels deep, this path has ${path.length}: shorten it.`)];
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
