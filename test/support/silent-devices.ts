// What must hold of every device whose attempt ended without a word of its own: its time ran out.
import { expect } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';

/** Silent before it switched, it is reached no more; and who refused waits for no other attempt by itself. */
export function checkSilence(
  was: RolloutDevice,
  device: RolloutDevice,
  deviceId: DeviceId,
  events: readonly RolloutEvent[],
): void {
  if (!was.isChanging || device.isChanging || device.failures === was.failures) return;
  const told = events.find((event) => event.kind === 'attempt-ended' && event.deviceId === deviceId);
  if (told === undefined && device.verdict === 'failed-unchanged') expect(device.isAdmitted).toBe(false);
  // Silent while it had not said anything of the attempt, so that nothing can have been switched.
  const isUnheard = events.every((event) => !('deviceId' in event) || event.deviceId !== deviceId);
  if (isUnheard && was.standing === 'pending') expect(device.verdict).toBe('failed-unchanged');
  const isRetried = events.some(({ kind }) => kind === 'failed-retried');
  if (device.verdict === 'refused' && device.purpose === was.purpose && !isRetried)
    expect(device.standing).toBe('failure');
}
