// A rollout to which something can still happen, with what is remembered beside its state while this hub runs: whom it means, who
// is watched for budgets, who settles, and what was asked of devices. All of it can be made anew from the store.
import type { Logger } from 'pino';
import type { DeviceId } from '#base/ids.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { isOutOfService, type RolloutNow } from '#domain/rollouts/rollout-state.ts';
import type { ReturningDevices } from '#hub/device-link/returning-devices.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { createPreflightCourse, type PreflightCourse } from './preflight-course.ts';
import { createPreflightRound } from './preflight-round.ts';
import type { Preflight } from './preflight.ts';
import { createBystanders, type Bystanders } from './rollout-bystanders.ts';
import { observe, type Settling } from './rollout-observation.ts';
import { createTargetFinder, type TargetFinder } from './rollout-targets.ts';
import { createWindowWatch, type WindowWatch } from './rollout-windows.ts';

export interface OpenRollout {
  rollout: Rollout;
  finder: TargetFinder;
  readonly bystanders: Bystanders;
  /** Devices that are to run well for a while before they are believed. */
  readonly settling: Map<DeviceId, Settling>;
  readonly preflights: PreflightCourse;
  readonly windows: WindowWatch;
  /** While its first targets join; null: they have, or are to be looked for again. */
  joining: Promise<void> | null;
  /** Who deleted its deployment; null: it is there. */
  deletedBy: Actor | null;
  /** Devices that were deleted, whether another of the same id is there since or not. */
  readonly gone: Set<DeviceId>;
}

interface Parts {
  readonly read: StoreReaders;
  readonly log: Logger;
  readonly preflight: Preflight;
  /** By any rollout. */
  readonly isInChange: (deviceId: DeviceId) => boolean;
  /** Of the event loop, for a step. */
  readonly turn: () => Promise<void>;
}

/** `isNew`: it begins with this hub, so that nothing of it was missed. */
export function openRollout(parts: Parts, rollout: Rollout, isNew: boolean): OpenRollout {
  const { read, isInChange } = parts;
  return {
    rollout,
    finder: finderOf(read, rollout),
    bystanders: createBystanders(read, rollout.state.policy, isInChange),
    settling: new Map(),
    joining: null,
    gone: new Set(),
    deletedBy: isOrphan(read, rollout) ? 'hub' : null,
    windows: createWindowWatch({ isNew }),
    preflights: createPreflightCourse(createPreflightRound(parts)),
  };
}

/** Whether its deployment is there no more; another of the same id is not it. */
function isOrphan(read: StoreReaders, { number, state }: Rollout): boolean {
  return read.deployments.get(state.deploymentId)?.createdAtMs !== number;
}

/** What is told with whatever happens to it: that its deployment is gone, until nobody has it. One taken back already goes on. */
export function withItsEnd(open: OpenRollout, events: readonly RolloutEvent[]): readonly RolloutEvent[] {
  return isVanishing(open) ? [{ kind: 'deployment-deleted', by: open.deletedBy ?? 'hub' }, ...events] : events;
}

function isVanishing({ deletedBy, rollout }: OpenRollout): boolean {
  return deletedBy !== null && rollout.state.status !== 'rolling-back';
}

/** Whom it is for, or who is in its groups, may have changed. */
export function readAgain(read: StoreReaders, open: OpenRollout): void {
  open.finder = finderOf(read, open.rollout);
  open.bystanders.clear();
}

function finderOf(read: StoreReaders, rollout: Rollout): TargetFinder {
  const { deploymentId, policy } = rollout.state;
  const condition = isOrphan(read, rollout) ? null : (read.deployments.get(deploymentId)?.targetCondition ?? null);
  return createTargetFinder(read, condition, policy);
}

/** Whether devices that are not in it matter to it: latecomers of a growing set, and who is watched for budgets alone. */
export function looksAround({ rollout: { state } }: OpenRollout): boolean {
  return state.policy.targets.kind === 'growing' || state.policy.budgets.length > 0;
}

/** Watches a device for budgets; true: it may belong to the rollout, and is to be looked at. */
export function meet({ rollout, finder, bystanders }: OpenRollout, deviceId: DeviceId): boolean {
  if (rollout.state.devices.has(deviceId)) return false;
  bystanders.watch(deviceId, finder.budgetGroupsOf(deviceId));
  return rollout.state.policy.targets.kind === 'growing';
}

/** What a device tells that the rollout does not know. */
export function look(
  open: OpenRollout,
  deviceId: DeviceId,
  around: { readonly read: StoreReaders; readonly returning: ReturningDevices; readonly now: RolloutNow },
): readonly RolloutEvent[] {
  const { rollout, finder, settling, bystanders } = open;
  if (rollout.state.devices.has(deviceId)) bystanders.leave(deviceId);
  else bystanders.look(deviceId);
  if (isVanishing(open)) return [];
  if (isGone(open, deviceId)) return [{ kind: 'target-left', deviceId, isDecommissioned: true, keepsEnd: true }];
  return observe({ ...around, rollout, finder, settling }, deviceId);
}

/** Told until it is known: one that is made anew under the id is another device, and nothing of the first counts for it. */
function isGone({ gone, rollout }: OpenRollout, deviceId: DeviceId): boolean {
  const known = rollout.state.devices.get(deviceId);
  if (known === undefined || isOutOfService(known)) gone.delete(deviceId);
  return gone.has(deviceId);
}
