// What the device itself allows of its engine. It lies in a file on the device (`policy.json`), and nothing that comes from
// the hub can change it: whoever holds a deployment still does not hold the machine.
import { isJsonObject, type Json } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';

/** When images that the agent brought and no revision needs any more are removed; low disk removes them too, but for `never`. */
const pruneTimes = ['after-update', 'low-disk', 'never'] as const;
export type PruneTime = (typeof pruneTimes)[number];

export interface DevicePolicy {
  readonly allowHostNetwork: boolean;
  readonly allowPrivileged: boolean;
  /** Host directories whose content modules may mount. */
  readonly allowBindPrefixes: readonly string[];
  /** Host devices, such as /dev/ttyUSB0, that modules may use. */
  readonly allowDevices: readonly string[];
  readonly allowCapabilities: readonly string[];
  readonly pruneImages: PruneTime;
  /** How much of layers is kept for neighbours where the site wants that; 0: nothing, and no port is opened for them. */
  readonly layerCacheMegabytes: number;
  /** What no file can open: the engine's own socket, and the agent's state with every module's key and this policy. */
  readonly closedPaths: readonly string[];
}

const defaults = {
  allowHostNetwork: false,
  allowPrivileged: false,
  allowBindPrefixes: [],
  allowDevices: [],
  allowCapabilities: [],
  pruneImages: 'after-update',
  layerCacheMegabytes: 2_048,
} as const;

export const strictPolicy: DevicePolicy = { ...defaults, closedPaths: [] };

const forbiddenTrees = ['/etc', '/proc', '/sys', '/dev', '/boot', '/root', '/run/containerd', '/var/lib/docker'];
const forbiddenFiles = ['/run/docker.sock', '/var/run/docker.sock', '/run/podman/podman.sock'];

/** The content of `policy.json`. A key that is not known is a problem: a mistyped permission must not pass silently. */
export function readDevicePolicy(value: Json): Result<DevicePolicy> {
  if (!isJsonObject(value)) return failure([problem('', 'policy.json is not a JSON object.')]);
  const problems: Problem[] = [];
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(defaults, key))
      problems.push(problem(key, `${key} is no policy key: use ${Object.keys(defaults).join(', ')}.`));
  }
  const flag = (key: 'allowHostNetwork' | 'allowPrivileged'): boolean => {
    const given = value[key] ?? false;
    if (typeof given !== 'boolean') problems.push(problem(key, `${key} is true or false.`));
    return given === true;
  };
  const list = (key: 'allowBindPrefixes' | 'allowDevices' | 'allowCapabilities'): readonly string[] => {
    const given = value[key] ?? [];
    if (Array.isArray(given) && given.every((item) => typeof item === 'string')) return given;
    problems.push(problem(key, `${key} is a list of strings.`));
    return [];
  };
  const pruneImages = pruneTimes.find((time) => time === (value['pruneImages'] ?? defaults.pruneImages));
  if (pruneImages === undefined)
    problems.push(problem('pruneImages', `pruneImages is one of ${pruneTimes.join(', ')}.`));
  const layerCacheMegabytes = value['layerCacheMegabytes'] ?? defaults.layerCacheMegabytes;
  if (!isMegabytes(layerCacheMegabytes))
    problems.push(problem('layerCacheMegabytes', 'layerCacheMegabytes is a whole number from 0 to 10000000.'));
  const policy = {
    allowHostNetwork: flag('allowHostNetwork'),
    allowPrivileged: flag('allowPrivileged'),
    allowBindPrefixes: list('allowBindPrefixes'),
    allowDevices: list('allowDevices'),
    allowCapabilities: list('allowCapabilities').map(capabilityName),
    pruneImages: pruneImages ?? defaults.pruneImages,
    layerCacheMegabytes: isMegabytes(layerCacheMegabytes) ? layerCacheMegabytes : 0,
    closedPaths: [],
  };
  return problems.length > 0 ? failure(problems) : success(policy);
}

function isMegabytes(value: Json): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 10_000_000;
}

export function capabilityName(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

/** `/srv/../etc//` → `/etc`: the path as the kernel would take it, symbolic links aside. */
function normalisePath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** Why a host path may not be mounted; null when it may. */
export function bindRefusal(path: string, policy: DevicePolicy): string | null {
  const normal = normalisePath(path);
  if (normal === '/') return `'${path}' is the whole machine`;
  if (forbiddenFiles.includes(normal)) return `'${path}' commands the engine itself`;
  if (forbiddenTrees.some((tree) => isWithin(normal, tree))) return `'${path}' belongs to the machine`;
  if (policy.closedPaths.some((closed) => isWithin(normal, closed))) return `'${path}' belongs to the device's agent`;
  // A directory above a forbidden one would bring that in.
  if ([...forbiddenTrees, ...forbiddenFiles, ...policy.closedPaths].some((tree) => isWithin(tree, normal)))
    return `'${path}' contains parts of the machine`;
  if (policy.allowBindPrefixes.some((prefix) => prefix !== '' && isWithin(normal, normalisePath(prefix)))) return null;
  return `the device's policy.json does not allow '${path}' (allowBindPrefixes: ${policy.allowBindPrefixes.join(', ') || 'none'})`;
}

function isWithin(path: string, tree: string): boolean {
  return path === tree || path.startsWith(tree === '/' ? '/' : `${tree}/`);
}

function problem(at: string, message: string): Problem {
  return { code: 'agent.policy', at, message };
}
