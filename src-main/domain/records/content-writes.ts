// What a deployment's content writes to one module, or to a device's own twin: keys `properties.desired[.path]` → values, in the order
// in which they are written, and what a section becomes by them.
import type { Json, JsonObject } from '#base/json.ts';
import { withoutNulls, withValue } from '#domain/values/path-writes.ts';

/** The key of a whole section, and how the keys of its parts begin. */
export const sectionKey = 'properties.desired';

/** One thing a deployment writes: a value at a path below a module's desired section; null removes what is there. */
export interface ContentWrite {
  readonly path: readonly string[];
  readonly value: Json;
}

/** Whether a key writes desired properties at all: the whole section, or a path below it. */
export function isSectionKey(key: string): boolean {
  return key === sectionKey || key.startsWith(`${sectionKey}.`);
}

/** `properties.desired.a.b` → `['a', 'b']`. */
export function writtenPath(key: string): readonly string[] {
  return key === sectionKey ? [] : key.slice(sectionKey.length + 1).split('.');
}

/** What a module's part of the content writes, shorter paths before longer ones (layering.md rule 4). */
export function contentWrites(moduleContent: JsonObject): readonly ContentWrite[] {
  return Object.keys(moduleContent)
    .map((key) => ({ path: writtenPath(key), value: moduleContent[key] as Json }))
    .toSorted((left, right) => left.path.length - right.path.length);
}

/**
 * The section after the writes of one content: `properties.desired` replaces it, a longer key only what stands at its path.
 * `{ a: 1 }` and `{ "properties.desired.b": 2 }` → `{ a: 1, b: 2 }`.
 */
export function writtenOnto(section: JsonObject, moduleContent: JsonObject): JsonObject {
  return contentWrites(moduleContent).reduce(
    (rest, { path, value }) => withValue(rest, path, withoutNulls(value)),
    section,
  );
}
