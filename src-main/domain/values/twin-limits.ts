// What may stand in a twin: the character, depth and size rules of IoT Hub, so that a twin kept here can go to the cloud
// unchanged. All problems are found in one pass; no text of a path is made unless there is one.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';

export type TwinPart = 'tags' | 'properties.desired' | 'properties.reported';

const maxKeyBytes = 1024;
const maxStringBytes = 4096;
/** Objects and arrays inside one another, the section itself not counted. */
export const maxDepth = 10;
const maxInteger = 2 ** 52 - 1;
const minInteger = -(2 ** 52);
// An integer from here on is written with an exponent in JSON, which makes it a floating-point number to IoT Hub.
const firstExponentInteger = 1e21;
const maxBytesOf: Readonly<Record<TwinPart, number>> = {
  tags: 8 * 1024,
  'properties.desired': 32 * 1024,
  'properties.reported': 32 * 1024,
};
// A hostile document may hold a wrong key in every byte pair; nobody reads more problems than these.
const maxProblems = 100;

/** Bytes of a text as UTF-8; a lone surrogate counts as the replacement character it is sent as. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else {
      bytes += 2;
      // A surrogate pair is two units and four bytes: two are counted already.
      if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) index += 1;
    }
  }
  return bytes;
}

/** IoT Hub's count: keys and texts by UTF-8 length, numbers 8, Booleans 4, nulls nothing (iot-hub.md section 4). */
export function twinBytes(value: Json): number {
  if (typeof value === 'string') return utf8Bytes(value);
  if (typeof value === 'number') return 8;
  if (typeof value === 'boolean') return 4;
  let bytes = 0;
  if (Array.isArray(value)) for (const item of value as readonly Json[]) bytes += twinBytes(item);
  else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) bytes += utf8Bytes(key) + twinBytes(value[key] as Json);
  }
  return bytes;
}

/** The problem of a part that has grown too large, if it has. */
export function sizeProblem(part: TwinPart, value: JsonObject): Problem | undefined {
  const bytes = twinBytes(value);
  const limit = maxBytesOf[part];
  if (bytes <= limit) return undefined;
  const message = `it would hold ${bytes} bytes of keys and values, ${bytes - limit} more than the ${limit} allowed: remove what is not needed.`;
  return { code: 'twin.too-large', message, at: part };
}

/**
 * Everything in a value (or patch) that no twin may hold; `at` is where the value stands, `null` asks for removal.
 * `depth` says how many levels of a section the value stands below.
 * `{ "a b": 1 }` in tags → `at: 'tags["a b"]'`, "a key may not contain a space: …" (iot-hub.md 1.3).
 */
export function contentProblems(at: string, value: Json, depth = 0): readonly Problem[] {
  const problems: Problem[] = [];
  inspect(value, { at, path: [], depthLeft: maxDepth - depth, inArray: false, problems });
  return problems;
}

interface Inspection {
  readonly at: string;
  /** Grows and shrinks with the walk. */
  readonly path: (string | number)[];
  readonly depthLeft: number;
  readonly inArray: boolean;
  readonly problems: Problem[];
}

function inspect(value: Json, inspection: Inspection): void {
  if (typeof value === 'string') inspectText(value, inspection);
  else if (typeof value === 'number') inspectNumber(value, inspection);
  else if (value === null) {
    if (inspection.inArray) report(inspection, 'null may not stand inside an array: leave it out.');
  } else if (typeof value !== 'boolean') inspectContainer(value, inspection);
}

// Neither a condition nor a file can hold one: a twin that does could be matched by nothing, and its export not be read again.
export const halfCharacter = 'half a character stands here (a lone surrogate): write the text again.';

function inspectText(text: string, inspection: Inspection): void {
  if (!text.isWellFormed()) report(inspection, halfCharacter);
  // Three bytes a unit at most: most texts are not measured at all.
  if (text.length * 3 <= maxStringBytes) return;
  const bytes = utf8Bytes(text);
  if (bytes <= maxStringBytes) return;
  report(inspection, `a text may hold ${maxStringBytes} bytes, this one has ${bytes}: shorten it or split it.`);
}

function inspectNumber(value: number, inspection: Inspection): void {
  if (Number.isFinite(value) && (!Number.isInteger(value) || Math.abs(value) >= firstExponentInteger)) return;
  if (value >= minInteger && value <= maxInteger) return;
  report(inspection, `a whole number must lie within ${minInteger} and ${maxInteger}: send larger ones as text.`);
}

function inspectContainer(value: readonly Json[] | JsonObject, inspection: Inspection): void {
  const { path, depthLeft, problems } = inspection;
  if (path.length > depthLeft) {
    report(inspection, `a twin nests at most ${maxDepth} levels deep: flatten this value.`);
    return;
  }
  if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      if (problems.length >= maxProblems) return;
      path.push(key);
      const fault = keyFault(key);
      if (fault !== undefined) report(inspection, fault);
      inspect(value[key] as Json, inspection);
      path.pop();
    }
    return;
  }
  const inside: Inspection = { ...inspection, inArray: true };
  for (let index = 0; index < value.length && problems.length < maxProblems; index++) {
    path.push(index);
    inspect(value[index] as Json, inside);
    path.pop();
  }
}

/** What is wrong with a key, in words; `at` is told by the caller. */
export function keyFault(key: string): string | undefined {
  if (key === '\\') return 'a key that is one backslash cannot be kept: rename it.';
  if (!key.isWellFormed()) return halfCharacter;
  if (key.length * 3 > maxKeyBytes && utf8Bytes(key) > maxKeyBytes) {
    return `a key may hold ${maxKeyBytes} bytes, this one has ${utf8Bytes(key)}: shorten it.`;
  }
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index);
    const name = forbiddenName(unit);
    if (name !== undefined) return `a key may not contain ${name}: use another character, such as '-' or '_'.`;
  }
  return undefined;
}

function forbiddenName(unit: number): string | undefined {
  if (unit === 0x2e) return "'.'";
  if (unit === 0x24) return "'$'";
  if (unit === 0x23) return "'#'";
  if (unit === 0x20) return 'a space';
  return unit < 0x20 || (unit >= 0x7f && unit <= 0x9f) ? 'a control character' : undefined;
}

function report({ at, path, problems }: Inspection, message: string): void {
  problems.push({ code: 'twin.invalid', message, at: path.reduce<string>(jsonPath, at) });
}

const plainSegment = /^[A-Za-z_$][A-Za-z0-9_$-]{0,127}$/;

/** One step further down a JSON path, as people read it: `a` + `b c` → `a["b c"]`. */
export function jsonPath(parent: string, segment: string | number): string {
  if (typeof segment === 'number') return `${parent}[${segment}]`;
  if (plainSegment.test(segment)) return `${parent}.${segment}`;
  return `${parent}[${JSON.stringify(segment.length > 64 ? `${segment.slice(0, 64)}…` : segment)}]`;
}
