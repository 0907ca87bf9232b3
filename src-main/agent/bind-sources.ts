// The second look at host directories that a deployment mounts: the names were checked when the deployment was read, here
// symbolic links are followed, so that /srv/link cannot lead to /etc.
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refused } from '#base/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { bindRefusal, type DevicePolicy } from '#domain/device-policy.ts';

/** Throws `agent.create-options` when a mount of the create options leads where the policy does not allow. */
export async function checkBindSources(createOptions: JsonObject, policy: DevicePolicy): Promise<void> {
  const hostConfig = createOptions['HostConfig'];
  for (const source of isJsonObject(hostConfig) ? bindSources(hostConfig) : []) {
    const real = await followLinks(source);
    const refusal = bindRefusal(real, policy);
    if (refusal !== null)
      throw refused(
        'agent.create-options',
        `The mount of '${source}' leads to '${real}': ${refusal}; use a named volume.`,
      );
  }
}

function bindSources(hostConfig: JsonObject): string[] {
  const binds = (hostConfig['Binds'] ?? []) as readonly string[];
  const mounts = (hostConfig['Mounts'] ?? []) as readonly Json[];
  const mounted = mounts.map((mount) => (isJsonObject(mount) && mount['Type'] === 'bind' ? mount['Source'] : null));
  return [...binds.map((bind) => bind.split(':', 1)[0]), ...mounted].filter(
    (source): source is string => typeof source === 'string' && source.startsWith('/'),
  );
}

/** Where the path leads; for one that does not exist yet, where its nearest existing parent leads. */
async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    // Docker would make the missing rest below what exists.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT') || path === '/') throw error;
    const parent = await followLinks(dirname(path));
    return `${parent === '/' ? '' : parent}${path.slice(dirname(path) === '/' ? 0 : dirname(path).length)}`;
  }
}
