// Reads the content of a deployment: IoT Hub's `modulesContent`, module id → `properties.desired[.path]` → value.
// What could only fail later, on a device, is refused here, all of it at once; what we do not know passes.
import { isModuleId } from '#base/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import type { DeploymentType, ModulesContent } from './deployment.ts';
import { agentSectionProblems } from './manifest-check.ts';
import { contentProblems, jsonPath, keyFault, sizeProblem } from './twin-limits.ts';

const section = 'properties.desired';
const systemModules: ReadonlySet<string> = new Set(['$edgeAgent', '$edgeHub']);

/** One thing a deployment writes: a value at a path below a module's desired section; null removes what is there. */
export interface ContentWrite {
  readonly path: readonly string[];
  readonly value: Json;
}

/**
 * The content of a deployment, or everything wrong with it (iot-hub.md 2.1 and 3.1).
 * `{ "$edgeAgent": {}, "m": { "tags.x": 1 } }` → a problem at `modulesContent.m["tags.x"]`.
 */
export function readModulesContent(content: unknown): Result<ModulesContent> {
  const root = 'modulesContent';
  if (!isJsonObject(content)) {
    return failure([invalid(root, 'it must be an object of module ids: {"$edgeAgent": {…}, "module": {…}}.')]);
  }
  const problems = Object.keys(content).flatMap((id) => moduleProblems(root, id, content[id] as Json));
  if (!Object.hasOwn(content, '$edgeAgent')) {
    problems.unshift(invalid(root, '$edgeAgent is missing: add "$edgeAgent": {} if the deployment adds no modules.'));
  }
  return problems.length === 0 ? success(content as ModulesContent) : failure(problems);
}

/** Rule 1 of layering.md: whoever carries the whole `$edgeAgent` section is a base. */
export function deploymentType(content: ModulesContent): DeploymentType {
  const agent = Object.hasOwn(content, '$edgeAgent') ? content['$edgeAgent'] : undefined;
  return agent !== undefined && Object.hasOwn(agent, section) ? 'base' : 'layer';
}

/** What a module's part of the content writes, shorter paths before longer ones (layering.md rule 4). */
export function contentWrites(moduleContent: JsonObject): readonly ContentWrite[] {
  return Object.keys(moduleContent)
    .map((key) => ({ path: pathOf(key), value: moduleContent[key] as Json }))
    .toSorted((left, right) => left.path.length - right.path.length);
}

function pathOf(key: string): readonly string[] {
  return key === section ? [] : key.slice(section.length + 1).split('.');
}

function moduleProblems(root: string, id: string, content: Json): Problem[] {
  const at = jsonPath(root, id);
  if (!isModuleId(id)) {
    return [invalid(at, "a module id has 1 to 128 letters, digits or any of -:.+%_#*?!(),=@$': rename it.")];
  }
  if (id.startsWith('$') && !systemModules.has(id)) {
    return [invalid(at, 'only $edgeAgent and $edgeHub begin with $: rename the module.')];
  }
  if (!isJsonObject(content)) return [invalid(at, `it must be an object with keys such as "${section}".`)];
  return Object.keys(content).flatMap((key) => writeProblems(id, jsonPath(at, key), key, content[key] as Json));
}

function writeProblems(moduleId: string, at: string, key: string, value: Json): readonly Problem[] {
  if (key !== section && !key.startsWith(`${section}.`)) {
    return [invalid(at, `a deployment writes desired properties only: use "${section}" or "${section}.<path>".`)];
  }
  const path = pathOf(key);
  if (path.includes('')) return [invalid(at, 'the path has an empty part: remove the extra dot.')];
  const fault = path.map(keyFault).find((found) => found !== undefined);
  if (fault !== undefined) return [invalid(at, fault)];
  if (path.length === 0 && !isJsonObject(value)) {
    return [invalid(at, 'a whole section must be an object: write {} to empty it.')];
  }
  const tooLarge = isJsonObject(value) ? sizeProblem(section, value) : undefined;
  return [
    ...(tooLarge === undefined ? [] : [invalid(at, tooLarge.message)]),
    ...contentProblems(at, value, path.length).map((problem) => invalid(problem.at, problem.message)),
    ...(moduleId === '$edgeAgent' ? agentSectionProblems(at, path, value) : []),
  ];
}

function invalid(at: Problem['at'], message: string): Problem {
  return { code: 'deployment.content', message, at };
}
