// Which devices of a rollout are shown: a part of them, and a wave. It lives in the address, so that every count is a link.
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { DeviceStanding } from '#domain/rollouts/rollout-state.ts';
import { rolloutPath } from '../words/paths.ts';

export const rolloutParts = ['done', 'failed', 'back', 'changing', 'waiting', 'asleep', 'excluded'] as const;
export type RolloutPart = (typeof rolloutParts)[number];

export interface RolloutFilter {
  /** Null: all. */
  readonly part: RolloutPart | null;
  /** By index; null: all. */
  readonly wave: number | null;
}

const partOf: Readonly<Record<DeviceStanding, RolloutPart>> = {
  success: 'done',
  'already-installed': 'done',
  failure: 'failed',
  'rolled-back': 'back',
  downloading: 'changing',
  installing: 'changing',
  verifying: 'changing',
  pending: 'waiting',
  'not-applicable': 'excluded',
  aborted: 'excluded',
  decommissioned: 'excluded',
};

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
