// The addresses inside the page.

export const devicesPath = '/devices';
export const deploymentsPath = '/deployments';

export function devicePath(deviceId: string): string {
  return `${devicesPath}/${encodeURIComponent(deviceId)}`;
}

export function deploymentPath(deploymentId: string): string {
  return `${deploymentsPath}?id=${encodeURIComponent(deploymentId)}`;
}

/** The device an address shows; null for any other address. */
export function deviceIdOf(path: string): string | null {
  const encoded = /^\/devices\/([^/]+)$/.exec(path)?.[1];
  if (encoded === undefined) return null;
  // An address is typed by people: one that does not decode names no device.
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
