// JSON values as the whole house passes them: read-only, so that nobody changes a twin that another part still holds.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object without a prototype: keys such as `__proto__` are plain data in it. */
export function emptyObject(): { [key: string]: Json } {
  return Object.create(null) as { [key: string]: Json };
}
