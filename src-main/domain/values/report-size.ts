// What the agent reports must fit into a twin, or the hub refuses it and knows nothing of the device. Much of it only repeats
// what was wanted; that goes first.
import type { JsonObject } from '#base/json.ts';
import { sizeProblem } from './twin-limits.ts';

/** At most 3 bytes each, so that a text stays below a twin's 4 KB. */
const longestText = 1_300;

/** As it is built: every module an object with its settings. */
export interface ModulesReport extends JsonObject {
  readonly modules: Readonly<Record<string, ModuleReport>>;
}
export type ModuleReport = JsonObject & { readonly settings: JsonObject };

/** The text as a twin may hold it. */
export function reportText(text: string): string {
  const fitting = text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
  return fitting.toWellFormed();
}

/**
 * The report, without create options, then without variables, then without descriptions, until it fits 32 KB
 * (spec/iot-hub.md section 4).
 * Example: fifty modules with 600 bytes of create options each → all fifty with status and image, without the options.
 */
export function fitReport(report: ModulesReport): JsonObject {
  const smaller = [withoutCreateOptions, withoutEnv, withoutDescription];
  let fitting = report;
  for (const reduce of smaller) {
    if (sizeProblem('properties.reported', fitting) === undefined) break;
    fitting = { ...fitting, modules: eachModule(fitting['modules'], reduce) };
  }
  return fitting;
}

type Reduction = (module: ModuleReport) => ModuleReport;

function eachModule(modules: ModulesReport['modules'], reduce: Reduction): ModulesReport['modules'] {
  const reduced = Object.create(null) as Record<string, ModuleReport>;
  for (const [name, module] of Object.entries(modules)) reduced[name] = reduce(module);
  return reduced;
}

function withoutCreateOptions(module: ModuleReport): ModuleReport {
  const kept = Object.entries(module.settings).filter(([key]) => !key.startsWith('createOptions'));
  return { ...module, settings: Object.fromEntries(kept) };
}

function withoutEnv({ env: _env, ...rest }: ModuleReport): ModuleReport {
  return rest;
}

function withoutDescription({ statusDescription: _description, ...rest }: ModuleReport): ModuleReport {
  return rest;
}
