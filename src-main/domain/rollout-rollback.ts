// Taking a rollout back: the deployment is withdrawn from every device it reached, a device at a time where budgets ask for it,
// and what ran there before applies again. It ends in any case: who sleeps is not waited for.
import type { RolloutDraft } from './rollout-draft.ts';
import { exclude, requeue } from './rollout-attempt.ts';
import type { Cause, RolloutDevice } from './rollout-state.ts';

/** Whom the deployment did not reach yet stays as it is. */
export function beginRollback(draft: RolloutDraft, cause: Cause): void {
  draft.setStatus('rolling-back', cause);
  const action = draft.state.policy.stop?.action;
  if (action?.kind === 'roll-back-to') draft.effects.push({ kind: 'redeploy', deploymentId: action.deploymentId });
  for (const [deviceId, device] of draft.devices) {
    if (device.isAdmitted) draft.setDevice(deviceId, requeue(device, 'roll-back'));
    else if (device.standing === 'pending')
      draft.setDevice(deviceId, exclude(device, 'aborted', `The rollout is taken back: ${cause.reason}`, draft.now));
  }
}

export function finishRollback(draft: RolloutDraft): void {
  const involved = [...draft.devices.values()].filter(({ purpose }) => purpose === 'roll-back');
  const open = involved.filter(({ standing, isChanging }) => standing === 'pending' || isChanging);
  if (open.some((device) => !isWithdrawnAsleep(device))) return;
  const stuck = involved.filter(({ standing }) => standing === 'failure').length;
  const parts = [`${involved.length - open.length - stuck} of ${involved.length} devices were taken back`];
  if (open.length > 0) parts.push(`${open.length} switched off get it when they wake`);
  if (stuck > 0) parts.push(`${stuck} could not be taken back`);
  draft.setStatus('rolled-back', draft.cause(`${parts.join('; ')}.`));
}

/** It finds the deployment taken back when it wakes. */
function isWithdrawnAsleep({ isAwake, isChanging }: RolloutDevice): boolean {
  return !isAwake && isChanging;
}
