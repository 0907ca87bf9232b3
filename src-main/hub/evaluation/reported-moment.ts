// When a device last reported a value, by the hub's clock: from the metadata of its twin.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';

/** When the value at the path was last reported (twin.ts: metadata mirrors the values); null: not known. */
export function updatedAtMs(metadata: JsonObject, path: readonly string[]): number | null {
  let at: Json | undefined = metadata;
  for (const step of path) at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  const iso = isJsonObject(at) ? at['$lastUpdated'] : undefined;
  const ms = typeof iso === 'string' ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
