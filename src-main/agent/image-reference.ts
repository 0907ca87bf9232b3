// The names that images have on the device beside their own: the one under which Docker pulls through the proxy, and the one that
// keeps an image whose own name is a digest, for Docker gives no image such a name but by pulling it from its own registry.
import { createHash } from 'node:crypto';
import { parseImageName, siteRepositoryOf } from '#domain/manifests/image-name.ts';

/** No registry has this address; nothing is ever pulled from it. */
const keepingPlace = 'lanyard.local';
const longestTag = 128;

/** The same for each life of this device's agent, and another for each device on an engine. */
export function proxyPrefixOf(deviceId: string): string {
  return `lanyard-${createHash('sha256').update(deviceId).digest('hex').slice(0, 12)}`;
}

/** Whether a name is one that the proxy of this device had, on whichever port. */
export function isProxyName(name: string, prefix: string): boolean {
  return /^127\.0\.0\.1:\d+\//.test(name) && name.split('/', 2)[1] === prefix;
}

/**
 * The name that keeps an image named by its digest; null for one named by its tag, which keeps its own.
 * Example: `reg.local/web:1@sha256:ab…` → `lanyard.local/reg.local/web:sha256-ab…`.
 */
export function keptNameOf(image: string): string | null {
  const name = parseImageName(image);
  if (!name.ok || name.value.digest === null) return null;
  const tag = name.value.digest.replace(':', '-');
  return tag.length > longestTag ? null : `${keepingPlace}/${siteRepositoryOf(name.value)}:${tag}`;
}

/** What Docker's call for a tag wants. Example: `reg:5000/web:1` → reg:5000/web and 1. */
export function splitTag(name: string): { readonly repo: string; readonly tag: string } {
  const colon = name.lastIndexOf(':');
  if (colon <= name.lastIndexOf('/')) return { repo: name, tag: 'latest' };
  return { repo: name.slice(0, colon), tag: name.slice(colon + 1) };
}
