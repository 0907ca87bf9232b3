// Going back to an earlier deployment's content: it is deployed anew, with the same condition and priority, and reaches each device
// as the rollout is withdrawn from it, so that the pace, the windows and the attempts are those of the way back.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId } from '#base/ids.ts';
import type { Deployment } from '#domain/deployment.ts';
import type { RolloutPolicy } from '#domain/rollout-policy.ts';
import { newRollout } from '#domain/rollout.ts';
import type { Json } from '#base/json.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import type { RolloutStep } from './rollout-step.ts';

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
}

/** The step as it is to be written. Without the earlier deployment, if it is gone by now, the next lower one applies. */
export function writeRedeployment(change: Change, step: RolloutStep): RolloutStep {
  const asked = step.effects.find((effect) => effect.kind === 'redeploy');
  const made = asked === undefined ? undefined : redeploy(change, step.after, asked.deploymentId);
  const redeployedNumber = made ?? step.after.redeployedNumber;
  if (redeployedNumber === null) return step;
  for (const effect of step.effects) {
    const device = effect.kind === 'withdraw' ? step.after.state.devices.get(effect.deviceId) : undefined;
    if (effect.kind !== 'withdraw' || device === undefined) continue;
    // Not an attempt of its own: it is told with the one that takes the rollout back.
    const reached = { ...device, isAdmitted: true, isChanging: false, attempt: 0, deadlineRunMs: null } as const;
    change.write.rollouts.putDevice(redeployedNumber, effect.deviceId, { ...reached, standing: 'success', wave: 0 });
  }
  return { ...step, after: { ...step.after, redeployedNumber } };
}

function redeploy(change: Change, { number, state }: Rollout, earlierId: DeploymentId): number | undefined {
  const { read, write, clock } = change;
  const earlier = read.deployments.get(earlierId);
  const current = read.deployments.get(state.deploymentId);
  if (earlier?.kind !== 'edge' || current?.createdAtMs !== number) return undefined;
  const nowMs = clock.nowMs();
  const made = write.deployments.insert({
    ...earlier,
    id: freeId(read, earlierId),
    priority: current.priority,
    targetCondition: current.targetCondition,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    version: 1,
  });
  write.rollouts.insert(asReached(made, state));
  const detail = { priority: made.priority, targetCondition: made.targetCondition, type: 'base' };
  const { createdAtMs } = made;
  const { policy, cause } = asReached(made, state).state;
  const rollout = { number: createdAtMs, policy: policy as unknown as Json, cause: { ...cause } };
  write.journal.append({ kind: 'deployment-created', actor: 'hub', deploymentId: made.id, detail });
  write.journal.append({ kind: 'rollout-created', actor: 'hub', deploymentId: made.id, detail: rollout });
  return createdAtMs;
}

/** A rollout that has nothing of its own to do: it only says whom the deployment reaches. */
function asReached(made: Deployment, { deploymentId, cause, policy }: Rollout['state']): Rollout {
  const gate = { successPercent: 100, soakMs: 0, needsPerson: false };
  const plain: RolloutPolicy = {
    ...policy,
    targets: { kind: 'fixed' },
    waves: [{ name: 'way back', members: { kind: 'rest' }, gate }],
    stop: null,
    budgets: [],
  };
  const why = { ...cause, by: 'hub' as const, reason: `It is where '${deploymentId}' is taken back to.` };
  const finished = { status: 'finished' as const, cause: why };
  const state = { ...newRollout(made.id, plain, why), ...finished, history: [finished] };
  return {
    number: made.createdAtMs,
    targetCondition: made.targetCondition,
    state,
    isOpen: false,
    redeployedNumber: null,
    takesBackNumber: null,
  };
}

function freeId(read: StoreReaders, id: DeploymentId): DeploymentId {
  for (let again = 1; ; again += 1) {
    const candidate = `${id.slice(0, deploymentIdLength)}-again-${again}` as DeploymentId;
    if (read.deployments.get(candidate) === undefined) return candidate;
  }
}

const deploymentIdLength = 110;
