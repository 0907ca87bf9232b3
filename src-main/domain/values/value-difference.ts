// What changed between two JSON documents, value by value: the smallest places that differ, in a fixed order.
// Keys are data: `__proto__` is a path segment like any other.
import { isJsonObject, ownValue, type Json } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';

/** One place that differs. `before` is absent where a value was added, `after` where one was removed. */
export interface ValueChange {
  readonly path: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
}

/** A value that holds no named values itself: a scalar, an array, or an empty object. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: Json;
}

/**
 * Every place that differs, by path. `{a: 1, b: {c: 2}}` → `{b: {c: 3, d: []}}`: `a` removed, `b.c` 2 → 3, `b.d` added.
 * Arrays are one value; an object that gives way to a scalar is one change.
 */
export function changedValues(before: Json | undefined, after: Json | undefined): readonly ValueChange[] {
  const changes: ValueChange[] = [];
  collectChanges(before, after, [], changes);
  return changes;
}

/** The leaves of a document, by path: `{a: {b: 1, c: {}}}` → `a.b` 1 and `a.c` {}. */
export function leavesOf(value: Json): readonly Leaf[] {
  return changedValues(undefined, value).map(({ path, after = null }) => ({ path, value: after }));
}

/** What stands at a path of a document. */
export function valueAtPath(document: Json | undefined, path: readonly string[]): Json | undefined {
  let found = document;
  for (const segment of path) found = isJsonObject(found) ? ownValue(found, segment) : undefined;
  return found;
}

function collectChanges(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[],
  into: ValueChange[],
): void {
  const hasPlace = isBranch(before) || isBranch(after);
  const isOneSided = before === undefined || after === undefined;
  if (hasPlace && (isOneSided || (isJsonObject(before) && isJsonObject(after)))) {
    const [left, right] = [isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}];
    for (const key of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort())
      collectChanges(ownValue(left, key), ownValue(right, key), [...path, key], into);
    return;
  }
  if (jsonEquals(before, after)) return;
  into.push({ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
}

function isBranch(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.keys(value).length > 0;
}
