// A device that holds its switch is at no step: no time runs out on it until it goes on.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { whatNext } from '#domain/rollouts/rollout-explain-whole.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import { driveRollout, newPolicy, newTarget } from '#test/support/rollout-fleet.ts';

const d1 = 'd1' as DeviceId;

test('when a device holds its switch, it stands as installing without a deadline, and has one again when it goes on', () => {
  const rollout = driveRollout(newPolicy({ stepLimitMs: 60_000 }), [newTarget('d1')]);
  rollout.clear('d1');
  const report = (step: 'held' | 'installing', number: number) =>
    rollout.send({ kind: 'progress-reported', deviceId: d1, attempt: 1, number, step, bytes: { done: 5, total: 9 } });
  report('held', 1);
  rollout.pass(3_600_000);
  expect(rollout.device('d1')).toMatchObject({ standing: 'installing', isChanging: true, deadlineRunMs: null });
  report('installing', 2);
  rollout.pass(59_000);
  expect(rollout.device('d1')).toMatchObject({ standing: 'installing', isChanging: true });
  rollout.pass(1000);
  expect(rollout.device('d1')).toMatchObject({ standing: 'failure', verdict: 'failed-stuck' });
});

test('when it says who holds, that is its reason and told, until it goes on', () => {
  const rollout = driveRollout(newPolicy(), [newTarget('d1')]);
  rollout.clear('d1');
  const at = { kind: 'progress-reported', deviceId: d1, attempt: 1, bytes: { done: 5, total: 9 } } as const;
  const reason =
    "module 'press' says 'cycle 12 of 40'. It goes on when that lock is gone, or a person says now by force.";
  rollout.send({ ...at, number: 1, step: 'held', reason });
  expect(rollout.device('d1').reason).toBe(reason);
  expect(explainDevice(rollout.state(), rollout.device('d1'), { wallMs: 0, runMs: 0 })).toBe(
    `It has all it needs for attempt 1 and holds its switch: ${reason}`,
  );
  rollout.send({ ...at, number: 2, step: 'installing' });
  expect(rollout.device('d1').reason).toBe(null);
});

const full = 'the disk of its agent is full. It goes on when that is mended.';
const hindered = {
  kind: 'progress-reported',
  deviceId: d1,
  attempt: 1,
  bytes: { done: 5, total: 9 },
  step: 'held',
} as const;

test('when a full disk hinders it, that is told, and its time runs: nothing was changed, and it is reached no more', () => {
  const rollout = driveRollout(newPolicy({ stepLimitMs: 60_000 }), [newTarget('d1')]);
  rollout.clear('d1');
  rollout.pass(30_000);
  rollout.send({ ...hindered, number: 1, reason: full, isHindered: true });
  expect(explainDevice(rollout.state(), rollout.device('d1'), { wallMs: 0, runMs: 0 })).toBe(
    `It has all it needs for attempt 1 and cannot switch: ${full} Without progress for 1 minute the attempt fails.`,
  );
  rollout.pass(58_000);
  rollout.send({ ...hindered, number: 2, reason: full, isHindered: true });
  expect(rollout.device('d1')).toMatchObject({ standing: 'installing', isChanging: true });
  rollout.pass(1000);
  expect(rollout.device('d1')).toMatchObject({
    standing: 'failure',
    verdict: 'failed-unchanged',
    isAdmitted: false,
    reason: `${full} It could not switch for 1 minute.`,
  });
});

test('when the disk is mended in time, it goes on with the time of a step; when it is to be tried again, it waits for that without the deployment', () => {
  const rollout = driveRollout(newPolicy({ stepLimitMs: 60_000, retries: 1 }), [newTarget('d1')]);
  rollout.clear('d1');
  rollout.send({ ...hindered, number: 1, reason: full, isHindered: true });
  rollout.pass(59_000);
  rollout.send({ ...hindered, number: 2, step: 'installing' });
  rollout.pass(59_000);
  expect(rollout.device('d1')).toMatchObject({ standing: 'installing', reason: null });
  rollout.send({ ...hindered, number: 3, reason: full, isHindered: true });
  rollout.pass(1000);
  expect(rollout.device('d1')).toMatchObject({ standing: 'pending', failures: 1, isAdmitted: false });
  rollout.clear('d1');
  expect(rollout.device('d1')).toMatchObject({ isChanging: true, attempt: 2, isAdmitted: true });
});

