// How a twin changes: merge patch with IoT Hub's bookkeeping. Nothing is changed in place, and nothing is changed at all
// when one part of a patch is wrong. Reported patches are the hub's hottest path: one walk to check, one to merge.
import type { Identity } from '#base/ids.ts';
import { emptyObject, isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { failure, success, type Result } from '#base/result.ts';
import { contentProblems, sizeProblem, type TwinPart } from './twin-limits.ts';
import type { Twin, TwinSection } from './twin.ts';

/** Which section changes, and the instant (ISO 8601) written into its `$metadata`. */
export interface SectionChange {
  readonly nowIso: string;
  readonly section: 'desired' | 'reported';
}

/** The twin an identity is born with: empty, every version 1. */
export function newTwin(identity: Identity, nowIso: string): Twin {
  return {
    deviceId: identity.deviceId,
    moduleId: identity.moduleId,
    version: 1,
    tags: {},
    desired: { value: {}, metadata: stampOf({ nowIso, section: 'desired' }, 1), version: 1 },
    reported: { value: {}, metadata: stampOf({ nowIso, section: 'reported' }, 1), version: 1 },
  };
}

/** Tags merged with a patch: null removes, objects merge, all else replaces (iot-hub.md section 4). To replace all, patch `{}`. */
export function patchTags(tags: JsonObject, patch: JsonObject): Result<JsonObject> {
  const problems = contentProblems('tags', patch);
  if (problems.length > 0) return failure(problems);
  const { value } = merge({ value: tags, metadata: {} }, patch, {});
  const tooLarge = sizeProblem('tags', value);
  return tooLarge === undefined ? success(value) : failure([tooLarge]);
}

/**
 * A section merged with a patch, its `$version` one higher, `$lastUpdated` set at every level the patch touches.
 * `{ a: { b: 1 } }` + `{ a: { b: null } }` → `{ a: {} }` (iot-hub.md section 4). A patch that changes nothing counts too.
 * `$metadata` and `$version` at the top of the patch are IoT Hub's own and ignored: a fetched twin may be sent back.
 */
export function patchSection(section: TwinSection, patch: JsonObject, change: SectionChange): Result<TwinSection> {
  return changeSection(section, patch, change, section);
}

/** A section replaced whole; the same rules as a patch onto nothing, and the version goes on from the old one. */
export function replaceSection(
  section: Pick<TwinSection, 'version'>,
  value: JsonObject,
  change: SectionChange,
): Result<TwinSection> {
  return changeSection({ value: {}, metadata: {} }, value, change, section);
}

function changeSection(
  from: Stamped,
  givenPatch: JsonObject,
  change: SectionChange,
  { version }: Pick<TwinSection, 'version'>,
): Result<TwinSection> {
  const part: TwinPart = `properties.${change.section}`;
  const patch = withoutBookkeeping(givenPatch);
  const problems = contentProblems(part, patch);
  if (problems.length > 0) return failure(problems);
  const { value, metadata } = merge(from, patch, stampOf(change, version + 1));
  const tooLarge = sizeProblem(part, value);
  return tooLarge === undefined ? success({ value, metadata, version: version + 1 }) : failure([tooLarge]);
}

/** A patch without what IoT Hub writes beside the values; the patch itself where there is nothing of it. */
export function withoutBookkeeping(patch: JsonObject): JsonObject {
  if (!Object.hasOwn(patch, '$version') && !Object.hasOwn(patch, '$metadata')) return patch;
  const rest = Object.assign(emptyObject(), patch);
  delete rest['$version'];
  delete rest['$metadata'];
  return rest;
}

function stampOf({ nowIso, section }: SectionChange, version: number): JsonObject {
  return section === 'desired' ? { $lastUpdated: nowIso, $lastUpdatedVersion: version } : { $lastUpdated: nowIso };
}

interface Stamped {
  readonly value: JsonObject;
  readonly metadata: JsonObject;
}

const nothing: Stamped = { value: {}, metadata: {} };

function merge(from: Stamped, patch: JsonObject, stamp: JsonObject): Stamped {
  // Spread, not assigned onto an empty object without prototype: those are ten times as slow to copy.
  const value: { [key: string]: Json } = { ...from.value };
  const metadata: { [key: string]: Json } = { ...from.metadata, ...stamp };
  for (const key of Object.keys(patch)) {
    const wanted = patch[key] as Json;
    if (wanted === null) {
      delete value[key];
      delete metadata[key];
    } else if (isJsonObject(wanted)) {
      const merged = merge(below(ownValue(value, key), ownValue(metadata, key)), wanted, stamp);
      put(value, key, merged.value);
      put(metadata, key, merged.metadata);
    } else {
      put(value, key, wanted);
      put(metadata, key, stamp);
    }
  }
  return { value, metadata };
}

/** Sets a key that somebody else chose: assigned, `__proto__` would be no key at all. */
function put(object: { [key: string]: Json }, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
}

function below(value: Json | undefined, metadata: Json | undefined): Stamped {
  if (!isJsonObject(value)) return nothing;
  return { value, metadata: isJsonObject(metadata) ? metadata : {} };
}
