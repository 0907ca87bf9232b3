// What each event does to a rollout by itself; what follows from the whole is `advance`'s. An event that does not fit the
// state changes nothing: reports come late, twice and out of order.
import type { DeviceId } from '#base/ids.ts';
import { changeReach } from './rollback-reach.ts';
import { end, exclude, isNews, notBegun, progress, sleep, spare, wake } from './rollout-attempt.ts';
import type { RolloutDraft } from './rollout-draft.ts';
import type { RolloutEvent } from './rollout-event.ts';
import { giveWay, yieldTo } from './rollout-rivals.ts';
import { beginRollback } from './rollout-rollback.ts';
import { carriedOutLate } from './rollout-silence.ts';
import {
  isFinal,
  isOutOfService,
  type Cause,
  type RolloutDevice,
  type RolloutNow,
  type RolloutStatus,
} from './rollout-state.ts';
import { stopTally } from './rollout-tally.ts';
import { divide, waveOfLatecomer } from './rollout-waves.ts';
import { vanish } from './rollout-withdrawal.ts';

type EventOf<Kind extends RolloutEvent['kind']> = Extract<RolloutEvent, { readonly kind: Kind }>;

export function take(draft: RolloutDraft, event: RolloutEvent): void {
  switch (event.kind) {
    case 'time-passed':
      return;
    case 'targets-joined':
      return join(draft, event);
    case 'devices-taken-over':
      return isFinal(draft.status) ? undefined : yieldTo(draft, event);
    case 'reach-changed':
      return changeReach(draft, event);
    case 'bystanders-counted':
      return draft.change({ bystandersUp: { ...draft.state.bystandersUp, [event.groupId]: event.up } });
    case 'paused':
    case 'resumed':
    case 'canceled':
    case 'rolled-back':
    case 'hurried':
    case 'failed-retried':
    case 'wave-released':
    case 'superseded':
    case 'deployment-deleted':
      return order(draft, event);
    case 'target-left':
    case 'device-woke':
    case 'device-slept':
    case 'device-expected':
    case 'device-taken':
    case 'device-freed':
    case 'device-up':
    case 'device-down':
    case 'preflight-answered':
    case 'nothing-to-change':
    case 'progress-reported':
    case 'attempt-ended':
    case 'carried-out-late': {
      const before = draft.devices.get(event.deviceId);
      if (before !== undefined) draft.setDevice(event.deviceId, meet(draft, before, event));
    }
  }
}

function join(draft: RolloutDraft, { targets, of }: EventOf<'targets-joined'>): void {
  const { policy, status, joiningOf } = draft.state;
  const isFirst = draft.devices.size === 0 || joiningOf !== null;
  if (isFinal(status) || status === 'rolling-back' || (!isFirst && policy.targets.kind === 'fixed')) return;
  const fresh = targets.filter(({ deviceId }) => {
    const known = draft.devices.get(deviceId);
    // Another that was made under the id of one that is gone is a latecomer.
    return known === undefined || (isOutOfService(known) && !isFirst);
  });
  const waveOf: ReadonlyMap<DeviceId, number> = isFirst
    ? divide(policy.waves, fresh, { of: of ?? joiningOf ?? fresh.length, taken: takenOf(draft) })
    : new Map(fresh.map((target) => [target.deviceId, waveOfLatecomer(policy.waves, target)]));
  for (const { deviceId, isAwake, isUp, groups } of fresh)
    draft.setDevice(deviceId, {
      ...notBegun,
      isAwake,
      isUp,
      groups,
      wave: waveOf.get(deviceId) ?? null,
      // Never given twice to one id.
      attempt: draft.devices.get(deviceId)?.attempt ?? 0,
    });
  if (fresh.length > 0) draft.orderDevices();
  if (joiningOf !== (of ?? null)) draft.change({ joiningOf: of ?? null });
}

/** How many each wave has. */
function takenOf({ devices }: RolloutDraft): ReadonlyMap<number | null, number> {
  const taken = new Map<number | null, number>();
  for (const { wave } of devices.values()) taken.set(wave, (taken.get(wave) ?? 0) + 1);
  return taken;
}

type DeviceEvent = Extract<RolloutEvent, { readonly deviceId: DeviceId }>;

function meet(draft: RolloutDraft, device: RolloutDevice, event: DeviceEvent): RolloutDevice {
  const { now } = draft;
  const { policy } = draft.state;
  switch (event.kind) {
    case 'target-left':
      return leave(draft, device, event);
    case 'device-woke':
      return wake(device, policy, now);
    case 'device-slept':
      return sleep(device);
    case 'device-expected':
      return spare(device, event.untilRunMs);
    case 'device-taken':
      return giveWay(device, event, now);
    case 'device-freed':
      return { ...device, changedBy: null };
    case 'device-up':
      return { ...device, isUp: true };
    case 'device-down':
      return { ...device, isUp: false };
    case 'preflight-answered':
      return answer(draft, device, event);
    case 'nothing-to-change':
      if (!device.isChanging || event.attempt !== device.attempt || device.purpose !== 'change') return device;
      if (event.isOutranked === true) return passOver(draft, device, event);
      return exclude(device, 'already-installed', event.runsWell === true ? hadItWell : hadIt, now);
    case 'progress-reported':
      return isNews(device, event) ? progress(device, event, policy, now) : device;
    case 'attempt-ended':
      return isNews(device, event) ? end(device, event, policy, now) : device;
    case 'carried-out-late':
      return event.attempt === device.attempt ? carriedOutLate(device) : device;
  }
}

