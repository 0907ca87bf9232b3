// What can be told of a rollout before it is made: what is wrong with its policy, who would be in which wave, and what taking it
// back would lack.
import type { DeploymentId } from '#base/ids.ts';
import type { PlannedWave } from '#contract/console-rollouts.ts';
import { largestPage } from '#contract/console-rows.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import type { RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import { checkPolicy } from '#domain/rollouts/rollout-policy-check.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { divide } from '#domain/rollouts/rollout-waves.ts';
import type { StoreReaders } from '#store/store-types.ts';

export function policyProblems(
  read: StoreReaders,
  policy: RolloutPolicy,
  nowMs: number,
): readonly { readonly at: string; readonly message: string }[] {
  const groups = new Map<string, number>();
  for (const { id, condition } of read.groups.list())
    groups.set(id, condition === null ? read.groups.members(id).length : Infinity);
  const hasDeployment = (id: DeploymentId) => read.deployments.get(id)?.kind === 'edge';
  const problems = checkPolicy(policy, { nowMs, groups, hasDeployment });
  return problems.map(({ at, message }) => ({ at: String(at), message }));
}

export function plannedWaves(policy: RolloutPolicy, targets: readonly RolloutTarget[]): readonly PlannedWave[] {
  const waveOf = divide(policy.waves, targets);
  const byWave = policy.waves.map(({ name }) => ({ name, deviceIds: [] as string[] }));
  for (const { deviceId } of targets) byWave[waveOf.get(deviceId) ?? -1]?.deviceIds.push(deviceId);
  return byWave.map(({ name, deviceIds }) => ({
    name,
    deviceIds: deviceIds.slice(0, largestPage),
    devices: deviceIds.length,
  }));
}

/** A way back that leads nowhere: to what is taken back, or from a base to a layer. */
export function wayBackProblems(
  read: StoreReaders,
  { stop }: RolloutPolicy,
  own: Pick<EdgeDeployment, 'id' | 'content'>,
): readonly { readonly at: string; readonly message: string }[] {
  const earlier = stop?.action.kind === 'roll-back-to' ? read.deployments.get(stop.action.deploymentId) : undefined;
  if (earlier?.kind !== 'edge') return [];
  const at = 'stop.action.deploymentId';
  if (earlier.id === own.id)
    return [{ at, message: `'${own.id}' cannot be rolled back to itself: name an earlier deployment.` }];
  const type = deploymentType(own.content);
  if (deploymentType(earlier.content) === type) return [];
  const message = `'${own.id}' is a ${type} and '${earlier.id}' is none, so it cannot stand in its place: name a ${type}.`;
  return [{ at, message }];
}
