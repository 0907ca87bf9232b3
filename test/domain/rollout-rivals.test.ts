// Two rollouts over one fleet: who waits for whom, who takes over whom, and that both come to an end.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { RolloutOwners } from '#domain/rollouts/rollout-owners.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { heirs, rivalry, rivalryText } from '#domain/rollouts/rollout-rivals.ts';
import { isFinal, type RolloutState } from '#domain/rollouts/rollout-state.ts';
import { advance, newRollout } from '#domain/rollouts/rollout.ts';
import { byPerson, driveRollout, idOf, newPolicy, newTarget, newWave, startMs } from '#test/support/rollout-fleet.ts';

const [a, b] = [newTarget('a'), newTarget('b')];
const taken = { kind: 'device-taken', deviceId: idOf('a'), by: 'other' as DeploymentId, isRollback: false } as const;
const takenOver = (...ids: readonly string[]) =>
  ({ kind: 'devices-taken-over', by: 'newer' as DeploymentId, deviceIds: ids.map(idOf) }) as const;

describe('a device that another rollout has in change', () => {
  it('when it is this one that waits, it does not begin, says why, and goes on when the other has ended', () => {
    const rollout = driveRollout(newPolicy(), [a, b]);
    rollout.send(taken);
    rollout.clear('a', 'b');
    expect(rollout.device('a')).toMatchObject({ isChanging: false, attempt: 0 });
    expect(rollout.device('b')).toMatchObject({ isChanging: true });
    expect(explainDevice(rollout.state(), rollout.device('a'), { wallMs: startMs, runMs: 0 })).toBe(
      "It waits for its turn: the rollout of 'other' is changing it. It goes on when that has ended.",
    );
    expect(rollout.send({ kind: 'device-freed', deviceId: idOf('a') })).toContainEqual({
      kind: 'admit',
      deviceId: 'a',
      attempt: 1,
    });
  });

  it('when it was in change here, it gives way and begins anew', () => {
    const rollout = driveRollout(newPolicy(), [a]);
    rollout.clear('a');
    rollout.send({ ...taken, isRollback: true });
    expect(rollout.device('a')).toMatchObject({ standing: 'pending', isChanging: false, isAdmitted: false });
    rollout.send({ kind: 'device-freed', deviceId: idOf('a') });
    rollout.clear('a');
    expect(rollout.device('a')).toMatchObject({ isChanging: true, isAdmitted: true, attempt: 2 });
  });

  it('when both are taken back, the device goes back once', () => {
    const rollout = driveRollout(newPolicy(), [a, b]);
    rollout.clear('a', 'b');
    rollout.end('a');
    rollout.send({ ...taken, isRollback: true });
    const effects = rollout.send(byPerson('rolled-back'));
    expect(effects).toContainEqual({ kind: 'withdraw', deviceId: 'a', attempt: 1 });
    expect(rollout.device('a')).toMatchObject({
      standing: 'rolled-back',
      isAdmitted: false,
      reason: "It was rolled back together with the rollout of 'other'.",
    });
    rollout.end('b');
    expect(rollout.state().status).toBe('rolled-back');
  });

  it('when it is to be taken back and another only changes it, the way back goes first', () => {
    const rollout = driveRollout(newPolicy(), [a]);
    rollout.clear('a');
    rollout.end('a');
    const later = driveRollout(newPolicy({ targets: { kind: 'growing', maxDevices: null } }), [a]);
    later.clear('a');
    later.end('a');
    later.send(taken, byPerson('rolled-back'));
    expect(later.device('a')).toMatchObject({ purpose: 'roll-back', isChanging: true });
    // Who was on his way back already stays so when another way back takes the device.
    later.send({ ...taken, isRollback: true });
    expect(later.device('a')).toMatchObject({ standing: 'rolled-back', isAdmitted: false });
  });

  it('when it is of a group that must stay up, it counts as down', () => {
    const up = [a, b].map((target) => ({ ...target, groups: ['g'] }));
    const rollout = driveRollout(newPolicy({ budgets: [{ groupId: 'g', atLeastUp: 1 }] }), up);
    rollout.send(taken);
    rollout.clear('b');
    expect(rollout.device('b').isChanging).toBe(false);
  });
});

