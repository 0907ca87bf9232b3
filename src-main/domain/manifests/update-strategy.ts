// How a module's old container gives way to its new one, by a label of the coming module. balena's four words, with a way back
// to what was proven for each.
import type { JsonObject } from '#base/json.ts';
import { labelOf } from './module-label.ts';

export const strategyLabel = 'lanyard.update-strategy';

/**
 * - `download-then-kill`: the old one runs until everything new is on the device. The default.
 * - `kill-then-download`: the old one stops before the download and is kept: for little memory, or a machine that cannot do both.
 * - `delete-then-download`: the old one goes before the download, with its image unless something else uses that: for little disk.
 *   Going back has to obtain the old image again.
 * - `hand-over`: the new one starts beside the running old one and passes its gate there; only then the old one stops. For a moment
 *   both connect as the same module, and the hub lets the newer one stay.
 *
 * An image that is on the device already is no download, and nothing gives way to it.
 */
export const updateStrategies = [
  'download-then-kill',
  'kill-then-download',
  'delete-then-download',
  'hand-over',
] as const;
export type UpdateStrategy = (typeof updateStrategies)[number];

/** The label's text; null: none, so the default. */
export function strategyWord(createOptions: JsonObject): string | null {
  return labelOf(createOptions, strategyLabel);
}

/** Example: no such label → 'download-then-kill'; null: a word that is no strategy. */
export function strategyOf({ createOptions }: { readonly createOptions: JsonObject }): UpdateStrategy | null {
  const word = strategyWord(createOptions) ?? 'download-then-kill';
  return updateStrategies.find((strategy) => strategy === word) ?? null;
}
