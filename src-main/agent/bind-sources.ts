// The second look at host directories that a deployment mounts: the names were checked when the deployment was read, here
// symbolic links are followed, so that /srv/link cannot lead to /etc.
import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { refused } from '#base/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { bindRefusal, type DevicePolicy } from '#domain/manifests/device-policy.ts';

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

/** Where the path leads, or will lead once what is missing on the way exists. */
export async function followLinks(path: string, linksLeft = 40): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    // Docker would make the missing rest below what exists; a link to nothing may lead somewhere by then.
    if (!isMissingPath(error) || path === '/') throw error;
    const here = join(await followLinks(dirname(path), linksLeft), basename(path));
    const target = await linkAt(here);
    if (target === null) return here;
    if (linksLeft === 0) throw error;
    return followLinks(resolve(dirname(here), target), linksLeft - 1);
  }
}

async function linkAt(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (error) {
    // Nothing is there: the usual case here.
    if (isMissingPath(error)) return null;
    throw error;
  }
}

function isMissingPath(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
