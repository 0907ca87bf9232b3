// The addresses inside the page.

export const sitePath = '/site';
export const devicesPath = '/devices';
export const deploymentsPath = '/deployments';
export const rolloutsPath = '/rollouts';
export const groupsPath = '/groups';
export const livePath = '/live';
export const historyPath = '/history';
export const settingsPath = '/settings';
export const imagesPath = '/images';
export const readinessPath = '/images/ready';
export const pullsPath = '/images/pulls';

export function devicePath(deviceId: string): string {
  return `${devicesPath}/${encodeURIComponent(deviceId)}`;
}

export const newRolloutPath = '/rollouts/new';

export function rolloutPath(deploymentId: string): string {
  return `${rolloutsPath}/${encodeURIComponent(deploymentId)}`;
}

export const newDeploymentPath = '/deployments/new';

export function deploymentPath(deploymentId: string): string {
  // A deployment may be called `new`: written otherwise, it is not the address of the editor.
  const encoded = deploymentId === 'new' ? '%6Eew' : encodeURIComponent(deploymentId);
  return `${deploymentsPath}/${encoded}`;
}

/** The deployment an address shows; null for any other address. */
export function deploymentIdOf(path: string): string | null {
  const encoded = /^\/deployments\/([^/]+)$/.exec(path)?.[1];
  return encoded === undefined || path === newDeploymentPath ? null : decoded(encoded);
}

/** The editor with the content of one that is there, to make its next version of. */
export function nextVersionPath(deploymentId: string): string {
  return `${newDeploymentPath}?from=${encodeURIComponent(deploymentId)}`;
}

/** A new rollout of a deployment's content, for the devices that failed in its rollout. */
export function rolloutAgainPath(deploymentId: string): string {
  return `${newRolloutPath}?${new URLSearchParams({ deployment: deploymentId, failed: '1' }).toString()}`;
}

/** One of the editor's templates, or the content of a deployment that is there. */
export type DeploymentStart = { readonly template: string } | { readonly from: string };

/** The editor with a target condition filled in. */
export function deploymentForPath(condition: string, start: DeploymentStart): string {
  const query = new URLSearchParams({ ...start, condition });
  return `${newDeploymentPath}?${query}`;
}

/** The target condition that means one device alone: a quote in its id is written twice. */
export function conditionOfDevice(deviceId: string): string {
  return `deviceId = '${deviceId.replaceAll("'", "''")}'`;
}

/** Of several: `deviceId IN ['a', 'b']`, one that people can read and Lanyard alone knows. */
export function conditionOfDevices(deviceIds: readonly string[]): string {
  const [first] = deviceIds;
  if (first !== undefined && deviceIds.length === 1) return conditionOfDevice(first);
  return `deviceId IN [${deviceIds.map((id) => `'${id.replaceAll("'", "''")}'`).join(', ')}]`;
}

export function imagePath({ repository, digest }: { readonly repository: string; readonly digest: string }): string {
  return `${imagesPath}/at/${encodeURIComponent(repository)}/${digest}`;
}

/** The image an address shows; null for any other address. */
export function imageOf(path: string): { readonly repository: string; readonly digest: string } | null {
  const found = /^\/images\/at\/([^/]+)\/(sha256:[0-9a-f]{64})$/.exec(path);
  return found === null ? null : { repository: decoded(found[1] ?? ''), digest: found[2] ?? '' };
}

/** The rollout an address shows, by its deployment; null for any other address. */
export function rolloutIdOf(path: string): string | null {
  const encoded = /^\/rollouts\/([^/]+)$/.exec(path)?.[1];
  return encoded === undefined || path === newRolloutPath ? null : decoded(encoded);
}

/** The device an address shows; null for any other address. */
export function deviceIdOf(path: string): string | null {
  const encoded = /^\/devices\/([^/]+)$/.exec(path)?.[1];
  return encoded === undefined ? null : decoded(encoded);
}

/** An address is typed by people: one that does not decode names nothing that is there. */
function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
