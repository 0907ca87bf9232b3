// RFC 7396 JSON merge patch, both ways. Objects made here have no prototype, so `__proto__` is a key like any other.
import { emptyObject, isJsonObject, type Json, type JsonObject } from './json.ts';

/** The target with the patch applied: null removes, objects merge, everything else replaces. Nothing is changed in place. */
export function applyMergePatch(target: Json | undefined, patch: JsonObject): JsonObject;
export function applyMergePatch(target: Json | undefined, patch: Json): Json;
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result = Object.assign(emptyObject(), isJsonObject(target) ? target : {});
  for (const key of Object.keys(patch)) {
    const value = patch[key] as Json;
    if (value === null) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
  }
  return result;
}

export function jsonEquals(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => jsonEquals(item, right[index]));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && jsonEquals(left[key], right[key]))
  );
}

/** The smallest patch that turns `from` into `to` (neither holds nulls inside objects); `{}` when they are equal. */
export function createMergePatch(from: JsonObject, to: JsonObject): JsonObject {
  const patch = emptyObject();
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) patch[key] = null;
  for (const key of Object.keys(to)) {
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    const after = to[key] as Json;
    if (jsonEquals(before, after)) continue;
    patch[key] = isJsonObject(before) && isJsonObject(after) ? createMergePatch(before, after) : after;
  }
  return patch;
}
