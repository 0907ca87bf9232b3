// What the others of a rollout keep a device from beginning by, and what would let it: never that it is being looked at, when it is not.
import { expect, test } from 'vitest';
import { crowdIn } from '#domain/rollouts/rollout-crowd.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { driveRollout, idOf, newPolicy, newTarget, startMs } from '#test/support/rollout-fleet.ts';

const budgets = [{ groupId: 'gateways', atLeastUp: 1 }];

function aRollout(policy: Partial<RolloutPolicy>, asleep: readonly string[] = []) {
  const ids = ['a', 'b', 'c'];
  // Of those alone that have a budget a rollout knows.
  const groups = (id: string) => (id === 'c' || policy.budgets === undefined ? [] : ['gateways']);
  return driveRollout(
    newPolicy(policy),
    ids.map((id) => newTarget(id, { groups: groups(id), isAwake: !asleep.includes(id) })),
  );
}

type Driven = ReturnType<typeof aRollout>;

function said(rollout: Driven, id: string): string {
  const state = rollout.state();
  const now = { wallMs: startMs, runMs: 0 };
  return explainDevice(state, rollout.device(id), now, { crowd: () => crowdIn(state) });
}

test('when the other of two gateways is switched off, the one that is up waits for it, and says so', () => {
  const rollout = aRollout({ budgets }, ['b']);
  rollout.clear('c');
  expect(rollout.device('a')).toMatchObject({ attempt: 0, preflight: null });
  expect(said(rollout, 'a')).toBe(
    "It waits for its turn: at least 1 of group 'gateways' must stay up, and 1 is up now. It begins when another of them is.",
  );
  rollout.send({ kind: 'device-woke', deviceId: idOf('b') });
  expect(said(rollout, 'a')).toBe('It waits for its turn: the hub is checking whether anything stands in its way.');
});

test('when the other is in change, it begins as that is up again', () => {
  const rollout = aRollout({ budgets });
  rollout.clear('a', 'b');
  expect(rollout.device('a').isChanging).toBe(true);
  expect(said(rollout, 'b')).toContain('and 1 is up now. It begins when another of them is.');
});

test('when one of a group is down already, its group keeps it from nothing', () => {
  const rollout = aRollout({ budgets });
  rollout.send({ kind: 'device-down', deviceId: idOf('b') });
  expect(crowdIn(rollout.state())(rollout.device('b'))).toBeNull();
  expect(crowdIn(rollout.state())(rollout.device('a'))).toContain("of group 'gateways' must stay up");
});

test('when as many as may be are in change, it begins as one of them ends', () => {
  const rollout = aRollout({ concurrency: 1 });
  rollout.clear('a');
  expect(said(rollout, 'c')).toBe(
    'It waits for its turn: at most 1 may be in change at once, and 1 is. It begins when another one has come to its end.',
  );
  const two = aRollout({ concurrency: 2 });
  two.clear('a', 'b');
  expect(said(two, 'c')).toContain('at most 2 may be in change at once, and 2 are.');
});

test('when both keep it, both are said', () => {
  const rollout = aRollout({ concurrency: 1, budgets });
  rollout.clear('a');
  expect(said(rollout, 'b')).toBe(
    "It waits for its turn: at most 1 may be in change at once, and 1 is, and at least 1 of group 'gateways' must stay up, " +
      'and 1 is up now. It begins when both leave room for it.',
  );
});

test('when as many as may have it were begun, it says that it gets none', () => {
  const rollout = aRollout({ targets: { kind: 'growing', maxDevices: 1 } });
  rollout.clear('a');
  expect(said(rollout, 'b')).toBe(
    'It waits for its turn: as many devices as may have it were begun, which is 1, and it gets none.',
  );
  expect(crowdIn(rollout.state())(rollout.device('a'))).toBeNull();
});

test('when it is to be rolled back and nobody is in change, no budget keeps it', () => {
  const rollout = aRollout({ budgets: [{ groupId: 'gateways', atLeastUp: 2 }], concurrency: 1 });
  const state = { ...rollout.state(), status: 'rolling-back' as const };
  expect(crowdIn(state)(rollout.device('a'))).toBeNull();
  const [a, b] = [rollout.device('a'), { ...rollout.device('b'), isChanging: true }];
  expect(crowdIn({ ...state, devices: new Map([...state.devices, [idOf('b'), b]]) })(a)).toContain('both');
});
