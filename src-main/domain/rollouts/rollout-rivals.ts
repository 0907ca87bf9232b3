// Two rollouts that mean the same device. A device is in change by one of them at a time: the other waits until that has ended,
// and a way back goes before a change. Of two that would give it a base, the newer takes over whoever the older has not begun.
// Nobody holds a device while waiting for another, so that two rollouts never wait for each other.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { devicesText } from '#domain/values/count-text.ts';
import { exclude, requeue } from './rollout-attempt.ts';
import type { RolloutDraft } from './rollout-draft.ts';
import type { RolloutEvent } from './rollout-event.ts';
import type { RolloutDevice, RolloutNow } from './rollout-state.ts';

type EventOf<Kind extends RolloutEvent['kind']> = Extract<RolloutEvent, { readonly kind: Kind }>;

/** Another has it in change; where this one had, that is over, and it begins anew when the other has ended. */
export function giveWay(
  device: RolloutDevice,
  { by, isRollback }: EventOf<'device-taken'>,
  now: RolloutNow,
): RolloutDevice {
  const changedBy = { deploymentId: by, isRollback };
  if (!device.isChanging) return { ...device, changedBy, preflight: null };
  const isAdmitted = device.isAdmitted && device.purpose === 'roll-back';
  const reason = `The rollout of '${by}' took it into change meanwhile.`;
  return { ...requeue(device, device.purpose), isAdmitted, changedBy, reason, endedAtMs: now.wallMs };
}

export function yieldTo(draft: RolloutDraft, { by, deviceIds }: EventOf<'devices-taken-over'>): void {
  if (draft.status === 'rolling-back') return;
  let isAnyTaken = false;
  for (const deviceId of deviceIds) {
    const device = draft.devices.get(deviceId);
    if (device === undefined || !isWaiting(device)) continue;
    isAnyTaken = true;
    const reason = `Deployment '${by}' took its place on this device.`;
    draft.setDevice(deviceId, exclude(device, 'aborted', reason, draft.now));
  }
  const isLeft = [...draft.devices.values()].some(isWaiting);
  if (isAnyTaken && !isLeft && draft.state.policy.targets.kind === 'fixed' && draft.state.joiningOf === null)
    draft.setStatus('superseded', draft.cause(`Deployment '${by}' took over all devices that were left.`));
}

/** Not begun, or to be tried again. */
function isWaiting({ standing, isChanging }: RolloutDevice): boolean {
  return standing === 'pending' && !isChanging;
}

/** What a newer rollout makes of an older. `superseded`: they have the same condition. */
export type Rivalry = 'superseded' | 'taken-over' | 'outranks' | 'takes-turns';

/** "12 of 40 devices are still to be changed by the open rollout of 'A': those that it has not begun are taken over …". */
export function rivalryText(
  olderId: DeploymentId,
  outcome: Rivalry,
  { shared, of }: { readonly shared: number; readonly of: number },
): string {
  const who = `${shared} of ${devicesText(of)} ${shared === 1 ? 'is' : 'are'} still to be changed by the open rollout of '${olderId}'`;
  switch (outcome) {
    case 'superseded':
      return `${who}, which has the same condition: it is superseded, and devices in change come to their end before this one begins them.`;
    case 'taken-over':
      return `${who}: those that it has not begun are taken over by this one, and devices in change come to their end before.`;
    case 'outranks':
      return `${who}, which ranks above: what it gives hides this one, so that those devices are excluded from this one once they have it.`;
    case 'takes-turns':
      return `${who}: each device is changed by one of the two at a time, and gets both.`;
  }
}

/** What is known of one side of a rivalry. */
export interface Rival {
  readonly deploymentId: DeploymentId;
  readonly isBase: boolean;
  readonly priority: number;
  readonly devices: ReadonlyMap<DeviceId, Pick<RolloutDevice, 'standing' | 'isChanging'>>;
}

/**
 * What becomes of the older of two that mean some of the same devices. Both bases of priority 5: `taken-over`; the older of 9 and
 * the newer of 5: `outranks`; one of them a layer: `takes-turns`.
 */
export function rivalry(
  older: Pick<Rival, 'isBase' | 'priority'>,
  newer: Pick<Rival, 'isBase' | 'priority'>,
): Exclude<Rivalry, 'superseded'> {
  if (!older.isBase || !newer.isBase) return 'takes-turns';
  return older.priority > newer.priority ? 'outranks' : 'taken-over';
}

/** Whom the newer takes over now. */
export function heirs(older: Rival, newer: Rival): readonly DeviceId[] {
  if (rivalry(older, newer) !== 'taken-over') return [];
  const taken: DeviceId[] = [];
  for (const [deviceId, { standing, isChanging }] of older.devices)
    if (standing === 'pending' && !isChanging && newer.devices.has(deviceId)) taken.push(deviceId);
  return taken;
}
