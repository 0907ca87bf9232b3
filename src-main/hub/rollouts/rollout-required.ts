// The rollout that a person names, or a refusal; and the orders of the console in the machine's own words.
import { refused } from '#base/errors.ts';
import { isDeploymentId } from '#base/ids.ts';
import type { RolloutOrder } from '#contract/console-rollouts.ts';
import type { RolloutOrderKind } from '#domain/rollouts/rollout-order.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { RolloutController } from './rollout-controller.ts';

export const orderKinds: Readonly<Record<RolloutOrder, RolloutOrderKind>> = {
  pause: 'paused',
  resume: 'resumed',
  releaseWave: 'wave-released',
  retryFailed: 'failed-retried',
  rollBack: 'rolled-back',
  cancel: 'canceled',
  hurry: 'hurried',
};

/** The newest of that deployment, one that is gone included. */
export function requiredRollout(
  { read, controller }: { readonly read: StoreReaders; readonly controller: RolloutController },
  deploymentId: string,
): Rollout {
  const number = isDeploymentId(deploymentId) ? read.rollouts.numberOf(deploymentId) : undefined;
  const rollout = number === undefined ? undefined : controller.get(number);
  if (rollout !== undefined) return rollout;
  throw refused('rollout.unknown', `There is no rollout of '${deploymentId}' on this hub.`, { subject: deploymentId });
}