test('when devices do not move on by themselves, the rollout says how many, on the way there and on the way back', () => {
  const rollout = driveRollout(
    newPolicy({ needsPersonToSwitch: true }),
    ['d1', 'd2', 'd3'].map((id) => newTarget(id)),
  );
  const next = () => whatNext(rollout.state(), { wallMs: 0, runMs: 0 });
  const blocked = (id: string) =>
    rollout.send({
      kind: 'preflight-answered',
      deviceId: id as DeviceId,
      answer: { kind: 'wait', obstacles: ['Its disk is full.'] },
    });
  const held = (attempt: number) =>
    rollout.send({
      kind: 'progress-reported',
      deviceId: d1,
      attempt,
      number: 1,
      step: 'held',
      bytes: { done: 9, total: 9 },
    });
  expect(next()).not.toContain('move it on');
  blocked('d2');
  expect(next()).toContain(' 1 device has something in the way: it says what would move it on.');
  blocked('d3');
  rollout.clear('d1');
  held(1);
  expect(next()).toContain(
    ' 2 devices have something in the way, and 1 device waits to switch: each says what would move it on.',
  );
  rollout.clear('d2', 'd3');
  rollout.send({ kind: 'rolled-back', by: 'console' });
  held(2);
  expect(next()).toBe(
    'Its devices are rolled back one after another, and then it ends. 1 device waits to switch: it says what would move it on.',
  );
  rollout.end('d2');
  rollout.end('d3');
  expect(next()).toBe(
    'That is final: to try again, roll out a mended deployment. 1 device waits to switch: it says what would move it on.',
  );
});

test('when a module holds the switch on the way back, nobody waits for it: the others go, it ends, and that one follows', () => {
  const rollout = driveRollout(
    newPolicy({ concurrency: 1 }),
    ['d1', 'd2'].map((id) => newTarget(id)),
  );
  rollout.clear('d1');
  rollout.end('d1');
  rollout.clear('d2');
  rollout.send({ kind: 'rolled-back', by: 'console' });
  expect(rollout.device('d2').purpose).toBe('roll-back');
  const held = { kind: 'progress-reported', deviceId: d1, attempt: 2, number: 1, step: 'held' } as const;
  rollout.send({ ...held, bytes: { done: 0, total: 0 } });
  // Its place is another's.
  expect(rollout.device('d2')).toMatchObject({ attempt: 2, isChanging: true });
  rollout.end('d2');
  expect(rollout.state()).toMatchObject({
    status: 'rolled-back',
    cause: { reason: '1 of 2 devices was rolled back; 1 holds its switch and follows later.' },
  });
  rollout.end('d1');
  expect(rollout.standings()).toEqual({ d1: 'rolled-back', d2: 'rolled-back' });
});

/** Two of four hold their switch on the way back, and two sleep. */
function goingBack(needsPersonToSwitch: boolean, rules?: number) {
  const rollout = driveRollout(
    newPolicy({ needsPersonToSwitch }),
    ['d1', 'd2', 'd3', 'd4'].map((id) => newTarget(id)),
    rules,
  );
  rollout.clear('d1', 'd2', 'd3', 'd4');
  rollout.send({ kind: 'rolled-back', by: 'console' });
  for (const id of ['d3', 'd4']) rollout.send({ kind: 'device-slept', deviceId: id as DeviceId });
  for (const id of ['d1', 'd2'])
    rollout.send({
      kind: 'progress-reported',
      deviceId: id as DeviceId,
      attempt: 2,
      number: 1,
      step: 'held',
      bytes: { done: 0, total: 0 },
    });
  return rollout;
}

test.each([
  ['a module holds them', false, 'later'],
  ['a person is to say when', true, 'when a person says now'],
])('when two hold for %s and two sleep, it ends, says so, and they follow', (_who, needsPersonToSwitch, when) => {
  const rollout = goingBack(needsPersonToSwitch);
  expect(rollout.state()).toMatchObject({
    status: 'rolled-back',
    cause: {
      reason: `0 of 4 devices were rolled back; 2 switched off follow when they wake; 2 hold their switch and follow ${when}.`,
    },
  });
  rollout.pass(100 * 3_600_000);
  rollout.end('d1');
  expect(rollout.device('d1')).toMatchObject({ standing: 'rolled-back', isAdmitted: false });
  expect(rollout.device('d2')).toMatchObject({ isChanging: true, deadlineRunMs: null });
});

test('when the journal is of before, a person who says when was waited for, and so were the places of those that held', () => {
  const rollout = goingBack(true, 1);
  rollout.pass(100 * 3_600_000);
  expect(rollout.state().status).toBe('rolling-back');
  rollout.end('d1');
  rollout.end('d2');
  expect(rollout.state().status).toBe('rolled-back');
});
