// What a module's update strategy makes impossible whatever the device has on it: refused before anything is changed.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { ModuleSpec } from './module-spec.ts';
import type { UpdateFailure } from './update-reason.ts';
import { strategyLabel, strategyOf, strategyWord, updateStrategies } from './update-strategy.ts';

const longestWord = 64;

/**
 * Why the module's strategy can never work; null when it can.
 * Example: `hand-over` with host port 8080 → `hand-over-port`: the old one holds the port when the new one is to start.
 */
export function strategyFault({
  name,
  createOptions,
}: Pick<ModuleSpec, 'name' | 'createOptions'>): UpdateFailure | null {
  const strategy = strategyOf({ createOptions });
  if (strategy === null) {
    const word = String(strategyWord(createOptions)).slice(0, longestWord);
    return { code: 'unknown-strategy', module: name, detail: `'${word}'` };
  }
  if (strategy !== 'hand-over') return null;
  const port = fixedHostPort(createOptions);
  return port === null ? null : { code: 'hand-over-port', module: name, detail: port };
}

/** The same, told of create options before they are deployed; null: nothing is wrong. */
export function strategyWarning(createOptions: JsonObject): string | null {
  const fault = strategyFault({ name: '', createOptions });
  if (fault === null) return null;
  return fault.code === 'unknown-strategy'
    ? `its label ${strategyLabel} is ${fault.detail}, which agents of this site refuse: write one of ${updateStrategies.join(', ')}.`
    : `it is to be handed over and asks for port ${fault.detail} of the host, which agents of this site refuse, for its old one has ` +
        `the port: take it out, or write another ${strategyLabel}.`;
}

/** A port of the host that two containers cannot both have: not an empty one, 0, or a range, out of which the engine chooses. */
function fixedHostPort(createOptions: JsonObject): string | null {
  const hostConfig = createOptions['HostConfig'];
  const bindings = isJsonObject(hostConfig) ? hostConfig['PortBindings'] : undefined;
  const lists = isJsonObject(bindings) ? Object.values(bindings) : [];
  const ports = lists
    .flatMap((list): readonly Json[] => (Array.isArray(list) ? (list as readonly Json[]) : []))
    .map((binding) => (isJsonObject(binding) ? binding['HostPort'] : null))
    .filter((port) => typeof port === 'string');
  return ports.find((port) => /^0*[1-9]\d*$/.test(port)) ?? null;
}