describe('a newer rollout that gives a base too', () => {
  it('when it means devices that were not begun, it takes them over, and all that are left make the older superseded', () => {
    const rollout = driveRollout(newPolicy({ concurrency: 1 }), [a, b, newTarget('c')]);
    rollout.clear('a', 'b', 'c');
    rollout.send(takenOver('a', 'b', 'none'));
    expect(rollout.standings()).toEqual({ a: 'pending', b: 'aborted', c: 'pending' });
    expect(rollout.device('b').reason).toBe("Deployment 'newer' took its place on this device.");
    expect(rollout.state().status).toBe('in-progress');
    rollout.send(takenOver('c'));
    expect(rollout.state()).toMatchObject({
      status: 'superseded',
      cause: { by: 'hub', reason: "Deployment 'newer' took over all devices that were left." },
    });
    rollout.end('a');
    rollout.send(takenOver('a'));
    expect(rollout.standings()).toEqual({ a: 'success', b: 'aborted', c: 'aborted' });
  });

  it('when the older grows, or is being taken back, it goes on', () => {
    const growing = driveRollout(newPolicy({ targets: { kind: 'growing', maxDevices: null } }), [a]);
    growing.send(takenOver('a'));
    expect(growing.state().status).toBe('pending');
    const back = driveRollout(newPolicy({ windows: [{ days: [1], fromMinute: 0, toMinute: 60, timeZone: 'UTC' }] }), [
      a,
    ]);
    back.send(byPerson('hurried'));
    back.clear('a');
    back.send(byPerson('rolled-back'));
    back.send(takenOver('a'));
    expect(back.state().status).toBe('rolling-back');
  });

  it.each([
    [{ isBase: true, priority: 5 }, { isBase: true, priority: 5 }, 'taken-over', ['a']],
    [{ isBase: true, priority: 9 }, { isBase: true, priority: 5 }, 'outranks', []],
    [{ isBase: false, priority: 5 }, { isBase: true, priority: 9 }, 'takes-turns', []],
    [{ isBase: true, priority: 5 }, { isBase: false, priority: 9 }, 'takes-turns', []],
  ] as const)('when %j meets the newer %j, that is %s', (older, newer, outcome, expected) => {
    expect(rivalry(older, newer)).toBe(outcome);
    const state = { standing: 'pending', isChanging: false } as const;
    const devices = new Map([
      [idOf('a'), state],
      [idOf('b'), { ...state, isChanging: true }],
      [idOf('c'), { ...state, standing: 'success' as const }],
      [idOf('d'), state],
    ]);
    const meant = new Map(['a', 'b', 'c'].map((id) => [idOf(id), state]));
    const [one, other] = [
      { ...older, devices },
      { ...newer, devices: meant },
    ];
    expect(
      heirs({ ...one, deploymentId: 'o' as DeploymentId }, { ...other, deploymentId: 'n' as DeploymentId }),
    ).toEqual(expected);
  });
});

it.each([
  [
    'superseded',
    "12 of 40 devices are still to be changed by the open rollout of 'a', which has the same condition: it is superseded, and devices in change come to their end before this one begins them.",
  ],
  [
    'taken-over',
    "12 of 40 devices are still to be changed by the open rollout of 'a': those that it has not begun are taken over by this one, and devices in change come to their end before.",
  ],
  [
    'outranks',
    "12 of 40 devices are still to be changed by the open rollout of 'a', which ranks above: what it gives hides this one, so that those devices are excluded from this one once they have it.",
  ],
  [
    'takes-turns',
    "12 of 40 devices are still to be changed by the open rollout of 'a': each device is changed by one of the two at a time, and gets both.",
  ],
] as const)('when a new one would be %s, it is told before', (outcome, sentence) => {
  expect(rivalryText('a' as DeploymentId, outcome, { shared: 12, of: 40 })).toBe(sentence);
  expect(rivalryText('a' as DeploymentId, outcome, { shared: 1, of: 40 })).toContain('1 of 40 devices is still');
});

const anyRivals = fc.record({
  policies: fc.array(
    fc
      .record({
        concurrency: fc.constantFrom(null, 1, 2),
        budgets: fc.constantFrom([], [{ groupId: 'g', atLeastUp: 2 }]),
        retries: fc.integer({ min: 0, max: 1 }),
        isInWaves: fc.boolean(),
      })
      .map(({ isInWaves, ...given }) =>
        newPolicy({
          ...given,
          stepLimitMs: 60_000,
          ...(isInWaves && {
            waves: [newWave({ name: 'a', members: { kind: 'count', count: 2 } }), newWave({ name: 'b' })],
          }),
        }),
      ),
    { minLength: 2, maxLength: 3 },
  ),
  /** What happens each second: to which rollout, to which device, what. */
  turns: fc.array(
    fc.record({
      rollout: fc.nat(2),
      device: fc.nat(4),
      what: fc.constantFrom('end', 'end', 'fail', 'sleep', 'wake', 'back', 'nothing'),
    }),
    { maxLength: 80 },
  ),
});

