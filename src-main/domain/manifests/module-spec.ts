// A device's desired `$edgeAgent` section as the agent understands it (spec/iot-hub.md 3.1), with IoT Edge's defaults.
// Remote input: whatever is wrong with it is told at once, each problem with its JSON path, and nothing of it is applied.
import { parseJson } from '#base/json-text.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import { canonicalJson } from '#domain/values/canonical-json.ts';
import {
  createOptionsText,
  objectAt,
  oneOf,
  readNames,
  textAt,
  type ProblemList,
} from '#domain/values/section-reader.ts';
import { checkCreateOptions } from './create-options.ts';
import type { DevicePolicy } from './device-policy.ts';
import { ownEnvironmentNames } from './module-environment.ts';
import { readRegistryCredentials, type RegistryCredential } from './registry-credential.ts';

type DesiredStatus = 'running' | 'stopped';
export type RestartPolicy = 'always' | 'on-unhealthy' | 'on-failure' | 'never';
type ImagePullPolicy = 'on-create' | 'never';

export interface ModuleSpec {
  readonly name: string;
  readonly version: string;
  /** With its tag: `nginx` reads `nginx:latest` here. */
  readonly image: string;
  readonly status: DesiredStatus;
  readonly restartPolicy: RestartPolicy;
  readonly imagePullPolicy: ImagePullPolicy;
  /** Lower starts first; 4294967295 when not given. */
  readonly startupOrder: number;
  readonly env: Readonly<Record<string, string>>;
  /** Only keys the device allows, with the agent's defaults filled in. */
  readonly createOptions: JsonObject;
  /** As they were written, all parts joined: what is reported back. */
  readonly createOptionsText: string;
}

export interface AgentConfiguration {
  readonly modules: readonly ModuleSpec[];
  readonly registryCredentials: readonly RegistryCredential[];
  /** Kept as given, for the report. */
  readonly runtime: JsonObject;
  readonly systemModules: JsonObject;
}

