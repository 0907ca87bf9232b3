// Who may start now: devices of open waves whose turn it is, one decision after another, each seeing those before it.
// INVARIANTS: never more in change than `concurrency`; never fewer of a group up than its budget, where the rollout can help it.
import type { DeviceId } from '#base/ids.ts';
import { ownValue } from '#base/json.ts';
import { isWindowOpen } from './maintenance-window.ts';
import type { RolloutDevice, RolloutNow, RolloutState } from './rollout-state.ts';

export interface Turn {
  readonly starting: readonly (readonly [DeviceId, RolloutDevice])[];
  /** Whose turn it is and of whom it is not known yet whether anything stands in its way. */
  readonly unasked: readonly DeviceId[];
}

/** How long an obstacle stands before it is asked about again. */
const askAgainMs = 30_000;
/** So many are asked together; the next when they have answered. */
const mostAsked = 250;

export function nextTurn(state: RolloutState, now: RolloutNow): Turn {
  const none: Turn = { starting: [], unasked: [] };
  const isRollback = state.status === 'rolling-back';
  if (!isRollback && state.status !== 'pending' && state.status !== 'in-progress') return none;
  if (!state.isHurried && !isWindowOpen(state.policy.windows, now.wallMs)) return none;
  const starting: [DeviceId, RolloutDevice][] = [];
  const unasked: DeviceId[] = [];
  let changing = countChanging(state);
  const spare = spareOf(state);
  let joined = isRollback ? 0 : countAdmitted(state);
  const { targets, concurrency } = state.policy;
  const most = targets.kind === 'growing' && targets.maxDevices !== null && !isRollback ? targets.maxDevices : Infinity;
  for (const [deviceId, device] of state.devices) {
    if (!isDue(state, device)) continue;
    const isFirst = device.attempt === 0;
    if ((concurrency !== null && changing >= concurrency) || (isFirst && joined >= most)) continue;
    // Nothing in change could make room for it: a rollback must end, so it goes on one by one.
    const isForced = isRollback && changing === 0;
    if (!isForced && !hasSpare(device, spare)) continue;
    if (!isRollback && !isCleared(device)) {
      if (unasked.length < mostAsked && mustAsk(device, now)) unasked.push(deviceId);
      continue;
    }
    starting.push([deviceId, device]);
    changing += 1;
    if (isFirst) joined += 1;
    if (device.isUp && device.isAwake) for (const group of device.groups) spare.set(group, (spare.get(group) ?? 0) - 1);
  }
  return { starting, unasked };
}

/** Its wave is open and it waits; one that sleeps is rolled back all the same, for it finds what it missed when it wakes. */
function isDue({ status, currentWave }: RolloutState, device: RolloutDevice): boolean {
  if (device.standing !== 'pending' || device.isChanging) return false;
  if (status === 'rolling-back') return device.purpose === 'roll-back' && device.changedBy?.isRollback !== true;
  if (device.changedBy !== null) return false;
  return device.isAwake && device.wave !== null && device.wave <= currentWave;
}

function isCleared({ preflight }: RolloutDevice): boolean {
  return preflight !== null && preflight.obstacles.length === 0;
}

function mustAsk({ preflight }: RolloutDevice, now: RolloutNow): boolean {
  return preflight === null || now.runMs - preflight.answeredRunMs >= askAgainMs;
}

/** One that fell asleep in mid-change blocks nobody. */
function countChanging({ devices }: RolloutState): number {
  let count = 0;
  for (const device of devices.values()) if (device.isChanging && device.isAwake) count += 1;
  return count;
}

function countAdmitted({ devices }: RolloutState): number {
  let count = 0;
  for (const { attempt } of devices.values()) if (attempt > 0) count += 1;
  return count;
}

/** Group → how many of its devices may go down now. */
function spareOf({ policy, devices, bystandersUp }: RolloutState): Map<string, number> {
  const spare = new Map(
    policy.budgets.map(({ groupId, atLeastUp }) => [groupId, (ownValue(bystandersUp, groupId) ?? 0) - atLeastUp]),
  );
  if (spare.size === 0) return spare;
  for (const device of devices.values()) {
    if (!device.isUp || !device.isAwake || device.isChanging || device.changedBy !== null) continue;
    for (const group of device.groups) spare.set(group, (spare.get(group) ?? 0) + 1);
  }
  return spare;
}

/** One that is down already takes nothing from its groups. */
function hasSpare(device: RolloutDevice, spare: ReadonlyMap<string, number>): boolean {
  return !device.isUp || !device.isAwake || device.groups.every((group) => (spare.get(group) ?? Infinity) >= 1);
}
