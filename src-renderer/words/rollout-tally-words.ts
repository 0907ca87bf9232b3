// How far a rollout is, with an honest denominator: whoever it was never for is apart, and whoever is switched off is said.
import type { RolloutRow } from '#contract/console-rows.ts';
import type { StandingCounts } from '#domain/rollouts/rollout-tally.ts';
import { partOf, partWords, rolloutParts, type RolloutPart, standings } from './rollout-words.ts';

type CountedPart = Exclude<RolloutPart, 'asleep' | 'excluded'>;

interface ProgressPart {
  readonly id: CountedPart;
  readonly color: string;
  readonly devices: number;
}

const counted = rolloutParts.filter((part): part is CountedPart => part !== 'asleep' && part !== 'excluded');

/** Of the devices meant, in the order of the bar; parts without a device too. */
export function progressParts(counts: StandingCounts): readonly ProgressPart[] {
  return counted.map((id) => ({ id, color: partWords[id].color, devices: partCount(counts, id) }));
}

/** How many devices stand so; of the switched off nothing is known here. */
export function partCount({ byStanding }: StandingCounts, part: Exclude<RolloutPart, 'asleep'>): number {
  return standings.reduce((sum, standing) => sum + (partOf[standing] === part ? byStanding[standing] : 0), 0);
}

/** `Success 12 of 40 · Failure 1 · In change 3 · Pending 24 (2 switched off) · Excluded 2`. */
export function progressInWords({ counts, asleep }: Pick<RolloutRow, 'counts' | 'asleep'>): string {
  if (counts.devices === 0) return 'No device is in it yet';
  const excluded = partCount(counts, 'excluded');
  const apart = excluded > 0 ? [`${partWords.excluded.word} ${excluded}`] : [];
  if (counts.meant === 0) return ['No device left in it', ...apart].join(' · ');
  const parts = progressParts(counts)
    .filter(({ id, devices }) => devices > 0 || id === 'done')
    .map(({ id, devices }) => {
      const of = id === 'done' ? ` of ${counts.meant}` : '';
      const off = id === 'waiting' && asleep > 0 ? ` (${asleep} switched off)` : '';
      return `${partWords[id].word} ${devices}${of}${off}`;
    });
  return [...parts, ...apart].join(' · ');
}
