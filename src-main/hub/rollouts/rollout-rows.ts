// Rollouts as rows of a list: counted by the database, so that a list of them costs no read of their devices.
import type { DeploymentId } from '#base/ids.ts';
import type { RolloutRow } from '#contract/console-rows.ts';
import { countShares } from '#domain/rollouts/rollout-tally.ts';
import { waitedWave } from '#domain/rollouts/rollout-waiting.ts';
import type { RolloutHead } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

/** Of the newest rollout of that deployment, one that is gone included; undefined: it has none. */
export function rolloutRow(read: StoreReaders, deploymentId: DeploymentId): RolloutRow | undefined {
  const number = read.rollouts.numberOf(deploymentId);
  const head = number === undefined ? undefined : read.rollouts.head(number);
  return head === undefined ? undefined : rolloutRowOf(read, head);
}

export function rolloutRowOf(read: StoreReaders, { number, state, takesBackNumber }: RolloutHead): RolloutRow {
  const { deploymentId, status, cause, history, waves, currentWave } = state;
  const shares = read.rollouts.standings(number);
  const open = waves[currentWave];
  const takenBack = takesBackNumber === null ? undefined : read.rollouts.head(takesBackNumber);
  return {
    deploymentId,
    createdAtMs: number,
    status,
    cause,
    madeBy: (history[0]?.cause ?? cause).by,
    wave: open === undefined ? null : { name: open.plan.name, number: currentWave + 1 },
    waves: waves.length,
    counts: countShares(shares),
    asleep: shares.reduce((sum, share) => sum + (isOpenAsleep(share) ? share.devices : 0), 0),
    takesBack: takenBack?.state.deploymentId ?? null,
    waitsForPerson: waitedWave(state),
  };
}

const stillOpen: ReadonlySet<string> = new Set(['pending', 'downloading', 'installing', 'verifying']);

function isOpenAsleep({ standing, isAwake }: { readonly standing: string; readonly isAwake: boolean }): boolean {
  return !isAwake && stillOpen.has(standing);
}
