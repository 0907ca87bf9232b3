// Devices that were awake when the last hub ended. No connection outlives a hub, and agents take half a minute to come back: taken
// for asleep meanwhile, they would count in no limit, so that a restart let more begin at once, or ended a way back unfinished.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';

/** Twice the longest wait of an agent between two tries. */
const graceMs = 60_000;
/** Its time ends before a step's does. */
const marginMs = 10_000;

export interface ReturningDevices {
  /** For the start: whoever was awake is expected back, and no step of it fails before it can be. Nobody is looked at for it. */
  expect(state: RolloutState, now: RolloutNow): readonly RolloutEvent[];
  isExpected(deviceId: DeviceId): boolean;
  /** It was looked at and is not there yet. */
  isAway(deviceId: DeviceId): void;
  /** Whether it had been away. */
  came(deviceId: DeviceId): boolean;
  /** Once their time is over: those who did not come, and sleep. */
  missed(): readonly DeviceId[];
}

export function createReturningDevices({ clock }: { readonly clock: Clock }): ReturningDevices {
  /** With whether it was seen to be away. */
  const expected = new Map<DeviceId, boolean>();
  let untilMs = 0;
  return {
    expect({ devices }, { runMs }) {
      untilMs = clock.monotonicMs() + graceMs;
      const untilRunMs = runMs + graceMs + marginMs;
      const pressed: { readonly deviceId: DeviceId; readonly deadlineRunMs: number }[] = [];
      for (const [deviceId, { isAwake, deadlineRunMs }] of devices) {
        if (!isAwake) continue;
        expected.set(deviceId, false);
        if (deadlineRunMs !== null && deadlineRunMs < untilRunMs) pressed.push({ deviceId, deadlineRunMs });
      }
      // Those whose time would be over first are told first, for thousands are told in parts.
      const ordered = pressed.toSorted((left, right) => left.deadlineRunMs - right.deadlineRunMs);
      return ordered.map(({ deviceId }) => ({ kind: 'device-expected', deviceId, untilRunMs }));
    },
    isExpected: (deviceId) => expected.has(deviceId),
    isAway: (deviceId) => void expected.set(deviceId, true),
    came(deviceId) {
      const wasAway = expected.get(deviceId) === true;
      expected.delete(deviceId);
      return wasAway;
    },
    missed() {
      if (expected.size === 0 || clock.monotonicMs() < untilMs) return [];
      const missed = [...expected.keys()];
      expected.clear();
      return missed;
    },
  };
}
