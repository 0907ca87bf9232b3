// Which devices of a rollout are shown: a part of them, and a wave. It lives in the address, so that every count is a link.
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import { rolloutPath } from '#renderer/words/paths.ts';
import { devicesInWords, partOf, partWords, type RolloutPart, rolloutParts } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export interface RolloutFilter {
  /** Null: all. */
  readonly part: RolloutPart | null;
  /** By index; null: all. */
  readonly wave: number | null;
}

export const noFilter: RolloutFilter = { part: null, wave: null };

export function readRolloutFilter(search: string): RolloutFilter {
  const query = new URLSearchParams(search);
  const wave = Number(query.get('wave'));
  return {
    part: rolloutParts.find((part) => part === query.get('part')) ?? null,
    wave: Number.isInteger(wave) && wave > 0 ? wave - 1 : null,
  };
}

/** `/rollouts/line-v2?part=failed&wave=2`: waves as people count them. */
export function partPath(deploymentId: string, { part, wave }: RolloutFilter): string {
  const query = new URLSearchParams();
  if (part !== null) query.set('part', part);
  if (wave !== null) query.set('wave', String(wave + 1));
  const path = rolloutPath(deploymentId);
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

export function isOfPart({ standing, isAwake }: RolloutCell, part: RolloutPart | null): boolean {
  const own = partOf[standing];
  if (part === null) return true;
  if (part === 'asleep') return !isAwake && (own === 'waiting' || own === 'changing');
  return own === part;
}

export function isShown(cell: RolloutCell, { part, wave }: RolloutFilter): boolean {
  return (wave === null || cell.wave === wave) && isOfPart(cell, part);
}

/** `Shown: Failure, in wave 2 (The rest) – 1 of 10 devices.`; without a filter `Shown: all 10 devices.` */
export function shownInWords(
  { part, wave }: RolloutFilter,
  counts: { readonly shown: number; readonly all: number },
  waveNames: readonly string[],
): string {
  if (part === null && wave === null) return `Shown: all ${devicesInWords(counts.all)}.`;
  const what = [
    ...(part === null ? [] : [partWords[part].word]),
    ...(wave === null
      ? []
      : [`${part === null ? 'Wave' : 'in wave'} ${wave + 1} (${safeText(waveNames[wave] ?? '')})`]),
  ];
  return `Shown: ${what.join(', ')} – ${counts.shown} of ${devicesInWords(counts.all)}.`;
}
