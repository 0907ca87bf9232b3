// What can be told of a rollout before it is made: what is wrong with its policy, who would be in which wave, and what taking it
// back would lack.
import type { DeploymentId } from '#base/ids.ts';
import { largestPage } from '#contract/console-rows.ts';
import type { PlannedWave } from '#contract/console-rollouts.ts';
import { withoutBaseWarning } from '#domain/rollback-outcome.ts';
import type { RolloutTarget } from '#domain/rollout-event.ts';
import { checkPolicy } from '#domain/rollout-policy-check.ts';
import type { RolloutPolicy } from '#domain/rollout-policy.ts';
import { divide } from '#domain/rollout-waves.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { Turns } from './turns.ts';

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

/** That its stop rule takes it back by itself, and from whom that takes nothing: what applies now is what is left then. */
export async function takeBackWarnings(
  read: StoreReaders,
  policy: RolloutPolicy,
  targets: readonly RolloutTarget[],
  turns: Turns,
): Promise<readonly string[]> {
  if (policy.stop?.action.kind !== 'roll-back') return [];
  let kept = 0;
  let hasLastGood = false;
  for (const { deviceId } of targets) {
    const latest = read.revisions.latest(deviceId);
    if ((latest?.effective.base ?? null) === null) {
      kept += 1;
      hasLastGood ||= latest !== undefined && read.revisions.lastManaged(deviceId, latest.revision) !== undefined;
    }
    await turns.next();
  }
  const warning = withoutBaseWarning(kept, targets.length, hasLastGood);
  return warning === null ? [] : [`Should the stop rule take it back: ${warning}`];
}
