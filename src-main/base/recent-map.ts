// Remembers what was used last, and no more of it than its limit: for results that can be made anew.

export interface RecentMap<Key, Value> {
  /** What is kept under the key, or else what `make` gives, which is then kept. */
  getOrMake(key: Key, make: () => Value): Value;
}

export function createRecentMap<Key, Value>(limit: number): RecentMap<Key, Value> {
  // A map lists its keys in the order they were set: the first is the one not used for longest.
  const kept = new Map<Key, { readonly value: Value }>();
  let newest: { readonly key: Key; readonly value: Value } | undefined;
  return {
    getOrMake(key, make) {
      // Asked for many times in a row, it is the newest already.
      if (newest !== undefined && newest.key === key) return newest.value;
      const entry = kept.get(key) ?? { value: make() };
      kept.delete(key);
      kept.set(key, entry);
      const oldest = kept.keys().next();
      if (kept.size > limit && oldest.done !== true) kept.delete(oldest.value);
      newest = { key, value: entry.value };
      return entry.value;
    },
  };
}
