// Which rows of a table are chosen: one by one, by a range from the last one that was, or all of them.
// Chosen keys that the table does not show now stay chosen: a filter is looked through, not chosen anew.

/** With the one key turned over. */
export function withToggled(chosen: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** With all from the anchor to the key: chosen as the anchor is. An anchor that is not among the keys is none. */
export function withRange(
  chosen: ReadonlySet<string>,
  range: { readonly keys: readonly string[]; readonly anchor: string | null; readonly key: string },
): ReadonlySet<string> {
  const from = range.anchor === null ? -1 : range.keys.indexOf(range.anchor);
  const to = range.keys.indexOf(range.key);
  if (from === -1 || to === -1 || range.anchor === null) return withToggled(chosen, range.key);
  const isAdding = chosen.has(range.anchor);
  const next = new Set(chosen);
  for (const key of range.keys.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (isAdding) next.add(key);
    else next.delete(key);
  }
  return next;
}

/** With all the keys, or, where all are chosen already, with none of them. */
export function withAll(chosen: ReadonlySet<string>, keys: readonly string[]): ReadonlySet<string> {
  const next = new Set(chosen);
  const isAdding = keys.some((key) => !next.has(key));
  for (const key of keys) {
    if (isAdding) next.add(key);
    else next.delete(key);
  }
  return next;
}

/** What the box in the head shows: `some` is the dash. */
export function choiceOf(chosen: ReadonlySet<string>, keys: readonly string[]): 'all' | 'some' | 'none' {
  if (chosen.size === 0 || keys.length === 0) return 'none';
  let count = 0;
  for (const key of keys) if (chosen.has(key)) count += 1;
  if (count === keys.length) return 'all';
  return count === 0 ? 'none' : 'some';
}
