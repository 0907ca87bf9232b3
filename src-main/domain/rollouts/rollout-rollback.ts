// Taking a rollout back: the deployment is withdrawn from every device it reached, a device at a time where budgets ask for it,
// and what ran there before applies again. It ends in any case: nobody waits for who sleeps, or for who holds its switch.
import { devicesText } from '#domain/values/count-text.ts';
import { exclude, isLeftBehind, requeue } from './rollout-attempt.ts';
import type { RolloutDraft } from './rollout-draft.ts';
import type { Cause, RolloutDevice } from './rollout-state.ts';

/** Whom the deployment did not reach yet stays as it is. */
export function beginRollback(draft: RolloutDraft, cause: Cause): void {
  draft.setStatus('rolling-back', cause);
  const action = draft.state.policy.stop?.action;
  draft.effects.push({ kind: 'redeploy', deploymentId: action?.kind === 'roll-back-to' ? action.deploymentId : null });
}

/** Part by part: who has it is to give it back, and whoever waits for it is let go. */
export function takeBack(draft: RolloutDraft): void {
  for (const [deviceId, device] of draft.devices) {
    if (!isToTakeBack(device)) continue;
    if (!draft.mayMove()) return;
    draft.setDevice(deviceId, takenBack(draft, device));
    if (device.changedBy?.isRollback === true && device.isAdmitted)
      draft.effects.push({ kind: 'withdraw', deviceId, attempt: device.attempt });
  }
}

function isToTakeBack({ standing, isAdmitted, purpose, isChanging, changedBy }: RolloutDevice): boolean {
  if (purpose === 'change') return isAdmitted || standing === 'pending';
  return standing === 'pending' && !isChanging && changedBy?.isRollback === true;
}

/** Where another way back has it in change, both are one: what the device is sent is what applies without either. */
function takenBack({ state: { cause }, now }: RolloutDraft, device: RolloutDevice): RolloutDevice {
  if (device.purpose === 'change' && !device.isAdmitted)
    return exclude(device, 'aborted', `The rollout was rolled back. ${cause.reason}`, now);
  if (device.changedBy?.isRollback !== true) return requeue(device, 'roll-back');
  const reason = `It was rolled back together with the rollout of '${device.changedBy.deploymentId}'.`;
  return { ...exclude(requeue(device, 'roll-back'), 'aborted', reason, now), standing: 'rolled-back' };
}

export function finishRollback(draft: RolloutDraft): void {
  if ([...draft.devices.values()].some(isToTakeBack)) return;
  const { policy } = draft.state;
  const involved = [...draft.devices.values()].filter(({ purpose }) => purpose === 'roll-back');
  const open = involved.filter(({ standing, isChanging }) => standing === 'pending' || isChanging);
  const asleep = open.filter(isWithdrawnAsleep).length;
  const held = open.filter((device) => isLeftBehind(device, policy, draft.now)).length;
  if (asleep + held < open.length) return;
  const stuck = involved.filter(({ standing }) => standing === 'failure').length;
  const back = involved.length - open.length - stuck;
  const parts = [`${back} of ${devicesText(involved.length)} ${back === 1 ? 'was' : 'were'} rolled back`];
  if (asleep > 0)
    parts.push(`${asleep} switched off ${asleep === 1 ? 'follows when it wakes' : 'follow when they wake'}`);
  if (held > 0)
    parts.push(
      `${held} ${held === 1 ? 'holds its switch and follows' : 'hold their switch and follow'} ${policy.needsPersonToSwitch ? 'when a person says now' : 'later'}`,
    );
  if (stuck > 0) parts.push(`${stuck} could not be rolled back`);
  draft.setStatus('rolled-back', draft.cause(`${parts.join('; ')}.`));
}

/** It finds the deployment taken back when it wakes. */
function isWithdrawnAsleep({ isAwake, isChanging }: RolloutDevice): boolean {
  return !isAwake && isChanging;
}
