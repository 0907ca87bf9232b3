// Each state of a device and of a rollout in one sentence, with what would move it on.
import { describe, expect, test } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { MaintenanceWindow } from '#domain/rollouts/maintenance-window.ts';
import { explainRollout } from '#domain/rollouts/rollout-explain-whole.ts';
import { explainDevice, waitingReason } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutDevice, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { driveRollout, newGate, newPolicy, newTarget, newWave, startMs } from '#test/support/rollout-fleet.ts';

const now = { wallMs: startMs, runMs: 0 };
const gate = newGate({ successPercent: 90 });
const waves = [
  newWave({ name: 'canary', members: { kind: 'count', count: 1 }, gate }),
  newWave({ name: 'middle', members: { kind: 'count', count: 1 } }),
  newWave({ name: 'all' }),
];
// The start is a Friday.
const monday: MaintenanceWindow = { days: [1], fromMinute: 0, toMinute: 60, timeZone: 'UTC' };

function aRollout(policy: Partial<RolloutPolicy> = {}) {
  return driveRollout(
    newPolicy({ waves, ...policy }),
    ['d1', 'd2', 'd3'].map((id) => newTarget(id)),
  );
}

function said(
  device: Partial<RolloutDevice>,
  state: Partial<RolloutState> = {},
  policy: Partial<RolloutPolicy> = {},
): string {
  const rollout = aRollout(policy);
  const before = rollout.device('d1');
  return explainDevice({ ...rollout.state(), ...state }, { ...before, ...device }, now);
}

const paused = { by: 'hub', reason: 'Too many failed.', atMs: startMs } as const;
const cleared = { obstacles: [], answeredRunMs: 0 };
const begun = { isChanging: true, attempt: 1, deadlineRunMs: 600_000 };
const back = { purpose: 'roll-back', attempt: 2 } as const;

