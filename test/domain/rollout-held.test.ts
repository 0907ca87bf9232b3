// A device that holds its switch is at no step: no time runs out on it until it goes on.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
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
    `It has all it needs for attempt 1 and cannot switch: ${full} Without progress for 1 minute the attempt counts as failed.`,
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

test('when the disk is mended in time, it goes on with the time of a step; when it is to be tried again, it stays in the rollout', () => {
  const rollout = driveRollout(newPolicy({ stepLimitMs: 60_000, retries: 1 }), [newTarget('d1')]);
  rollout.clear('d1');
  rollout.send({ ...hindered, number: 1, reason: full, isHindered: true });
  rollout.pass(59_000);
  rollout.send({ ...hindered, number: 2, step: 'installing' });
  rollout.pass(59_000);
  expect(rollout.device('d1')).toMatchObject({ standing: 'installing', reason: null });
  rollout.send({ ...hindered, number: 3, reason: full, isHindered: true });
  rollout.pass(1000);
  expect(rollout.device('d1')).toMatchObject({ standing: 'pending', failures: 1, isAdmitted: true });
});
