// Devices that were awake when the last hub ended. No connection outlives a hub, and agents take half a minute to come back: taken
// for asleep meanwhile, they would count in no limit, so that a restart let more begin at once, or ended a way back unfinished.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollout-event.ts';
import type { RolloutNow, RolloutState } from '#domain/rollout-state.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { isAwake } from './rollout-targets.ts';

/** Twice the longest wait of an agent between two tries. */
const graceMs = 60_000;
/** Its time ends before a step's does. */
const marginMs = 10_000;

export interface ReturningDevices {
  /** For the start: whoever was awake is expected back, and no step of it fails before it can be. */
  expect(state: RolloutState, now: RolloutNow): readonly RolloutEvent[];
  isExpected(deviceId: DeviceId): boolean;
  came(deviceId: DeviceId): void;
  /** Once their time is over: those who did not come, and sleep. */
  missed(): readonly DeviceId[];
}

export function createReturningDevices({
  clock,
  read,
}: {
  readonly clock: Clock;
  readonly read: StoreReaders;
}): ReturningDevices {
  const expected = new Set<DeviceId>();
  let untilMs = 0;
  return {
    expect({ devices }, { runMs }) {
      untilMs = clock.monotonicMs() + graceMs;
      const away = [...devices].filter(([deviceId, known]) => known.isAwake && !isAwake(read, deviceId));
      for (const [deviceId] of away) expected.add(deviceId);
      const untilRunMs = runMs + graceMs + marginMs;
      // Those whose time would be over first are told first, for thousands are told in parts.
      const pressed = away.flatMap(([deviceId, { deadlineRunMs }]) =>
        deadlineRunMs === null || deadlineRunMs >= untilRunMs ? [] : [{ deviceId, deadlineRunMs }],
      );
      const ordered = pressed.toSorted((left, right) => left.deadlineRunMs - right.deadlineRunMs);
      return ordered.map(({ deviceId }) => ({ kind: 'device-expected', deviceId, untilRunMs }));
    },
    isExpected: (deviceId) => expected.has(deviceId),
    came: (deviceId) => void expected.delete(deviceId),
    missed() {
      if (expected.size === 0 || clock.monotonicMs() < untilMs) return [];
      const missed = [...expected];
      expected.clear();
      return missed;
    },
  };
}
