// From a module's specification to the container that is made for it: the deployment's options, the module's own identity,
// and the mounts the agent adds itself, which no policy has to allow: the hub's CA, read-only, and the directory of its lock where
// its label asks for one.
import { createHash } from 'node:crypto';
import { formatConnectionString } from '#contract/connection-string.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { moduleEnvironment } from '#domain/manifests/module-environment.ts';
import { hasLock } from '#domain/manifests/switch-labels.ts';
import { specHash, type ModuleSpec } from '#domain/manifests/module-spec.ts';
import type { ContainerRequest } from './engine.ts';
import { lockDirOf, lockMountPath } from './switch-signs.ts';

/** Where the directory with the CA appears in every module. */
const trustMountPath = '/etc/lanyard';
export const caFileName = 'hub-ca.pem';

export interface ModuleSurroundings {
  readonly hubHostName: string;
  readonly gatewayHostName: string | null;
  readonly deviceId: string;
  /** Directory of the device that holds the CA file and nothing else; null where containers are simulated. */
  readonly trustDir: string | null;
  /** Directory of the device that holds one for each module with a lock. */
  readonly locksDir: string;
}

/** The request without its name; two equal specifications give equal hashes. */
export function containerFor(
  spec: ModuleSpec,
  moduleKey: string,
  surroundings: ModuleSurroundings,
): Omit<ContainerRequest, 'name'> {
  const { hubHostName, gatewayHostName, deviceId, trustDir, locksDir } = surroundings;
  const caFile = `${trustMountPath}/${caFileName}`;
  const connectionString = formatConnectionString({
    hostName: hubHostName,
    gatewayHostName,
    deviceId,
    moduleId: spec.name,
    sharedAccessKeyName: null,
    sharedAccessKey: moduleKey,
    isX509: false,
  });
  const own = moduleEnvironment(
    { hubHostName, gatewayHostName, deviceId, moduleId: spec.name, moduleKey, caFile },
    connectionString,
  );
  const given = (spec.createOptions['HostConfig'] ?? {}) as JsonObject;
  const binds = (given['Binds'] ?? []) as readonly Json[];
  const trust = trustDir === null ? [] : [`${trustDir}:${trustMountPath}:ro`];
  const lock = hasLock(spec.createOptions) ? [`${lockDirOf(locksDir, spec.name)}:${lockMountPath}`] : [];
  const body: JsonObject = {
    ...spec.createOptions,
    Image: spec.image,
    Env: mergeEnv((spec.createOptions['Env'] ?? []) as readonly string[], { ...spec.env, ...own }),
    HostConfig: { ...given, Binds: [...binds, ...trust, ...lock] },
  };
  return { module: spec.name, specHash: specHash(body, sha256), body };
}

/** The deployment's `env` goes before what its create options set. */
function mergeEnv(lines: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const kept = lines.filter((line) => !Object.hasOwn(env, line.split('=', 1)[0] ?? ''));
  return [...kept, ...Object.keys(env).map((name) => `${name}=${env[name] ?? ''}`)];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
