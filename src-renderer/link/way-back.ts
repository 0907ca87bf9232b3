// The way back: a page that a new start of its hub has locked keeps where it was, and whichever window of this browser is let in
// first goes there. Kept for a day, and taken once: a first visit begins at home.
const key = 'lanyard.way-back';
const keptForMs = 24 * 60 * 60 * 1000;
// Inside the page, as its own links write it; never an address that carries a token.
const place = /^#\/[^#]{0,2000}$/;

/** By a page that is locked. */
export function keepWayBack(): void {
  const { hash } = window.location;
  if (!place.test(hash)) return;
  // A browser may keep nothing: then the way leads home.
  try {
    localStorage.setItem(key, JSON.stringify({ hash, atMs: Date.now() }));
  } catch {
    return;
  }
}

/** `#/devices/press-3`; null: nothing was left behind. */
export function wayBack(nowMs: number = Date.now()): string | null {
  try {
    const { hash, atMs } = JSON.parse(localStorage.getItem(key) ?? '{}') as { hash?: unknown; atMs?: unknown };
    const isFresh = typeof atMs === 'number' && Math.abs(nowMs - atMs) < keptForMs;
    return isFresh && typeof hash === 'string' && place.test(hash) ? hash : null;
  } catch {
    return null;
  }
}

/** Heard by every other window that waits locked: it may be let in as well. */
export function forgetWayBack(): void {
  try {
    localStorage.removeItem(key);
  } catch {
    return;
  }
}

/** Calls `look` whenever another window of this browser may have been let in. Returns how to end it. */
export function onOtherWindow(look: () => void): () => void {
  const hear = (event: StorageEvent) => event.key === key && event.newValue === null && look();
  window.addEventListener('storage', hear);
  window.addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
  return () => {
    window.removeEventListener('storage', hear);
    window.removeEventListener('focus', look);
    document.removeEventListener('visibilitychange', look);
  };
}
