// Where the page is: `#/devices?state=failing`. Path and query both live in the hash, which never reaches a server
// and works alike in a browser and in the desktop window.
import { useSyncExternalStore } from 'react';

interface Place {
  readonly path: string;
  readonly search: string;
}

export function placeOf(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  return { path: path.startsWith('/') ? path : `/${path}`, search };
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function navigate(to: string, options?: { readonly replace?: boolean }): void {
  if (options?.replace !== true) {
    window.location.hash = to;
    return;
  }
  // `replaceState` alone is silent, and the views listen to the event.
  window.history.replaceState(null, '', `#${to}`);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

function currentPath(): string {
  return placeOf(window.location.hash).path;
}

function currentSearch(): string {
  return placeOf(window.location.hash).search;
}

export function hrefOf(path: string): string {
  return `#${path}`;
}

/** A location hook as wouter wants it. */
export const useHashPath = Object.assign(
  (): [string, typeof navigate] => {
    return [useSyncExternalStore(subscribe, currentPath), navigate];
  },
  { hrefs: hrefOf },
);

export function useHashSearch(): string {
  return useSyncExternalStore(subscribe, currentSearch);
}
