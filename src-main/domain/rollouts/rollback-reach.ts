// What one rollout does to another: a rollback takes a deployment from devices, or, taken back itself, gives it to them again, and
// it brings the contents that go with it. INVARIANT: where a device came to an end it stays; only what reaches it changes.
import { exclude, notBegun } from './rollout-attempt.ts';
import type { RolloutDraft } from './rollout-draft.ts';
import type { RolloutEvent } from './rollout-event.ts';
import { isOutOfService, type RolloutDevice, type RolloutNow } from './rollout-state.ts';

type ReachChange = Extract<RolloutEvent, { readonly kind: 'reach-changed' }>;

/** A device that succeeded and is taken back stays successful, is not admitted any more, and says by which deployment. */
export function changeReach(draft: RolloutDraft, { deviceIds, isReached, because }: ReachChange): void {
  const known = draft.devices.size;
  for (const deviceId of deviceIds) {
    const device = draft.devices.get(deviceId);
    const next =
      device === undefined ? outsider(isReached, because) : reached(device, { isReached, because, now: draft.now });
    draft.setDevice(deviceId, next);
  }
  if (draft.devices.size > known) draft.orderDevices();
}

function reached(
  device: RolloutDevice,
  { isReached, because, now }: Pick<ReachChange, 'isReached' | 'because'> & { readonly now: RolloutNow },
): RolloutDevice {
  if (isOutOfService(device)) return device;
  const isOnItsWay = device.standing === 'pending' || device.isChanging;
  if (isOnItsWay && !isReached) return { ...exclude(device, 'aborted', because, now), isAdmitted: false };
  return { ...device, isAdmitted: isReached, reason: reasonOf(device, because) };
}

/** Why an attempt failed is worth more than what came after it. */
function reasonOf({ standing, reason }: RolloutDevice, because: string): string {
  if (standing !== 'failure' || reason === null) return because;
  return reason.endsWith(because) ? reason : `${reason} ${because}`;
}

/** One that no attempt of this rollout is for: it has the deployment already, or gets it with another rollout. */
export function outsider(isReached: boolean, because: string): RolloutDevice {
  const standing = isReached ? 'already-installed' : 'not-applicable';
  return { ...notBegun, wave: 0, standing, isAdmitted: isReached, reason: because };
}
