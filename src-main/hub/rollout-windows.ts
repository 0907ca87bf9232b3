// Devices that a window closed on before they switched: they hold by themselves until new terms come, which they get when the next
// window opens, or when a person hurries the rollout. The attempt stays the same.
import type { DeviceId } from '#base/ids.ts';
import { isWindowOpen } from '#domain/maintenance-window.ts';
import { isHeld } from '#domain/rollout-attempt.ts';
import type { RolloutNow } from '#domain/rollout-state.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { termsAt, writeStep, stepOf } from './rollout-step.ts';

export interface WindowWatch {
  /** Writes new terms for whoever is due: once for each opening, and once after a start, for nobody knows what was missed. */
  renew(store: Pick<Store, 'change'>, rollout: Rollout, now: RolloutNow): void;
}

/** `wasOpen`: the rollout begins with it, so that nobody can have missed an opening. */
export function createWindowWatch({ wasOpen }: { wasOpen: boolean }): WindowWatch {
  return {
    renew(store, rollout, now) {
      const { policy, isHurried, devices } = rollout.state;
      const isOpen = isHurried || isWindowOpen(policy.windows, now.wallMs);
      const hasOpened = isOpen && !wasOpen && policy.windows.length > 0;
      wasOpen = isOpen;
      const due = hasOpened ? [...devices].flatMap(([deviceId, device]) => (isHeld(device) ? [deviceId] : [])) : [];
      if (due.length > 0) store.change((write) => renewTerms(write, rollout, due, now));
    },
  };
}

/** Told with a step in which nothing happens but that time goes by, so that evaluation sends the terms. */
function renewTerms(write: StoreWriters, rollout: Rollout, deviceIds: readonly DeviceId[], now: RolloutNow): void {
  const { switchWithinSeconds } = termsAt(rollout.state, now)();
  for (const deviceId of deviceIds) {
    const attempt = rollout.state.devices.get(deviceId)?.attempt ?? 0;
    write.rollouts.renewTerms(rollout.number, deviceId, { attempt, switchWithinSeconds });
  }
  const step = stepOf(rollout, [], now);
  writeStep(write, { ...step, after: rollout, changed: [] }, 'hub', deviceIds);
}
