// A rollout as the journal alone says it is: every event of it, folded from nothing.
import type { DeploymentId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { Cause, RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { advance, newRollout } from '#domain/rollouts/rollout.ts';
import type { StoreReaders } from '#store/store-types.ts';

export function foldedRollout(read: Pick<StoreReaders, 'journal'>, id: string): RolloutState {
  const entries = read.journal
    .list({ limit: 100_000 })
    .filter(({ kind, deploymentId }) => deploymentId === id && kind.startsWith('rollout-'));
  const made = entries.find(({ kind }) => kind === 'rollout-created');
  if (made === undefined) throw new Error(`the journal has no rollout of '${id}'`);
  const { policy, cause } = made.detail as unknown as { policy: RolloutPolicy; cause: Cause };
  return entries
    .filter(({ kind }) => kind === 'rollout-advanced')
    .reduce(
      (state, { detail }) => {
        const { events, now } = detail as unknown as { events: readonly RolloutEvent[]; now: RolloutNow };
        return advance(state, events, now).state;
      },
      newRollout(id as DeploymentId, policy, cause),
    );
}
