// The one stretch in which two texts differ, so that an editor keeps its cursor, its folds and its history where they agree.

interface ChangedStretch {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** What makes `after` of `before`; null when they are the same. `changedStretch('abc', 'axc')` is `{ from: 1, to: 2, insert: 'x' }`. */
export function changedStretch(before: string, after: string): ChangedStretch | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