const hadIt = 'It had all of it already.';
const hadItWell = 'It had all of it already and ran well.';
const outranked = 'What ranks above the deployment applies to it instead, or no base is left.';
const withoutBase =
  'It was rolled back and no base is left for it, so that it keeps what it runs: roll it back to its last good revision or to an ' +
  'empty base, or deploy a base to it.';

function passOver(
  { now }: RolloutDraft,
  device: RolloutDevice,
  { takesBack }: EventOf<'nothing-to-change'>,
): RolloutDevice {
  const reason = takesBack?.isWithoutBase === true ? withoutBase : outranked;
  const left = exclude(device, 'not-applicable', reason, now);
  return takesBack === undefined ? left : { ...left, isAdmitted: true };
}

function leave({ now, status }: RolloutDraft, device: RolloutDevice, event: EventOf<'target-left'>): RolloutDevice {
  if (event.isDecommissioned) return retire(device, event, now);
  if (device.standing !== 'pending' && !device.isChanging) return { ...device, isAdmitted: false };
  const reason =
    status === 'rolling-back'
      ? 'The deployment means it no more: it was deleted, or its condition does not match the device.'
      : "It stopped matching the deployment's condition.";
  return exclude(device, 'aborted', reason, now);
}

/** What it came to before stays counted: whoever is deleted afterwards neither shuts a gate nor opens one. */
function retire(device: RolloutDevice, { keepsEnd }: EventOf<'target-left'>, now: RolloutNow): RolloutDevice {
  if (keepsEnd !== true) return exclude(device, 'decommissioned', 'The device was taken out of service.', now);
  if (isOutOfService(device)) return device;
  const gone: RolloutDevice = { ...device, isGone: true, isAwake: false, isUp: false };
  if (device.standing === 'pending' || device.isChanging)
    return exclude(gone, 'decommissioned', 'The device was taken out of service.', now);
  const isInstalled = device.standing === 'success' || device.standing === 'already-installed';
  const reason = isInstalled || device.reason === null ? goneSince : `${device.reason} ${goneSince}`;
  return { ...gone, isAdmitted: false, reason };
}

const goneSince = 'It was deleted from the hub after that.';

function answer({ now }: RolloutDraft, device: RolloutDevice, event: EventOf<'preflight-answered'>): RolloutDevice {
  if (device.standing !== 'pending' || device.isChanging) return device;
  if (event.answer.kind === 'never') return exclude(device, 'not-applicable', event.answer.reason, now);
  const obstacles = event.answer.kind === 'wait' ? event.answer.obstacles : [];
  return { ...device, preflight: { obstacles, answeredRunMs: now.runMs } };
}

type Order = EventOf<
  | 'paused'
  | 'resumed'
  | 'canceled'
  | 'rolled-back'
  | 'hurried'
  | 'failed-retried'
  | 'wave-released'
  | 'superseded'
  | 'deployment-deleted'
>;

/** What a person, or a newer deployment, says. */
function order(draft: RolloutDraft, event: Order): void {
  if (draft.status === 'rolling-back') {
    // What is being rolled back is only hastened.
    if (event.kind === 'hurried') draft.change({ isHurried: true });
    return;
  }
  if (event.kind === 'deployment-deleted') return vanish(draft, event.by);
  if (isFinal(draft.status)) return;
  const by: Cause['by'] = event.kind === 'superseded' ? 'hub' : event.by;
  const because = (reason: string): Cause => ({ by, reason, atMs: draft.now.wallMs });
  switch (event.kind) {
    case 'paused':
      return pause(draft, event, because);
    case 'resumed':
      return resume(draft, because('A person resumed it.'));
    case 'canceled':
      return draft.setStatus('canceled', because('A person canceled it.'));
    case 'superseded':
      return draft.setStatus('superseded', because(`Deployment '${event.by}' took its place.`));
    case 'rolled-back':
      return beginRollback(draft, because('A person rolled it back.'));
    case 'hurried':
      return draft.change({ isHurried: true });
    case 'wave-released':
      draft.setWave(draft.state.currentWave, { isReleased: true });
      return resume(draft, because('A person opened the next wave.'));
    case 'failed-retried':
      draft.change({ isRetrying: true });
      return resume(draft, because('A person retried the failed devices.'));
  }
}

function pause(draft: RolloutDraft, { keepsStopRule }: EventOf<'paused'>, because: (reason: string) => Cause): void {
  const cause = because('A person paused it: devices in change come to their end, and no other begins.');
  draft.setStatus('paused', cause, keepsStopRule === true ? { keepsStopRule } : {});
}

/** Of a pause: the failures seen so far stop it no more. */
function resume(draft: RolloutDraft, cause: Cause): void {
  draft.change({ pardonedFailures: stopTally(draft.devices.values()).failed });
  if (draft.status !== 'paused') return;
  draft.setStatus(statusOfGoingOn(draft), cause);
}

/** Paused before its time, it goes on waiting for that. */
function statusOfGoingOn({ devices, now, state }: RolloutDraft): RolloutStatus {
  const { startsAtMs } = state.policy;
  if ([...devices.values()].some(({ attempt }) => attempt > 0)) return 'in-progress';
  return startsAtMs !== null && now.wallMs < startsAtMs ? 'scheduled' : 'pending';
}