test.each<[string, string, Partial<RolloutDevice>, Partial<RolloutState>?, Partial<RolloutPolicy>?]>([
  [
    'whose wave is not open',
    "It waits for its turn: wave 2 of 3 is not open yet. That wave opens when ≥ 90 % of wave 'canary' succeeded.",
    { wave: 1 },
  ],
  [
    'before whose wave another one comes',
    "It waits for its turn: wave 3 of 3 is not open yet. Waves open in their order, and wave 2 opens when ≥ 90 % of wave 'canary' succeeded.",
    { wave: 2 },
  ],
  ['that no wave took yet', 'It waits for its turn: wave 1 of 3 is not open yet.', { wave: null }, { currentWave: -1 }],
  [
    'whose wave a person opens',
    "It waits for its turn: wave 2 of 3 is not open yet. That wave is opened by a person, once ≥ 100 % of wave 'a' succeeded and stayed so for 10 minutes.",
    { wave: 1 },
    {},
    { waves: [newWave({ name: 'a', gate: newGate({ needsPerson: true, soakMs: 600_000 }) }), ...waves.slice(1)] },
  ],
  [
    'in a paused rollout',
    'It waits for its turn: the rollout is paused. Too many failed. It goes on when a person lets the rollout go on.',
    {},
    { status: 'paused', cause: paused },
  ],
  ['in a scheduled rollout', 'It waits for its turn: the rollout begins at its time.', {}, { status: 'scheduled' }],
  [
    'in a rollout that is scheduled for a time',
    'It waits for its turn: the rollout begins at its time, Fri 15 Jan 2027 at 01:30 (Europe/Berlin).',
    {},
    { status: 'scheduled' },
    { startsAtMs: Date.UTC(2027, 0, 15, 0, 30), windows: [{ ...monday, timeZone: 'Europe/Berlin' }] },
  ],
  [
    'that is switched off',
    'It waits for its turn: it is switched off and holds up nobody. It goes on when it wakes.',
    { isAwake: false },
  ],
  [
    'outside the windows',
    'It waits for its turn: no maintenance window is open, and the next one opens on Mon 18 Jan 2027 at 00:00 (UTC). It goes on then, or when a person hurries the rollout.',
    {},
    {},
    { windows: [monday] },
  ],
  [
    'with obstacles',
    'It waits for its turn: Its disk is full. Its clock is wrong.',
    { preflight: { obstacles: ['Its disk is full.', 'Its clock is wrong.'], answeredRunMs: 0 } },
  ],
  [
    'that is being asked',
    'Attempt 1 failed. It waits for its turn: the hub is checking whether anything stands in its way.',
    { failures: 1, attempt: 1 },
  ],
  [
    'that may begin',
    'It waits for its turn: it begins in a moment.',
    { preflight: cleared },
    { isHurried: true },
    { windows: [monday] },
  ],
  [
    'that others keep waiting',
    "It waits for its turn: at most 2 may be in change at once, and at least 1 of group 'g' must stay up. It begins when that leaves room for it.",
    { preflight: cleared, groups: ['g'] },
    {},
    {
      concurrency: 2,
      budgets: [
        { groupId: 'g', atLeastUp: 1 },
        { groupId: 'h', atLeastUp: 1 },
      ],
    },
  ],
  [
    'that waits to be taken back',
    'It waits to be rolled back: it begins in a moment.',
    { ...back, wave: 2, isAwake: false },
    { status: 'rolling-back' },
  ],
  [
    'that was sent an attempt',
    'Attempt 1 was sent to it, and it has not said anything of it yet. Without progress for 10 minutes the attempt fails.',
    begun,
  ],
  [
    'that was told to go back and is away',
    'It was told to roll back, and it is switched off: it goes on when it wakes, and holds up nobody.',
    { ...begun, ...back, isAwake: false },
  ],
  [
    'that downloads',
    'It is downloading (33 %), attempt 1. Without progress for 30 seconds the attempt fails.',
    { ...begun, standing: 'downloading', bytes: { done: 1, total: 3 } },
    {},
    { stepLimitMs: 30_000 },
  ],
  [
    'that installs',
    'It is installing, attempt 1. Without progress for 1 minute the attempt fails.',
    { ...begun, standing: 'installing' },
    {},
    { stepLimitMs: 60_000 },
  ],
  [
    'that installs what it had',
    'It is being rolled back: it is installing, attempt 2. Without progress for 10 minutes the attempt fails.',
    { ...begun, ...back, standing: 'installing' },
    { status: 'rolling-back' },
  ],
  [
    'that fell asleep on its way',
    'It was switched off while verifying: it goes on when it wakes, and holds up nobody.',
    { ...begun, standing: 'verifying', isAwake: false },
  ],
  [
    'that holds its switch',
    'It has all it needs for attempt 1 and holds its switch, for a lock on it or until a person lets it go on.',
    { ...begun, standing: 'installing', deadlineRunMs: null },
  ],
  ['that has it', 'It runs what was rolled out, since attempt 2.', { standing: 'success', attempt: 2 }],
  [
    'which had all of it, as a journal of before tells',
    'It had all of it already. Nothing was sent to it.',
    { standing: 'already-installed', attempt: 1, isAdmitted: true },
  ],
  [
    'that had it',
    'It had all of it already and ran well. Nothing was sent to it.',
    { standing: 'already-installed', attempt: 1, isAdmitted: true, reason: 'It had all of it already and ran well.' },
  ],
  [
    'whose module fails while it verifies',
    'It is verifying that it runs well, attempt 1. Module web runs, but its own health check fails. Without progress for 10 minutes ' +
      'the attempt fails.',
    { ...begun, standing: 'verifying', reason: 'Module web runs, but its own health check fails.' },
  ],
  [
    'that another rollout brought it',
    "It had all of it without an attempt. It is where 'v2' is taken back to.",
    { standing: 'already-installed', isAdmitted: true, reason: "It is where 'v2' is taken back to." },
  ],
  [
    'it is not for',
    'It is not applicable, and no share counts it. It is arm64.',
    { standing: 'not-applicable', reason: 'It is arm64.' },
  ],
  [
    'that failed',
    'Attempt 1 failed and no further one follows by itself. Retry the failed devices, or roll the rollout back.',
    { standing: 'failure', attempt: 1 },
  ],
  [
    'that failed in a rollout that is over',
    'Attempt 1 failed and no further one follows by itself. The rollout is over, and it gets what applies without this ' +
      'deployment: roll it out again to those that failed, or roll out a mended one.',
    { standing: 'failure', attempt: 1 },
    { status: 'finished' },
  ],
  [
    'that failed in a rollout that is over, and waits to be withdrawn',
    'Attempt 1 failed and no further one follows by itself. The rollout is over, and it gets what applies without this ' +
      'deployment when a maintenance window opens: roll it out again to those that failed, or roll out a mended one.',
    { standing: 'failure', attempt: 1, isAdmitted: true },
    { status: 'finished' },
  ],
  ['that went back', 'It was rolled back to what applies without this deployment.', { standing: 'rolled-back' }],
  ['that was given up', 'This rollout never changed it, and will not.', { standing: 'aborted' }],
  [
    'that left in mid-change',
    'It left the rollout in attempt 2 and gets what applies without it. Its deployment was deleted.',
    { standing: 'aborted', attempt: 2, reason: 'Its deployment was deleted.' },
  ],
  ['that is gone', 'It was deleted from the hub, and no share counts it.', { standing: 'decommissioned' }],
])('when a device is one %s, it says so', (_what, sentence, device, state, policy) => {
  expect(said(device, state, policy)).toBe(sentence);
});

