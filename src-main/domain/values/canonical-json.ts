// One text per value, whatever the order its keys were written in: what hashes are taken over.
import { isJsonObject, type Json } from '#base/json.ts';

/** `{b:1,a:2}` and `{a:2,b:1}` → `{"a":2,"b":1}`; arrays keep their order. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item as Json)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`);
  return `{${members.join(',')}}`;
}