export const lastInStartupOrder = 4_294_967_295;
const modulePattern = /^[a-zA-Z0-9_-]{1,128}$/;
const envPattern = /^[^+#$\s.=]+$/;
// Loose, Docker knows the rest; but no part may begin with a dot, for the name becomes part of a URL path of the engine.
const imagePattern =
  /^(?=.{1,255}$)[A-Za-z0-9][\w.-]*(?::\d+(?=\/))?(?:\/\w[\w.-]*)*(?::\w[\w.-]*)?(?:@\w+:[0-9a-fA-F]+)?$/;

/** `lastDesiredStatus.code` for a configuration that cannot be used: 417 nothing there, 412 another schema, 400 the rest. */
export function statusCodeOf(problems: readonly Problem[]): 400 | 412 | 417 {
  if (problems.some((problem) => problem.code === 'agent.desired.empty')) return 417;
  return problems.some((problem) => problem.code === 'agent.desired.schema') ? 412 : 400;
}

/**
 * Reads the section (without `$version`).
 * Example: `{schemaVersion:'1.1', modules:{web:{settings:{image:'nginx'}}}}` → one running module of nginx:latest, `on-unhealthy`.
 */
export function readAgentConfiguration(desired: JsonObject, policy: DevicePolicy): Result<AgentConfiguration> {
  if (Object.keys(desired).every((key) => key.startsWith('$')))
    return failure([
      {
        code: 'agent.desired.empty',
        at: '',
        message:
          'This device has an empty configuration for the edge agent: deploy a base deployment whose condition matches it.',
      },
    ]);
  const schema = desired['schemaVersion'];
  if (typeof schema !== 'string' || !/^1\.[01](\.0)?$/.test(schema))
    return failure([
      {
        code: 'agent.desired.schema',
        at: 'schemaVersion',
        message: `schemaVersion is ${JSON.stringify(schema ?? null)}: this agent understands 1.0 and 1.1.`,
      },
    ]);
  const problems: ProblemList = [];
  const runtime = objectAt(desired, 'runtime', '', problems);
  if (runtime['type'] !== undefined) oneOf(runtime['type'], ['docker'], 'runtime.type', problems);
  const settings = objectAt(runtime, 'settings', 'runtime', problems);
  const registryCredentials = readRegistryCredentials(settings, problems);
  const modules = objectAt(desired, 'modules', '', problems);
  const specs = Object.keys(modules).map((name) => readModule(name, modules[name] as Json, policy, problems));
  const systemModules = objectAt(desired, 'systemModules', '', problems);
  if (problems.length > 0) return failure(problems);
  return success({ modules: specs, registryCredentials, runtime, systemModules });
}

/** Changes when, and only when, the container must be made anew. `digest` is the platform's SHA-256 of a text. */
export function specHash(container: JsonObject, digest: (text: string) => string): string {
  return digest(canonicalJson(container));
}

function readModule(name: string, given: Json, policy: DevicePolicy, problems: ProblemList): ModuleSpec {
  const at = `modules.${name}`;
  const module = isJsonObject(given) ? given : {};
  if (!isJsonObject(given)) problems.push(invalid(at, 'is not an object'));
  if (!modulePattern.test(name))
    problems.push(invalid(at, 'has a name with other than letters, digits, - and _ (at most 128)'));
  if (module['type'] !== undefined) oneOf(module['type'], ['docker'], `${at}.type`, problems);
  const settings = objectAt(module, 'settings', at, problems);
  const env = readEnv(module, at, problems);
  const text = createOptionsText(settings, `${at}.settings`, problems);
  const createOptions = readCreateOptions(text, `${at}.settings.createOptions`, policy, problems);
  return {
    name,
    version: textAt(module, 'version', at, problems) ?? '',
    image: readImage(settings, at, problems),
    status: oneOf(module['status'] ?? 'running', ['running', 'stopped'], `${at}.status`, problems),
    restartPolicy: oneOf(
      module['restartPolicy'] ?? 'on-unhealthy',
      ['on-unhealthy', 'always', 'on-failure', 'never'],
      `${at}.restartPolicy`,
      problems,
    ),
    imagePullPolicy: oneOf(
      module['imagePullPolicy'] ?? 'on-create',
      ['on-create', 'never'],
      `${at}.imagePullPolicy`,
      problems,
    ),
    startupOrder: readStartupOrder(module['startupOrder'], at, problems),
    env,
    createOptions,
    createOptionsText: text,
  };
}

function readImage(settings: JsonObject, at: string, problems: ProblemList): string {
  const image = textAt(settings, 'image', `${at}.settings`, problems)?.trim();
  if (image === undefined) {
    if (settings['image'] === undefined) problems.push(invalid(`${at}.settings.image`, 'is missing: name an image'));
    return '';
  }
  if (!imagePattern.test(image))
    problems.push(invalid(`${at}.settings.image`, `is '${image}': write it as [registry/]name[:tag]`));
  return withTag(image);
}

/** `registry:5000/web` → `registry:5000/web:latest`; a tag or digest that is there stays. */
export function withTag(image: string): string {
  const lastSegment = image.slice(image.lastIndexOf('/') + 1);
  return /[:@]/.test(lastSegment) ? image : `${image}:latest`;
}

function readStartupOrder(value: Json | undefined, at: string, problems: ProblemList): number {
  if (value === undefined) return lastInStartupOrder;
  const isValid = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= lastInStartupOrder;
  if (!isValid) problems.push(invalid(`${at}.startupOrder`, `is not a whole number from 0 to ${lastInStartupOrder}`));
  return isValid ? value : lastInStartupOrder;
}

function readEnv(module: JsonObject, at: string, problems: ProblemList): Record<string, string> {
  const given = objectAt(module, 'env', at, problems);
  const env = readNames<string>();
  for (const name of Object.keys(given)) {
    const path = `${at}.env.${name}`;
    const entry = given[name];
    const value = isJsonObject(entry) ? entry['value'] : undefined;
    if (!envPattern.test(name)) problems.push(invalid(path, 'has a name with one of + # $ . = or a space'));
    else if (ownEnvironmentNames.has(name))
      problems.push(invalid(path, 'is set by the agent itself: take it out, or choose another name'));
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      env[name] = String(value);
    else problems.push(invalid(path, 'reads {"value": …} with a string, number or boolean'));
  }
  return env;
}

function readCreateOptions(text: string, at: string, policy: DevicePolicy, problems: ProblemList): JsonObject {
  if (text.trim() === '') return checked(checkCreateOptions({}, at, policy), problems);
  let parsed: unknown;
  try {
    // A text that is no JSON is an expected outcome here, and JSON.parse has no other way to say so.
    parsed = parseJson(text);
  } catch (error) {
    problems.push(invalid(at, `is not JSON: ${(error as SyntaxError).message}`));
    return {};
  }
  if (!isJsonObject(parsed)) {
    problems.push(invalid(at, 'is not a JSON object'));
    return {};
  }
  return checked(checkCreateOptions(parsed, at, policy), problems);
}

function checked(result: Result<JsonObject>, problems: ProblemList): JsonObject {
  if (result.ok) return result.value;
  problems.push(...result.problems);
  return {};
}

function invalid(at: string, message: string): Problem {
  return { code: 'agent.desired.invalid', at, message: `${at} ${message}.` };
}
