// What a rollout's own way back would lack, told before it is made: from whom its stop rule would take the deployment and give nothing.
import type { DeploymentId } from '#base/ids.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { createContentGroups, wholeContent } from '#domain/deployments/rollback-content.ts';
import { manyContentsWarning, nothingBeforeWarning, withoutBaseWarning } from '#domain/rollouts/rollback-outcome.ts';
import type { RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { Turns } from '#hub/turns/turns.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { lastGoodBefore } from './rollback-last-good.ts';
import { mostWayBackContents } from './way-back.ts';

interface Asked {
  readonly policy: RolloutPolicy;
  readonly targets: readonly RolloutTarget[];
  /** Of the deployment that is to be rolled out. */
  readonly deploymentId: DeploymentId;
}

export async function wayBackWarnings(read: StoreReaders, asked: Asked, turns: Turns): Promise<readonly string[]> {
  const action = asked.policy.stop?.action;
  if (action === undefined || action.kind === 'pause' || action.kind === 'roll-back-to') return [];
  const isLastGood = action.kind === 'roll-back-to-last-good';
  const withoutBase = action.withoutBase ?? 'keep';
  if (!isLastGood && withoutBase === 'empty') return [];
  const { baseless, baselessLastGood, without, withoutBoth, contents } = await counted(read, asked, turns);
  const devices = asked.targets.length;
  const before = isLastGood ? { devices, without, withoutBoth } : { devices, without: withoutBoth, withoutBoth };
  const warnings =
    !isLastGood && withoutBase === 'keep'
      ? [withoutBaseWarning(baseless, devices, baselessLastGood > 0)]
      : [
          nothingBeforeWarning(before, withoutBase === 'empty' ? 'empty' : 'keep'),
          manyContentsWarning(contents, mostWayBackContents),
        ];
  return warnings.flatMap((warning) => (warning === null ? [] : [`Should the stop rule roll it back: ${warning}`]));
}

/** By what applies now, which is what is left then. */
async function counted(read: StoreReaders, { policy, targets, deploymentId }: Asked, turns: Turns) {
  const isLastGood = policy.stop?.action.kind === 'roll-back-to-last-good';
  let [baseless, baselessLastGood, without, withoutBoth] = [0, 0, 0, 0];
  const groups = createContentGroups();
  // It came to nobody yet: all that there is was before.
  const own = { id: deploymentId, createdAtMs: Number.MAX_SAFE_INTEGER };
  for (const { deviceId } of targets) {
    const effective = read.revisions.latest(deviceId)?.effective;
    const isBaseless = (effective?.base ?? null) === null;
    const good = effective === undefined ? undefined : lastGoodBefore(read, deviceId, own)?.effective;
    if (isBaseless) baseless += 1;
    if (isBaseless && good !== undefined) baselessLastGood += 1;
    if (good === undefined) without += 1;
    if (good === undefined && isBaseless) withoutBoth += 1;
    const differs = good !== undefined && isLastGood && !jsonEquals(good.modules, effective?.modules ?? {});
    if (good !== undefined && (isBaseless || differs)) groups.add(deviceId, wholeContent(good.modules));
    await turns.next();
  }
  return { baseless, baselessLastGood, without, withoutBoth, contents: groups.groups().length };
}
