// The deployments that match a device and do not reach it, because their rollout has not come to it, or will not: each with its
// reason, beside those that are outranked.
import { matches, parseCondition } from '#domain/conditions/condition.ts';
import type { NotApplied } from '#domain/layering/not-applied.ts';
import type { Device } from '#domain/records/registry.ts';
import { explainDevice, waitingReason, type RolloutFrame } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import type { StoreReaders } from '#store/store-types.ts';

/** Of rollouts that never met the device; those it is in are all told. */
const mostRollouts = 200;

/** As it is now. "waits for its turn in the rollout: wave 2 of 3 is not open yet". */
export function keptByRollouts(
  read: StoreReaders,
  { deviceId, isEdge }: Pick<Device, 'deviceId' | 'isEdge'>,
): readonly NotApplied[] {
  const newest = isEdge ? read.rollouts.heads(mostRollouts) : [];
  const subject = newest.length === 0 ? undefined : read.twins.subject(deviceId);
  if (subject === undefined) return [];
  const standing = new Map(read.rollouts.ofDevice(deviceId).map(({ number, device }) => [number, device]));
  const older = [...standing.keys()].filter((number) => newest.every((head) => head.number !== number));
  const heads = [...newest, ...older.flatMap((number) => read.rollouts.head(number) ?? [])];
  return heads.flatMap(({ number, state }) => {
    const device = standing.get(number);
    const deployment = device?.isAdmitted === true ? undefined : read.deployments.get(state.deploymentId);
    if (deployment?.createdAtMs !== number) return [];
    const condition = parseCondition(deployment.targetCondition);
    if (!condition.ok || !matches(condition.value, subject)) return [];
    return [{ id: deployment.id, moduleId: null, reason: reasonOf(state, device) }];
  });
}

function reasonOf(frame: RolloutFrame, device: RolloutDevice | undefined): string {
  if (device === undefined) {
    if (frame.policy.targets.kind === 'fixed') return 'its rollout is for the devices that matched when it was made';
    return 'its rollout has as many devices as it may have, or has not met this one yet';
  }
  if (device.standing === 'pending') return `waits for its turn in the rollout: ${waitingReason(frame, device)}`;
  // What came to an end is explained without any clock.
  return `its rollout does not give it: ${explainDevice(frame, device, { wallMs: 0, runMs: 0 })}`;
}
