// Whom an order to a rollout hits: told to a person before it is given. Whether it can be given at all stands in rollout-order.ts.
import type { DeviceId } from '#base/ids.ts';
import type { RolloutOrderKind } from './rollout-order.ts';
import type { RolloutDevice, RolloutState } from './rollout-state.ts';

/**
 * In the order they came. To pause, resume, hurry or cancel hits those that were not begun; to open the next wave its devices; to retry the
 * failed; to roll back whoever the deployment reaches. Two of forty failed: `failed-retried` → these two.
 */
export function orderTargets(
  { devices, currentWave }: Pick<RolloutState, 'devices' | 'currentWave'>,
  order: RolloutOrderKind,
): readonly DeviceId[] {
  const targets: DeviceId[] = [];
  for (const [deviceId, device] of devices) if (isTarget(device, order, currentWave)) targets.push(deviceId);
  return targets;
}

function isTarget(device: RolloutDevice, order: RolloutOrderKind, currentWave: number): boolean {
  switch (order) {
    case 'paused':
    case 'resumed':
    case 'hurried':
    case 'canceled':
      return device.standing === 'pending' && !device.isChanging;
    case 'wave-released':
      return device.wave === currentWave + 1;
    case 'failed-retried':
      return device.standing === 'failure' && !device.isGone;
    case 'rolled-back':
      return device.isAdmitted;
  }
}
