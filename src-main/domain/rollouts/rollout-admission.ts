// Who may start now: devices of open waves whose turn it is, one decision after another, each seeing those before it.
// INVARIANTS: never more in change than `concurrency`; never fewer of a group up than its budget, where the rollout can help it.
import type { DeviceId } from '#base/ids.ts';
import { ownValue } from '#base/json.ts';
import { isWindowOpen } from './maintenance-window.ts';
import { isLeftBehind } from './rollout-attempt.ts';
import { isOfBefore } from './rollout-rules.ts';
import type { RolloutDevice, RolloutNow, RolloutState } from './rollout-state.ts';
import { isSwitchTime } from './window-terms.ts';

export interface Turn {
  readonly starting: readonly (readonly [DeviceId, RolloutDevice])[];
  /** Whose turn it is and of whom it is not known, or not any more, whether anything stands in its way; new ones first. */
  readonly unasked: readonly DeviceId[];
}

/** How long an obstacle stands before it is asked about again. */
const askAgainMs = 30_000;
/** How long it is believed that nothing does: images go, disks fill, and one's turn may come hours after the others'. */
const clearForMs = 120_000;
/** So many are asked together; the next when they have answered. */
const mostAsked = 250;
/** Where few may change at once, so many beyond them: some will have something in their way. */
const askedAhead = 16;

export function nextTurn(state: RolloutState, now: RolloutNow): Turn {
  const none: Turn = { starting: [], unasked: [] };
  const isRollback = state.status === 'rolling-back';
  if (!isRollback && state.status !== 'pending' && state.status !== 'in-progress') return none;
  if (!mayBegin(state, now)) return none;
  const starting: [DeviceId, RolloutDevice][] = [];
  const unasked: DeviceId[] = [];
  const again: DeviceId[] = [];
  let changing = countChanging(state, now);
  const spare = sparesOf(state);
  let joined = isRollback ? 0 : countAdmitted(state);
  const { concurrency } = state.policy;
  const mostJoined = mostAdmitted(state) ?? Infinity;
  for (const [deviceId, device] of state.devices) {
    if (!isDue(state, device)) continue;
    const isFirst = device.attempt === 0;
    if ((concurrency !== null && changing >= concurrency) || (isFirst && joined >= mostJoined)) continue;
    // Nothing in change could make room for it: a rollback must end, so it goes on one by one.
    const isForced = isRollback && changing === 0;
    if (!isForced && !hasSpare(device, spare)) continue;
    const way = isRollback ? 'clear' : wayOf(device, now);
    if (way !== 'clear') {
      const most = concurrency === null ? mostAsked : Math.min(mostAsked, concurrency - changing + askedAhead);
      if (way === 'unknown' && unasked.length < most) unasked.push(deviceId);
      if (way === 'again') again.push(deviceId);
      continue;
    }
    starting.push([deviceId, device]);
    changing += 1;
    if (isFirst) joined += 1;
    if (device.isUp && device.isAwake) for (const group of device.groups) spare.set(group, (spare.get(group) ?? 0) - 1);
  }
  return { starting, unasked: [...unasked, ...again] };
}

/** Nobody begins who would not be let switch. Before, one did within the last seconds of a window. */
function mayBegin(state: RolloutState, now: RolloutNow): boolean {
  if (isOfBefore(now)) return state.isHurried || isWindowOpen(state.policy.windows, now.wallMs);
  return isSwitchTime(state, now);
}

/** Its wave is open and it waits; one that sleeps is rolled back all the same, for it finds what it missed when it wakes. */
export function isDue({ status, currentWave }: RolloutState, device: RolloutDevice): boolean {
  if (device.standing !== 'pending' || device.isChanging) return false;
  if (status === 'rolling-back') return device.purpose === 'roll-back' && device.changedBy?.isRollback !== true;
  if (device.changedBy !== null) return false;
  return device.isAwake && device.wave !== null && device.wave <= currentWave;
}

/** What is known of what stands in its way; `again`: something does, and it is time to ask whether it still does. */
function wayOf({ preflight }: RolloutDevice, { runMs }: RolloutNow): 'clear' | 'blocked' | 'again' | 'unknown' {
  if (preflight === null) return 'unknown';
  const agoMs = runMs - preflight.answeredRunMs;
  if (preflight.obstacles.length === 0) return agoMs < clearForMs ? 'clear' : 'unknown';
  return agoMs < askAgainMs ? 'blocked' : 'again';
}

/** So many are begun and no more; null: without end. */
export function mostAdmitted({ status, policy: { targets } }: RolloutState): number | null {
  return targets.kind === 'fixed' || status === 'rolling-back' ? null : targets.maxDevices;
}

/** One that fell asleep in mid-change blocks nobody, nor does one that holds its switch on the way back. */
export function countChanging({ devices, policy }: RolloutState, step: Pick<RolloutNow, 'rules'>): number {
  let count = 0;
  for (const device of devices.values())
    if (device.isChanging && device.isAwake && !isLeftBehind(device, policy, step)) count += 1;
  return count;
}

export function countAdmitted({ devices }: RolloutState): number {
  let count = 0;
  for (const { attempt } of devices.values()) if (attempt > 0) count += 1;
  return count;
}

/** Group → how many of its devices may go down now. */
export function sparesOf({ policy, devices, bystandersUp }: RolloutState): Map<string, number> {
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
