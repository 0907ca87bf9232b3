// Deployments in words: what kind one is, and how its devices stand, in the order in which a bar shows them.
import type { DeploymentRow } from '#contract/console-rows.ts';

export const typeWords: Readonly<Record<DeploymentRow['type'], string>> = {
  base: 'Base',
  layer: 'Layer',
  device: 'Device settings',
  module: 'Module settings',
};

export const typeMeanings: Readonly<Record<DeploymentRow['type'], string>> = {
  base: 'A base: the whole configuration of the agent. One base applies to a device, the one of highest priority.',
  layer: 'A layer: changes parts of the base below it, where its priority is above that of the base.',
  device: 'An automatic configuration of devices: desired properties of the twin of every device it matches.',
  module: 'An automatic configuration of modules: desired properties of the twin of every module it matches.',
};

export type Share = 'healthy' | 'succeeded' | 'failed' | 'waiting' | 'applied' | 'outranked';

const shareWords: Readonly<Record<Exclude<Share, 'outranked'>, string>> = {
  healthy: 'run it and are healthy',
  succeeded: 'took it, but a module is not as wanted',
  failed: 'failed',
  waiting: 'have not answered yet',
  applied: 'have it',
};

const outrankedWords: Readonly<Record<DeploymentRow['type'], string>> = {
  base: 'match, but another base of a higher priority, or a newer one, applies to them',
  layer: 'match, but higher layers write over all that it gives, or no base of a lower priority is below it',
  device: 'match, but another one of a higher priority, or a newer one, applies to them',
  module: 'match, but another one of a higher priority, or a newer one, applies to them',
};

type Counts = Pick<
  DeploymentRow,
  'targetedCount' | 'appliedCount' | 'reportedSuccessfulCount' | 'reportedFailedCount' | 'healthyCount'
>;

/** All that are targeted, each counted once; none that is empty. Nobody answers an automatic configuration. */
export function sharesOf(row: Counts): readonly (readonly [Share, number])[] {
  const { targetedCount, appliedCount, reportedSuccessfulCount, reportedFailedCount, healthyCount } = row;
  const outranked = ['outranked', targetedCount - appliedCount] as const;
  const shares: readonly (readonly [Share, number])[] =
    healthyCount === null
      ? [['applied', appliedCount], outranked]
      : [
          ['healthy', healthyCount],
          ['succeeded', reportedSuccessfulCount - healthyCount],
          ['failed', reportedFailedCount],
          ['waiting', appliedCount - reportedSuccessfulCount - reportedFailedCount],
          outranked,
        ];
  // Counts of one flush may be of moments a little apart.
  return shares.filter(([, count]) => count > 0);
}

/** `12 devices: 10 run it and are healthy, 2 failed.` */
export function sharesText(row: Counts & Pick<DeploymentRow, 'type'>): string {
  const shares = sharesOf(row);
  if (shares.length === 0) return 'It matches no device now.';
  const noun = row.targetedCount === 1 ? 'device' : 'devices';
  const words = { ...shareWords, outranked: outrankedWords[row.type] };
  return `${row.targetedCount} ${noun}: ${shares.map(([share, count]) => `${count} ${words[share]}`).join(', ')}.`;
}

/** `applied 9 of 10`: measured, and all there is when nobody answers. */
export function appliedText({ appliedCount, targetedCount }: Pick<Counts, 'appliedCount' | 'targetedCount'>): string {
  return targetedCount === 0 ? 'matches nobody' : `applied ${appliedCount} of ${targetedCount}`;
}

/** Rank: higher priority first, then the newer. */
export function byRank(
  left: Pick<DeploymentRow, 'priority' | 'createdAtMs'>,
  right: Pick<DeploymentRow, 'priority' | 'createdAtMs'>,
): number {
  return right.priority - left.priority || right.createdAtMs - left.createdAtMs;
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
