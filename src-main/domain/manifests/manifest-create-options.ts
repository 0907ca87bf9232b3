// Docker's create options as a manifest carries them: JSON written as text, in one piece or in numbered parts, because a text of
// a twin holds 4 KB. The agent joins the parts; they are joined here in the same way.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { parseJson } from '#domain/values/deployment-file-json.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { jsonPath } from '#domain/values/twin-limits.ts';
import type { Note } from './manifest-shape.ts';
import { strategyWarning } from './strategy-fault.ts';

const pattern = /^create[oO]ptions(\d*)$/;
/** What IoT Edge's own tools put in one part. */
const partLength = 512;

export function isCreateOptionsKey(key: string): boolean {
  return pattern.test(key);
}

/** What is wrong with one part by itself. */
export function checkCreateOptionsPart(value: Json, at: string, note: Note): void {
  if (typeof value !== 'string')
    note('unusable', at, 'it must be JSON written as text: put the object through JSON.stringify.');
}

/** Joins the parts and reads them: a gap between the numbers, or a text that is no JSON object, fails on every device. */
export function checkCreateOptions(settings: JsonObject, at: string, note: Note): void {
  const parts = partsOf(settings);
  for (const { key, value } of parts) checkCreateOptionsPart(value, jsonPath(at, key), note);
  const misplaced = parts.find(({ number }, index) => number !== index || number > 99);
  if (misplaced !== undefined) {
    const message =
      'the parts are not numbered in a row: name them createOptions, createOptions01, createOptions02, to createOptions99 at most.';
    note('schema', jsonPath(at, misplaced.key), message);
    return;
  }
  if (parts.length > 1) warnOfLongParts(parts, at, note);
  const text = joined(parts);
  if (text === undefined || text.trim() === '') return;
  const first = jsonPath(at, (parts[0] as Part).key);
  const options = parseJson(text);
  if (!options.ok) note('schema', first, `its text is no JSON: ${problemsText(options.problems)}`);
  else if (!isJsonObject(options.value)) note('schema', first, 'its text must be a JSON object, such as "{}".');
  else warnOfStrategy(options.value, first, note);
}

function warnOfStrategy(options: JsonObject, at: string, note: Note): void {
  const warning = strategyWarning(options);
  if (warning !== null) note('warning', at, warning);
}

/** The create options of a module's settings, when they can be read. */
export function createOptionsOf(settings: JsonObject): JsonObject | undefined {
  const options = parseJson(joined(partsOf(settings)) ?? '');
  return options.ok && isJsonObject(options.value) ? options.value : undefined;
}

interface Part {
  readonly key: string;
  readonly number: number;
  readonly value: Json;
}

function partsOf(settings: JsonObject): readonly Part[] {
  return Object.keys(settings)
    .filter((key) => settings[key] !== null && isCreateOptionsKey(key))
    .map((key) => ({ key, number: Number(key.slice('createOptions'.length)), value: settings[key] as Json }))
    .sort((left, right) => left.number - right.number);
}

function joined(parts: readonly Part[]): string | undefined {
  const texts = parts.map(({ value }) => value).filter((value) => typeof value === 'string');
  return texts.length === parts.length ? texts.join('') : undefined;
}

function warnOfLongParts(parts: readonly Part[], at: string, note: Note): void {
  for (const { key, value } of parts)
    if (typeof value === 'string' && value.length > partLength)
      note(
        'warning',
        jsonPath(at, key),
        `a part has ${partLength} characters at most, this one ${value.length}: move the rest on.`,
      );
}
