// What becomes of devices in a rollout that is over. Whoever waits is let go; who is in mid-change comes to his end, for half a
// change is worse than either; and who failed keeps his standing but is reached no more: what he refused is not wanted on him any
// longer, and no later change starts from it. That is no attempt: where he runs what he ran before, nothing changes on him.
import { isWindowOpen } from './maintenance-window.ts';
import { exclude } from './rollout-attempt.ts';
import type { RolloutDraft } from './rollout-draft.ts';
import { isOfBefore } from './rollout-rules.ts';
import { isFinal, type Cause, type RolloutDevice } from './rollout-state.ts';
import { isReleased, isSwitchTime } from './window-terms.ts';

/**
 * One left with the new set, or in between, has to change once more, and waits for a window like everybody: awake, for one that
 * sleeps would find it when it wakes, and change then.
 */
export function letGo(draft: RolloutDraft): void {
  if (!isFinal(draft.status)) return;
  const { cause } = draft.state;
  const mayChange = changesNow(draft);
  for (const [deviceId, device] of draft.devices) {
    if (isWaiting(device)) {
      if (!draft.mayMove()) return;
      draft.setDevice(deviceId, exclude(device, 'aborted', cause.reason, draft.now));
    }
    if (!isToWithdraw(device)) continue;
    if (!runsAsBefore(device) && !mayChange(device)) continue;
    if (!draft.mayMove()) return;
    draft.setDevice(deviceId, { ...device, isAdmitted: false });
    draft.effects.push({ kind: 'withdraw', deviceId, attempt: device.attempt });
  }
}

/** In steps of before, whoever slept was not waited for. */
function changesNow({ state, now }: RolloutDraft): (device: RolloutDevice) => boolean {
  const { policy, isHurried } = state;
  let isTime: boolean | undefined;
  if (isOfBefore(now)) return () => (isTime ??= isHurried || isWindowOpen(policy.windows, now.wallMs));
  return (device) => isReleased({ policy, isHurried }, device, (isTime ??= isSwitchTime({ policy, isHurried }, now)));
}

/**
 * Its deployment was deleted: it applies to nobody from now on, so that whoever is in mid-change gets what applies without it. Told
 * again and again until all parts are done.
 */
export function vanish(draft: RolloutDraft, by: Cause['by']): void {
  const reason = 'Its deployment was deleted.';
  if (!isFinal(draft.status)) draft.setStatus('canceled', { by, reason, atMs: draft.now.wallMs });
  for (const [deviceId, device] of draft.devices) {
    const isOver = !device.isChanging && !isWaiting(device);
    if (isOver && !device.isAdmitted) continue;
    if (!draft.mayMove()) return;
    const left = isOver ? device : exclude(device, 'aborted', reason, draft.now);
    draft.setDevice(deviceId, { ...left, isAdmitted: false });
  }
}

/** Also for another attempt. */
function isWaiting({ standing, isChanging }: RolloutDevice): boolean {
  return standing === 'pending' && !isChanging;
}

function isToWithdraw({ standing, isAdmitted }: RolloutDevice): boolean {
  return standing === 'failure' && isAdmitted;
}

/** Of one that failed: what applies without the rollout changes nothing on it. */
export function runsAsBefore({ verdict }: RolloutDevice): boolean {
  return verdict === 'failed-unchanged' || verdict === 'failed-rolled-back' || verdict === 'refused';
}

/** Whether something can still happen to a device of a rollout that is over. */
export function isUnsettled(device: RolloutDevice): boolean {
  return device.isChanging || isWaiting(device) || isToWithdraw(device);
}
