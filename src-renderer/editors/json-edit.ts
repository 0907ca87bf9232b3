// Values in a JSON document by their keys, read and written without changing what was there. Keys are data: `__proto__` is one
// like any other, so nothing is assigned, everything is copied.
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';

export type Keys = readonly string[];

export function valueIn(document: Json | undefined, keys: Keys): Json | undefined {
  let found = document;
  for (const key of keys) found = isJsonObject(found) ? ownValue(found, key) : undefined;
  return found;
}

export function objectIn(document: Json | undefined, keys: Keys): JsonObject {
  const found = valueIn(document, keys);
  return isJsonObject(found) ? found : {};
}

/** Undefined takes the key away; what is missing on the way is made. `withValueIn({}, ['a', 'b'], 1)` is `{ a: { b: 1 } }`. */
export function withValueIn(document: Json | undefined, [key, ...rest]: Keys, value: Json | undefined): JsonObject {
  const object = isJsonObject(document) ? document : {};
  if (key === undefined) return isJsonObject(value) ? value : {};
  const next = rest.length === 0 ? value : withValueIn(ownValue(object, key), rest, value);
  if (next === undefined) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  return { ...object, [key]: next };
}

/** As one key takes another name in its place among the others. */
export function withKeyNamed(object: JsonObject, from: string, to: string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name === from ? to : name, value]));
}
