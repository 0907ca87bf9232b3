// Links into the app, `lanyard://devices/press-3`: whoever can make somebody click can send one, so a link names a page and
// shows it, and does nothing else. What is not exactly one of these pages is no link.
import { isDeploymentId, isDeviceId } from '#base/ids.ts';

export const linkScheme = 'lanyard';

const longestLink = 512;
const linkPattern = /^lanyard:\/\/([a-z]{1,20})(?:\/([^/?#]{1,384}))?\/?$/;

const pages: ReadonlySet<string> = new Set([
  'site',
  'devices',
  'deployments',
  'rollouts',
  'groups',
  'images',
  'live',
  'history',
  'settings',
]);

/** Pages of one thing: which ids it can have, and the address in the page. */
const subjects: Readonly<Record<string, { readonly isId: (text: string) => boolean; path(id: string): string }>> = {
  devices: { isId: isDeviceId, path: (id) => `/devices/${encodeURIComponent(id)}` },
  deployments: { isId: isDeploymentId, path: (id) => `/deployments/${encodeURIComponent(id)}` },
  rollouts: { isId: isDeploymentId, path: (id) => `/rollouts/${encodeURIComponent(id)}` },
};

/**
 * The address inside the page that a link means; null: it is no link of ours.
 * Example: `lanyard://devices/press-3` → `/devices/press-3`.
 */
export function pathOfLink(link: string): string | null {
  const found = link.length > longestLink ? null : linkPattern.exec(link);
  const page = found?.[1];
  if (page === undefined || !pages.has(page)) return null;
  const encoded = found?.[2];
  if (encoded === undefined) return `/${page}`;
  const subject = Object.hasOwn(subjects, page) ? subjects[page] : undefined;
  const id = decoded(encoded);
  return subject === undefined || id === null || !subject.isId(id) ? null : subject.path(id);
}

export function rolloutPath(deploymentId: string): string {
  return `/rollouts/${encodeURIComponent(deploymentId)}`;
}

function decoded(text: string): string | null {
  // A link is typed by people: one that does not decode names nothing.
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
