// The keys of a table's rows, the same list as long as they are the same keys: rows change many times a second, which ones there are
// does not, and whatever is made of ten thousand keys is kept.

/** Returns what tells the list: the one before, where the given one is no other. */
export function createSteady(): (keys: readonly string[]) => readonly string[] {
  let before: readonly string[] = [];
  return (keys) => {
    const isSame = keys.length === before.length && keys.every((key, index) => key === before[index]);
    if (!isSame) before = keys;
    return before;
  };
}
