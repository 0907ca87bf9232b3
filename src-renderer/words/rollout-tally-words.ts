// How far a rollout is, with an honest denominator: whoever it was never for is apart, and whoever is switched off is said.
import type { RolloutRow } from '#contract/console-rows.ts';
import type { DeviceStanding } from '#domain/rollouts/rollout-state.ts';
import type { StandingCounts } from '#domain/rollouts/rollout-tally.ts';

interface ProgressPart {
  readonly id: 'done' | 'failed' | 'back' | 'changing' | 'waiting';
  readonly word: string;
  readonly color: string;
  readonly devices: number;
  readonly standings: readonly DeviceStanding[];
}

const partsOf = [
  ['done', 'successful', 'green', ['success', 'already-installed']],
  ['failed', 'failed', 'red', ['failure']],
  ['back', 'rolled back', 'yellow', ['rolled-back']],
  ['changing', 'in change', 'blue', ['downloading', 'installing', 'verifying']],
  ['waiting', 'to come', 'gray', ['pending']],
] as const;

/** Of the devices meant, in the order of the bar; parts without a device too. */
export function progressParts({ byStanding }: StandingCounts): readonly ProgressPart[] {
  return partsOf.map(([id, word, color, standings]) => ({
    id,
    word,
    color,
    standings,
    devices: standings.reduce((sum, standing) => sum + byStanding[standing], 0),
  }));
}

/** Apart from all shares. */
export function excludedOf({ devices, meant }: StandingCounts): number {
  return devices - meant;
}

/** `12 of 40 successful · 1 failed · 3 in change · 24 to come (2 switched off) · 2 left out`. */
export function progressInWords({ counts, asleep }: Pick<RolloutRow, 'counts' | 'asleep'>): string {
  if (counts.devices === 0) return 'No device is in it yet';
  const [done, ...others] = progressParts(counts);
  const parts = others
    .filter(({ devices }) => devices > 0)
    .map(
      ({ id, word, devices }) =>
        `${devices} ${word}${id === 'waiting' && asleep > 0 ? ` (${asleep} switched off)` : ''}`,
    );
  const excluded = excludedOf(counts);
  const all = [`${done?.devices ?? 0} of ${counts.meant} successful`, ...parts];
  if (excluded > 0) all.push(`${excluded} left out`);
  return all.join(' · ');
}