describe('whatever two or three rollouts do to one fleet', () => {
  it('a device is in change by one at a time, and all of them end', () => {
    fc.assert(
      fc.property(anyRivals, ({ policies, turns }) => {
        const site = rivalSite(policies);
        for (const { rollout, device, what } of turns) site.turn(rollout % policies.length, `d${device}`, what);
        for (let minute = 0; minute < 60 && !site.areAllOver(); minute += 1) site.minute();
        expect(site.areAllOver()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

function rivalSite(policies: readonly RolloutPolicy[]) {
  const owners = new RolloutOwners();
  const ids = ['d0', 'd1', 'd2', 'd3', 'd4'];
  const targets = ids.map((id) => newTarget(id, { groups: ['g'] }));
  const cause = { by: 'console', reason: 'A person made it.', atMs: startMs } as const;
  const states: RolloutState[] = policies.map((policy, index) =>
    newRollout(`r${index}` as DeploymentId, policy, cause),
  );
  let runMs = 0;
  const step = (index: number, events: readonly RolloutEvent[]): void => {
    const before = states[index];
    if (before === undefined) return;
    const now = { wallMs: startMs + runMs, runMs };
    const { state } = advance(before, [...owners.newsFor(index), ...events], now);
    const changed = [...state.devices].filter(([id, device]) => device !== before.devices.get(id)).map(([id]) => id);
    states[index] = state;
    owners.follow(index, state, changed);
    for (const ousted of owners.takeOusted()) step(ousted, [{ kind: 'time-passed' }]);
  };
  const check = (): void => {
    for (const id of ids) {
      const changing = states.filter(({ devices }) => devices.get(idOf(id))?.isChanging === true);
      expect(changing.length).toBeLessThanOrEqual(1);
    }
  };
  const clear = (index: number): void => {
    const waiting = [...(states[index]?.devices ?? [])].filter(
      ([, { standing, isChanging }]) => standing === 'pending' && !isChanging,
    );
    step(
      index,
      waiting.map(([deviceId]) => ({ kind: 'preflight-answered', deviceId, answer: { kind: 'go' } })),
    );
  };
  const settle = (): void => {
    for (const index of states.keys()) step(index, [{ kind: 'time-passed' }]);
    check();
    for (const index of states.keys()) clear(index);
    for (const index of states.keys()) step(index, [{ kind: 'time-passed' }]);
    check();
  };
  for (const [index, state] of states.entries()) {
    owners.enter(index, state);
    step(index, [{ kind: 'targets-joined', targets }]);
  }
  const ended = (index: number, deviceId: DeviceId, verdict: 'done' | 'failed-unchanged'): RolloutEvent => {
    const { attempt = 0, reportNumber = 0 } = states[index]?.devices.get(deviceId) ?? {};
    return { kind: 'attempt-ended', deviceId, attempt, number: reportNumber + 1, verdict, reason: null };
  };
  return {
    turn(index: number, id: string, what: string): void {
      runMs += 1000;
      const deviceId = idOf(id);
      if (what === 'end' || what === 'fail')
        step(index, [ended(index, deviceId, what === 'end' ? 'done' : 'failed-unchanged')]);
      if (what === 'sleep' || what === 'wake')
        for (const every of states.keys())
          step(every, [{ kind: what === 'sleep' ? 'device-slept' : 'device-woke', deviceId }]);
      if (what === 'back') step(index, [byPerson('rolled-back')]);
      settle();
    },
    /** Everybody wakes, and steps without progress run out. */
    minute(): void {
      runMs += 60_000;
      for (const index of states.keys())
        step(
          index,
          ids.map((id) => ({ kind: 'device-woke', deviceId: idOf(id) })),
        );
      settle();
      runMs += 60_000;
      settle();
    },
    /** Or a person is asked. */
    areAllOver: () => states.every(({ status }) => isFinal(status) || status === 'paused'),
  };
}
