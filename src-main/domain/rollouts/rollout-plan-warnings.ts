// What can be carried out and is hardly meant: a policy that keeps to every rule, and does nothing for the devices that are there.
import type { RolloutPolicy } from './rollout-policy.ts';

interface Planned {
  readonly policy: RolloutPolicy;
  /** How many devices each wave has, in order. */
  readonly waves: readonly { readonly name: string; readonly devices: number }[];
}

/**
 * Each a sentence that says what to do. An empty first wave: "Wave 'canary' has no device, so that the next one opens at once: …".
 * Of a set that grows nothing is said, for who is to come is not known.
 */
export function idlePolicyWarnings({ policy: { targets, stop }, waves }: Planned): readonly string[] {
  if (targets.kind === 'growing') return [];
  const last = waves.findLastIndex(({ devices }) => devices > 0);
  const empty = waves.slice(0, Math.max(last, 0)).filter(({ devices }) => devices === 0);
  const all = waves.reduce((sum, { devices }) => sum + devices, 0);
  const neverStops = stop !== null && stop.atLeastFailed > all;
  return [
    ...empty.map(
      ({ name }) => `Wave '${name}' has no device, so that the next one opens at once: give it devices, or remove it.`,
    ),
    ...(neverStops
      ? [
          `The stop rule needs ≥ ${stop.atLeastFailed} failed devices, and there ${all === 1 ? 'is' : 'are'} ${all} in all, ` +
            'so that it never stops the rollout: ask for fewer.',
        ]
      : []),
  ];
}
