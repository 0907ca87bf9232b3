// Random policies, fleets and turns of events for rollouts: mostly what should happen, and then everything that should not.
import * as fc from 'fast-check';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutState, StepTold } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { newPolicy, newTarget, startMs } from './rollout-fleet.ts';

type EventChoice = fc.WeightedArbitrary<(state: RolloutState) => RolloutEvent>;

const days = [1, 2, 3, 4, 5, 6, 7];
export const night = { days, fromMinute: 1320, toMinute: 360, timeZone: 'Europe/Berlin' };
/** The first of them is open from the start: they open and shut under whoever is in mid-change. */
export const everyOtherHour = Array.from({ length: 12 }, (_, index) => {
  return { days, fromMinute: index * 120, toMinute: index * 120 + 60, timeZone: 'UTC' };
});

const anyGate = fc.record({
  successPercent: fc.integer({ min: 1, max: 100 }),
  soakMs: fc.constantFrom(0, 60_000, 3_600_000),
  needsPerson: fc.boolean(),
});
const anyMembers = fc.oneof(
  fc.record({ kind: fc.constant('count' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('percent' as const), percent: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('group' as const), groupId: fc.constant('canary') }),
);
export const anyPolicy: fc.Arbitrary<RolloutPolicy> = fc
  .record({
    waves: fc.array(fc.record({ name: fc.constant('wave'), members: anyMembers, gate: anyGate }), {
      minLength: 1,
      maxLength: 4,
    }),
    targets: fc.constantFrom(
      { kind: 'fixed' } as const,
      { kind: 'growing', maxDevices: null } as const,
      { kind: 'growing', maxDevices: 3 } as const,
    ),
    concurrency: fc.constantFrom(null, 1, 3),
    startsAtMs: fc.constantFrom(null, startMs + 3_600_000),
    windows: fc.constantFrom([], [night], everyOtherHour),
    needsPersonToSwitch: fc.boolean(),
    retries: fc.integer({ min: 0, max: 2 }),
    stop: fc.option(
      fc.record({
        atLeastFailed: fc.integer({ min: 1, max: 3 }),
        comparison: fc.constantFrom('>' as const, '≥' as const),
        percent: fc.integer({ min: 0, max: 100 }),
        action: fc.constantFrom(
          { kind: 'pause' } as const,
          { kind: 'roll-back' } as const,
          { kind: 'roll-back', withoutBase: 'empty' } as const,
          { kind: 'roll-back-to-last-good', withoutBase: 'keep' } as const,
          { kind: 'roll-back-to', deploymentId: 'old' as DeploymentId } as const,
        ),
      }),
    ),
    budgets: fc.constantFrom([], [{ groupId: 'gateways', atLeastUp: 1 }]),
  })
  .map((given) => newPolicy({ ...given, stepLimitMs: 600_000 }));

const names = Array.from({ length: 9 }, (_, index) => `device-${index}` as DeviceId);
const anyDeviceId = fc.constantFrom(...names);
export const anyNames = fc.subarray(names);
const anyVerdict: fc.Arbitrary<Verdict> = fc.constantFrom(
  'done',
  'done',
  'done',
  'failed-unchanged',
  'failed-rolled-back',
  'failed-left',
  'failed-stuck',
  'refused',
);
const anyTarget = fc
  .record({
    deviceId: anyDeviceId,
    isAwake: fc.boolean(),
    isUp: fc.boolean(),
    isCanary: fc.boolean(),
    isGateway: fc.boolean(),
  })
  .map(({ deviceId, isAwake, isUp, isCanary, isGateway }) =>
    newTarget(deviceId, { isAwake, isUp, waves: isCanary ? [0, 1, 2, 3] : [], groups: isGateway ? ['gateways'] : [] }),
  );

export const anyTargets = fc.uniqueArray(anyTarget, { selector: ({ deviceId }) => deviceId, maxLength: 9 });

const anyTold: fc.Arbitrary<StepTold | null> = fc.constantFrom(
  null,
  null,
  { hasSwitched: false },
  { hasSwitched: true, limitMs: 7_200_000 },
  { hasSwitched: true, module: 'web' },
  { unpacked: 1 },
  { unpacked: 2 },
);

/** What a device does next: `attempt` is added to the one it has, so that reports of others come too. */
const anyEvent: fc.Arbitrary<(state: RolloutState) => RolloutEvent> = fc.oneof<EventChoice[]>(
  { weight: 2, arbitrary: fc.constant(() => ({ kind: 'time-passed' as const })) },
  {
    weight: 1,
    arbitrary: anyTargets.map((targets) => () => ({ kind: 'targets-joined' as const, targets })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('device-woke', 'device-slept', 'device-up', 'device-down'), anyDeviceId)
      .map(([kind, deviceId]) => () => ({ kind, deviceId })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(anyDeviceId, fc.boolean()).map(([deviceId, isDecommissioned]) => () => ({
      kind: 'target-left' as const,
      deviceId,
      isDecommissioned,
      ...(isDecommissioned && { keepsEnd: true }),
    })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        anyDeviceId,
        fc.constantFrom(
          { kind: 'go' } as const,
          { kind: 'go' } as const,
          { kind: 'go' } as const,
          { kind: 'wait', obstacles: ['Its disk is full.'] } as const,
          { kind: 'never', reason: 'It is arm64.' } as const,
        ),
      )
      .map(([deviceId, answer]) => () => ({ kind: 'preflight-answered' as const, deviceId, answer })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(anyDeviceId, fc.constantFrom(0, 0, 0, -1, 1), fc.integer({ min: 0, max: 3 }), anyVerdict)
      .map(([deviceId, other, later, verdict]) => (state: RolloutState) => ({
        kind: 'attempt-ended' as const,
        deviceId,
        attempt: (state.devices.get(deviceId)?.attempt ?? 0) + other,
        number: (state.devices.get(deviceId)?.reportNumber ?? 0) + later,
        verdict,
        reason: null,
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        anyDeviceId,
        fc.constantFrom('downloading', 'installing', 'verifying', 'held'),
        fc.integer({ min: 0, max: 100 }),
        anyTold,
      )
      .map(([deviceId, step, done, told]) => (state: RolloutState) => ({
        kind: 'progress-reported' as const,
        deviceId,
        attempt: state.devices.get(deviceId)?.attempt ?? 0,
        number: (state.devices.get(deviceId)?.reportNumber ?? 0) + 1,
        step: step as 'downloading',
        bytes: { done, total: 100 },
        ...(told && { told }),
      })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(anyDeviceId, fc.boolean()).map(([deviceId, isCurrent]) => (state: RolloutState) => ({
      kind: 'nothing-to-change' as const,
      deviceId,
      attempt: isCurrent ? (state.devices.get(deviceId)?.attempt ?? 0) : 99,
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('paused', 'resumed', 'hurried', 'failed-retried', 'wave-released', 'rolled-back', 'canceled')
      .map((kind) => () => ({ kind, by: 'console' })),
  },
  { weight: 1, arbitrary: fc.constant(() => ({ kind: 'paused', by: 'console', keepsStopRule: true })) },
  {
    weight: 1,
    arbitrary: fc.tuple(anyDeviceId, fc.constantFrom(0, 1)).map(([deviceId, other]) => (state: RolloutState) => ({
      kind: 'carried-out-late' as const,
      deviceId,
      attempt: (state.devices.get(deviceId)?.attempt ?? 0) + other,
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: 2 })
      .map((up) => () => ({ kind: 'bystanders-counted' as const, groupId: 'gateways', up })),
  },
);

/** Most of what happens is what should: whoever waits is cleared, whoever changes comes to an end. */
export const anyTurn: fc.Arbitrary<(state: RolloutState) => readonly RolloutEvent[]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .array(anyEvent, { maxLength: 3 })
      .map((makers) => (state: RolloutState) => makers.map((make) => make(state))),
  },
  { weight: 3, arbitrary: fc.constant(clearAll) },
  { weight: 4, arbitrary: fc.array(anyVerdict, { minLength: 1, maxLength: 3 }).map((verdicts) => endSome(verdicts)) },
);

export function clearAll({ devices }: RolloutState): readonly RolloutEvent[] {
  const waiting = [...devices].filter(([, { standing, isChanging }]) => standing === 'pending' && !isChanging);
  return waiting.map(([deviceId]) => ({ kind: 'preflight-answered', deviceId, answer: { kind: 'go' } }));
}

function endSome(verdicts: readonly Verdict[]) {
  return ({ devices }: RolloutState): readonly RolloutEvent[] => {
    const changing = [...devices].filter(([, { isChanging }]) => isChanging);
    return changing.slice(0, verdicts.length).map(([deviceId, { attempt, reportNumber }], index) => ({
      kind: 'attempt-ended',
      deviceId,
      attempt,
      number: reportNumber + 1,
      verdict: verdicts[index] ?? 'done',
      reason: null,
    }));
  };
}

export const anyStep = fc.record({
  turn: anyTurn,
  runMs: fc.constantFrom(0, 1000, 60_000, 600_000, 3_600_000),
  /** The wall may go anywhere. */
  jumpMs: fc.constantFrom(0, 0, 0, 0, 0, -86_400_000, 86_400_000, 7_200_000, 3_600_000, -5_400_000),
});
