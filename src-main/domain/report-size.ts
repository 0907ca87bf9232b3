// What the agent reports must fit into a twin, or the hub refuses it and knows nothing of the device. Much of it only repeats
// what was wanted; that goes first.
import { emptyObject, isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { sizeProblem } from './twin-limits.ts';

/** At most 3 bytes each, so that a text stays below a twin's 4 KB. */
const longestText = 1_300;

/** The text as a twin may hold it. */
export function reportText(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1).toWellFormed()}…`;
}

/**
 * The report, without create options, then without variables, then without descriptions, until it fits 32 KB
 * (spec/iot-hub.md section 4).
 * Example: fifty modules with 600 bytes of create options each → all fifty with status and image, without the options.
 */
export function fitReport(report: JsonObject): JsonObject {
  const smaller = [withoutCreateOptions, withoutEnv, withoutDescription];
  let fitting = report;
  for (const reduce of smaller) {
    if (sizeProblem('properties.reported', fitting) === undefined) break;
    fitting = { ...fitting, modules: eachModule(fitting['modules'], reduce) };
  }
  return fitting;
}

function eachModule(modules: Json | undefined, reduce: (module: JsonObject) => JsonObject): JsonObject {
  const reduced = emptyObject();
  if (!isJsonObject(modules)) return reduced;
  for (const name of Object.keys(modules)) {
    const module = modules[name];
    if (isJsonObject(module)) reduced[name] = reduce(module);
  }
  return reduced;
}

function withoutCreateOptions(module: JsonObject): JsonObject {
  const settings = isJsonObject(module['settings']) ? module['settings'] : {};
  const kept = Object.entries(settings).filter(([key]) => !key.startsWith('createOptions'));
  return { ...module, settings: Object.fromEntries(kept) };
}

function withoutEnv({ env: _env, ...rest }: JsonObject): JsonObject {
  return rest;
}

function withoutDescription({ statusDescription: _description, ...rest }: JsonObject): JsonObject {
  return rest;
}
