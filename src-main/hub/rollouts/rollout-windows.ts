// Windows that shut and open while devices are in mid-change. Whoever sleeps, and everybody while no window is open, is told to hold
// the switch: a limit of time counts from when a device hears of it, which may be days later and while no hub runs. Whoever is there
// in a window gets a time, as does whoever says that he waits for it. The attempt stays the same.
// INVARIANT: terms with a limit of time are those of a device that was there when they were written, while a window was open.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { readAttemptReport } from '#contract/rollout-report.ts';
import { isHeld } from '#domain/rollouts/rollout-attempt.ts';
import type { RolloutDevice, RolloutNow } from '#domain/rollouts/rollout-state.ts';
import { isBeforeSwitch, isReleased, isSwitchTime, isWallSet } from '#domain/rollouts/window-terms.ts';
import { isUnheard } from '#hub/evaluation/kept-back.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';
import { stepOf, termsAt, writeStep, type RolloutStep } from './rollout-step.ts';

const agentId = '$edgeAgent' as ModuleId;

export interface WindowWatch {
  /** Writes new terms for whoever's say something else than they should, and returns who got them. */
  renew(store: Pick<Store, 'read' | 'change'>, rollout: Rollout, now: RolloutNow): readonly DeviceId[];
}

interface Told {
  readonly attempt: number;
  /** As its terms were last written; null: it is a person who holds it, or let it go on, and windows have no say. */
  readonly isHolding: boolean | null;
}

interface Due {
  readonly deviceId: DeviceId;
  readonly device: RolloutDevice;
}

/**
 * `isNew`: the rollout begins with it. After a start nobody knows who heard of what, and when, and after the clock was set nobody
 * what is left of a window: all are told anew.
 */
export function createWindowWatch({ isNew }: { isNew: boolean }): WindowWatch {
  const told = new Map<DeviceId, Told>();
  let isSure = isNew;
  let sureSince: RolloutNow | null = null;

  function isDue(read: StoreReaders, { number, state }: Rollout, { deviceId, device }: Due, isTime: boolean): boolean {
    const { attempt } = device;
    const known = told.get(deviceId);
    const isHolding = known?.attempt === attempt ? known.isHolding : isHoldingIn(read, number, deviceId, device);
    told.set(deviceId, { attempt, isHolding });
    const mayGo = isReleased(state, device, isTime);
    if (isHolding === null) return false;
    if (isHolding === mayGo) return true;
    return mayGo && (!isSure || (isHeld(device) && waitsForWindow(read, deviceId, device)));
  }

  return {
    renew(store, rollout, now) {
      const { state } = rollout;
      if (state.policy.windows.length === 0) return [];
      const isTime = isSwitchTime(state, now);
      if (sureSince !== null && isWallSet(sureSince, now)) isSure = false;
      const due: Due[] = [];
      for (const [deviceId, device] of state.devices)
        if (isBeforeSwitch(device) && isDue(store.read, rollout, { deviceId, device }, isTime))
          due.push({ deviceId, device });
      if (due.length > 0) {
        const step = stepOf(rollout, [], now);
        // Where time alone brings something about, that is a step of its own, and goes before.
        if (!step.isIdle) return [];
        writeTerms(store, step, due);
        for (const { deviceId, device } of due)
          told.set(deviceId, { attempt: device.attempt, isHolding: !isReleased(state, device, isTime) });
      }
      if (!isSure) sureSince = null;
      sureSince ??= now;
      isSure = true;
      return due.map(({ deviceId }) => deviceId);
    },
  };
}

function isHoldingIn(
  read: StoreReaders,
  number: number,
  deviceId: DeviceId,
  { attempt }: RolloutDevice,
): Told['isHolding'] {
  const row = read.rollouts.attempt(number, deviceId, attempt);
  if (row === undefined || row.hold === 'person') return null;
  return row.hold === 'none' && row.switchWithinSeconds === null ? null : row.hold === 'window';
}

function waitsForWindow(read: StoreReaders, deviceId: DeviceId, { attempt }: RolloutDevice): boolean {
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  const report = twin === undefined ? null : readAttemptReport(twin.reported.value);
  if (twin === undefined || report?.attempt !== attempt || report.version < twin.desired.version) return false;
  return report.hold?.by === 'window';
}

/** Told with a step in which nothing happens but that time goes by, so that evaluation sends the terms. */
function writeTerms(store: Pick<Store, 'read' | 'change'>, step: RolloutStep, due: readonly Due[]): void {
  const { after, now } = step;
  const terms = termsAt(after.state, now);
  store.change((write) => {
    for (const { deviceId, device } of due) {
      write.rollouts.renewTerms(after.number, deviceId, { attempt: device.attempt, ...terms(device) });
      const attempt = store.read.rollouts.attempt(after.number, deviceId, device.attempt);
      if (!device.isAwake && attempt?.hold === 'window' && isUnheard(store.read, attempt))
        write.rollouts.noteUnsent(attempt.id);
    }
    writeStep(
      write,
      { ...step, changed: [] },
      'hub',
      due.map(({ deviceId }) => deviceId),
    );
  });
}
