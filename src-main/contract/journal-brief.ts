// A journal row's detail as a list carries it: whole when it is small, else the top of it. A new revision or a step of a rollout
// may name ten thousand devices; nobody reads them in a list, and no message of the console may grow with the fleet.
import { emptyObject, isJsonObject, type Json, type JsonObject } from '#base/json.ts';

const longestText = 200;
const mostItems = 5;
const mostKeys = 16;

/** What stands for a list or an object that was cut: how many there are, and the first of them (of an object: its keys). */
export interface Cut {
  readonly count: number;
  readonly first: readonly Json[];
}

/**
 * `{ evaluate: ['a', …, 'z'], now: { wallMs: 1 } }` → `{ evaluate: { count: 26, first: ['a', …, 'e'] }, now: { wallMs: 1 } }`.
 * Two levels deep; texts of more than 200 characters are cut. `journalRow` gives the whole.
 */
export function briefDetail(detail: JsonObject): JsonObject {
  const brief = emptyObject();
  for (const [key, value] of Object.entries(detail).slice(0, mostKeys)) brief[cutText(key)] = briefValue(value);
  return brief;
}

/** How many items a list or an object of a detail has, and the first of them; of a brief as of the whole. */
export function itemsIn(value: Json | undefined): Cut {
  if (Array.isArray(value)) return { count: value.length, first: value };
  if (!isJsonObject(value)) return { count: 0, first: [] };
  if (isCut(value)) return value;
  const keys = Object.keys(value);
  return { count: keys.length, first: keys };
}

function isCut(value: JsonObject): value is JsonObject & Cut {
  return typeof value['count'] === 'number' && Array.isArray(value['first']) && Object.keys(value).length === 2;
}

function briefValue(value: Json): Json {
  if (typeof value === 'string') return cutText(value);
  if (Array.isArray(value)) return { count: value.length, first: value.slice(0, mostItems).map(shallow) };
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  const isSmall = entries.length <= mostItems && entries.every(([, inner]) => isScalar(inner));
  if (isSmall) return shallow(value);
  return { count: entries.length, first: entries.slice(0, mostItems).map(([key]) => cutText(key)) };
}

/** Its scalars alone. */
function shallow(value: Json): Json {
  if (typeof value === 'string') return cutText(value);
  if (!isJsonObject(value)) return isScalar(value) ? value : null;
  const scalars = emptyObject();
  for (const [key, inner] of Object.entries(value).slice(0, mostKeys))
    if (isScalar(inner)) scalars[cutText(key)] = typeof inner === 'string' ? cutText(inner) : inner;
  return scalars;
}

function isScalar(value: Json): boolean {
  return value === null || typeof value !== 'object';
}

function cutText(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
