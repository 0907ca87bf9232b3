// What this browser keeps between visits: how the page looks and which keys it hears. Read through a check, for whatever
// stands there may be another version's or nobody's.
import { create, type StoreApi, type UseBoundStore } from 'zustand';

/**
 * A store that is kept under `key`, and follows other windows of this browser. `read` gets what was kept, or null; `fit` makes of it
 * what may rest here, without what is this window's alone.
 */
export function createKept<T extends object>(
  key: string,
  read: (kept: unknown) => T,
  fit?: (state: T) => object,
): UseBoundStore<StoreApi<T>> {
  const kept = keptUnder(key);
  const store = create<T>(() => read(kept));
  const rest = (state: T) => keep(key, fit === undefined ? state : fit(state));
  // What an earlier version kept may hold more than may rest.
  if (kept !== null && fit !== undefined) rest(store.getState());
  store.subscribe(rest);
  globalThis.window?.addEventListener('storage', (event) => {
    if (event.key === key) store.setState(read(keptUnder(key)), true);
  });
  return store;
}

export function fieldOf(kept: unknown, name: string): unknown {
  return typeof kept === 'object' && kept !== null && Object.hasOwn(kept, name) ? Reflect.get(kept, name) : undefined;
}

// A browser may keep nothing (private windows, a full disk): the page then looks as usual at its next visit.
function keptUnder(key: string): unknown {
  try {
    return JSON.parse(globalThis.localStorage?.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

function keep(key: string, state: object): void {
  const text = JSON.stringify(state);
  try {
    if (globalThis.localStorage?.getItem(key) !== text) globalThis.localStorage?.setItem(key, text);
  } catch {
    // As above.
  }
}
