// Some of the items of a deployment file as a file of its own, so that a person can import what they choose of it.
import { isJsonObject, type Json } from '#base/json.ts';
import { pathIn } from '#domain/deployments/deployment-file-item.ts';
import { parseJson } from '#domain/values/deployment-file-json.ts';
import { base64OfText, bytesOfBase64 } from '#renderer/words/base64.ts';

// An item stands no deeper than this: `[3]`, `configurations.adm["id"]`.
const deepest = 4;

/** The document of a file; null where it is no JSON in UTF-8, which only the hub takes apart. */
export function documentOf(base64: string): Json | null {
  // The hub reads other encodings too, and says what is wrong with a file: here the choice alone is missing then.
  try {
    const read = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytesOfBase64(base64)));
    return read.ok ? read.value : null;
  } catch {
    return null;
  }
}

/** The file without the items at the places named: `withoutItems([a, b], new Set(['[0]']))` holds b alone. */
export function withoutItems(document: Json, dropped: ReadonlySet<string>): string {
  return base64OfText(JSON.stringify(kept(document, '', dropped, 0)));
}

function kept(value: Json, at: string, dropped: ReadonlySet<string>, depth: number): Json {
  if (depth === deepest) return value;
  if (Array.isArray(value))
    return value.flatMap((item: Json, index) => {
      const place = pathIn(at, index);
      return dropped.has(place) ? [] : [kept(item, place, dropped, depth + 1)];
    });
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const place = pathIn(at, key);
    return dropped.has(place) ? [] : [[key, kept(item, place, dropped, depth + 1)] as const];
  });
  return Object.fromEntries(entries);
}
