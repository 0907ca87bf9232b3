// Random rollouts of which most devices come into mid-change, under windows that open and shut while they sleep and wake.
import * as fc from 'fast-check';
import type { DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutState } from '#domain/rollouts/rollout-state.ts';
import { anyNames, anyPolicy, anyTurn, clearAll, everyOtherHour, night } from './any-rollout.ts';
import { newWave } from './rollout-fleet.ts';

/** Under windows from the start, and nothing but them and a few at a time keeps anybody. */
export const anyWindowedPolicy: fc.Arbitrary<RolloutPolicy> = fc
  .tuple(anyPolicy, fc.constantFrom(null, 2), fc.constantFrom([night], everyOtherHour, everyOtherHour))
  .map(([policy, concurrency, windows]) => {
    const free = { waves: [newWave()], startsAtMs: null, stop: null, budgets: [], needsPersonToSwitch: false };
    return { ...policy, ...free, concurrency, windows };
  });

/** Whoever is up falls asleep, and whoever sleeps wakes: most of all those in mid-change. */
function turnOver(chosen: readonly DeviceId[]) {
  return ({ devices }: RolloutState): readonly RolloutEvent[] =>
    chosen.flatMap((deviceId) => {
      const device = devices.get(deviceId);
      return device === undefined ? [] : [{ kind: device.isAwake ? 'device-slept' : 'device-woke', deviceId } as const];
    });
}

export const anyWindowedSteps = fc.array(
  fc.record({
    turn: fc.oneof<fc.WeightedArbitrary<(state: RolloutState) => readonly RolloutEvent[]>[]>(
      { weight: 4, arbitrary: fc.constant(clearAll) },
      { weight: 4, arbitrary: anyNames.map(turnOver) },
      { weight: 3, arbitrary: anyTurn },
      { weight: 1, arbitrary: fc.constant(() => [{ kind: 'rolled-back', by: 'console' } as const]) },
    ),
    runMs: fc.constantFrom(1000, 60_000, 300_000, 1_740_000),
    jumpMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 7_200_000, 3_600_000, -5_400_000),
  }),
  { minLength: 15, maxLength: 40 },
);