test('when a device of an open wave has not begun, the part of a sentence says whom it waits for', () => {
  const rollout = aRollout();
  expect(waitingReason(rollout.state(), rollout.device('d1'))).toBe('wave 1 of 3 is open, and others go first');
  expect(waitingReason(rollout.state(), { ...rollout.device('d1'), isAwake: false })).toBe(
    'the device is switched off',
  );
});

const whole = (state: Partial<RolloutState>, policy: Partial<RolloutPolicy> = {}): string => {
  const cause = { by: 'hub', reason: 'So.', atMs: 0 } as const;
  return explainRollout({ ...aRollout(policy).state(), cause, ...state }, now);
};
const asleep = (...ids: readonly string[]): RolloutState['devices'] => {
  const rollout = aRollout();
  rollout.send(...ids.map((id) => ({ kind: 'device-slept', deviceId: id as DeviceId }) as const));
  return rollout.state().devices;
};

describe('the rollout', () => {
  test.each<[string, string, Partial<RolloutState>, Partial<RolloutPolicy>?]>([
    ['scheduled', 'So. It begins at its time.', { status: 'scheduled' }],
    [
      'scheduled for a time, without windows',
      'So. It begins at its time, Fri 15 Jan 2027 at 00:30 (UTC).',
      { status: 'scheduled' },
      { startsAtMs: Date.UTC(2027, 0, 15, 0, 30) },
    ],
    [
      'paused',
      'So. It goes on when a person resumes it or opens the next wave. It can be canceled.',
      { status: 'paused' },
    ],
    [
      'rolling back outside its windows',
      'So. Nobody begins until a maintenance window opens: the next one opens on Mon 18 Jan 2027 at 00:00 (UTC). Its devices are rolled back one after another, and then it ends.',
      { status: 'rolling-back' },
      { windows: [monday] },
    ],
    ['canceled', 'So. That is final.', { status: 'canceled' }],
    ['rolled back', 'So. That is final: to try again, roll out a mended deployment.', { status: 'rolled-back' }],
    ['superseded', 'So. That is final.', { status: 'superseded' }],
    ['finished', 'So. That is final.', { status: 'finished' }],
    ['empty', 'So. No device is in it yet: it begins when one matches.', { devices: new Map() }],
    [
      'in its first wave',
      "So. Wave 1 of 3 is open. The next wave opens when ≥ 90 % of wave 'canary' succeeded. So far: 0 of 1. Its set of devices is fixed: whoever matches later does not get it. 1 switched off gets its turn when it wakes.",
      { status: 'in-progress', devices: asleep('d2') },
    ],
    [
      'in its first wave, all of which sleeps',
      "So. Wave 1 of 3 is open. The next wave opens when ≥ 90 % of wave 'canary' succeeded. All of wave 'canary' is switched off: wake one of its devices, or open the next wave. Its set of devices is fixed: whoever matches later does not get it. 1 switched off gets its turn when it wakes.",
      { status: 'in-progress', devices: asleep('d1') },
    ],
    [
      'in its last wave',
      'So. It ends when all have come to their end: 3 left. Its set of devices is fixed: whoever matches later does not get it.',
      { currentWave: 2 },
    ],
    [
      'in its last wave, with two that sleep',
      'So. It ends when all have come to their end: 3 left. Its set of devices is fixed: whoever matches later does not get it. 2 switched off get their turn when they wake.',
      { currentWave: 2, devices: asleep('d1', 'd2') },
    ],
    [
      'growing without end',
      'So. Whoever matches later gets it too, until a person cancels it.',
      { currentWave: 2, isHurried: true },
      { windows: [monday], targets: { kind: 'growing', maxDevices: null } },
    ],
    [
      'growing to an end',
      'So. Whoever matches later gets it too, up to 9 devices in all: 0 so far. It ends when as many have come to their end.',
      { currentWave: -1, deploymentId: 'x' as DeploymentId },
      { targets: { kind: 'growing', maxDevices: 9 } },
    ],
  ])('when it is %s, it says what it waits for', (_what, sentence, state, policy) => {
    expect(whole(state, policy)).toBe(sentence);
  });
});
