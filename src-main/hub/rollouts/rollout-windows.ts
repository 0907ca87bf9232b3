// Devices that a window closed on before they switched: they hold by themselves until new terms come, which they get when the next
// window opens, or when a person hurries the rollout; so do those that come to it, wake or start anew within it. The attempt stays
// the same.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { readAttemptReport } from '#contract/rollout-report.ts';
import { isWindowOpen } from '#domain/rollouts/maintenance-window.ts';
import { isHeld } from '#domain/rollouts/rollout-attempt.ts';
import type { RolloutDevice, RolloutNow } from '#domain/rollouts/rollout-state.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { Store, StoreReaders, StoreWriters } from '#store/store-types.ts';
import { termsAt, writeStep, stepOf } from './rollout-step.ts';

const agentId = '$edgeAgent' as ModuleId;

export interface WindowWatch {
  /**
   * Writes new terms for whoever is due: once for each opening, and once after a start, for nobody knows what was missed; and within
   * it for whoever says that it waits for a window under the newest terms it was given.
   */
  renew(store: Pick<Store, 'read' | 'change'>, rollout: Rollout, now: RolloutNow): void;
}

/** `wasOpen`: the rollout begins with it, so that nobody can have missed an opening. */
export function createWindowWatch({ wasOpen }: { wasOpen: boolean }): WindowWatch {
  return {
    renew(store, rollout, now) {
      const { policy, isHurried, devices } = rollout.state;
      const isOpen = isHurried || isWindowOpen(policy.windows, now.wallMs);
      const hasOpened = isOpen && !wasOpen;
      wasOpen = isOpen;
      if (!isOpen || policy.windows.length === 0) return;
      const due: DeviceId[] = [];
      for (const [deviceId, device] of devices)
        if (isHeld(device) && (hasOpened || waitsForWindow(store.read, deviceId, device))) due.push(deviceId);
      if (due.length > 0) store.change((write) => renewTerms(write, rollout, due, now));
    },
  };
}

function waitsForWindow(read: StoreReaders, deviceId: DeviceId, { attempt }: RolloutDevice): boolean {
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  const report = twin === undefined ? null : readAttemptReport(twin.reported.value);
  if (twin === undefined || report?.attempt !== attempt || report.version < twin.desired.version) return false;
  return report.hold?.by === 'window';
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
