// Single writes into a twin's section and back out of it: the whole value at a path, and nothing beside it.
// Nothing is changed in place, and what does not change stays the same object.
import { emptyObject, isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';

/** With the whole value at the path replaced; null takes it away. What stands in the way of the path gives way. */
export function withValue(section: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [segment, ...rest] = path;
  if (segment === undefined) return asObject(value);
  const current = ownValue(section, segment);
  const inside = isJsonObject(current) ? current : undefined;
  // Nothing to take away: nor is a way to it made.
  if (value === null && (rest.length === 0 ? current : inside) === undefined) return section;
  const next: Json = rest.length === 0 ? value : withValue(inside ?? {}, rest, value);
  return withMember(section, segment, next ?? undefined);
}

/** Without what still stands at the path as it was written, and without the objects that are empty then. */
export function withoutValue(section: JsonObject, path: readonly string[], written: Json): JsonObject {
  const [segment, ...rest] = path;
  if (segment === undefined) return asObject(takenBack(section, written));
  const current = ownValue(section, segment);
  if (current === undefined) return section;
  if (rest.length === 0) return withMember(section, segment, takenBack(current, written));
  if (!isJsonObject(current)) return section;
  const inside = withoutValue(current, rest, written);
  const isEmptied = inside !== current && Object.keys(inside).length === 0;
  return withMember(section, segment, isEmptied ? undefined : inside);
}

/** What remains of a value without that which equals what was written; undefined: nothing. */
function takenBack(current: Json, written: Json): Json | undefined {
  if (!isJsonObject(current) || !isJsonObject(written)) return jsonEquals(current, written) ? undefined : current;
  let rest = current;
  for (const [key, value] of Object.entries(written)) {
    const inside = ownValue(current, key);
    if (inside !== undefined) rest = withMember(rest, key, takenBack(inside, value));
  }
  return Object.keys(rest).length === 0 ? undefined : rest;
}

function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Undefined takes the member away. The same object when that changes nothing. */
function withMember(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (ownValue(object, key) === value) return object;
  const next = Object.assign(emptyObject(), object);
  if (value === undefined) delete next[key];
  else next[key] = value;
  return next;
}

/** A value as it is written: nulls inside it name nothing (layering.md rule 5). */
export function withoutNulls(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const kept = emptyObject();
  for (const [key, item] of Object.entries(value)) if (item !== null) kept[key] = withoutNulls(item);
  return kept;
}
