// Whom a rollout that is over reaches: those that have it, and nobody who refused it or was left out.
import { expect, test } from 'vitest';
import type { MaintenanceWindow } from '#domain/rollouts/maintenance-window.ts';
import { currentRules } from '#domain/rollouts/rollout-rules.ts';
import { isUnsettled } from '#domain/rollouts/rollout-withdrawal.ts';
import { byPerson, driveRollout, idOf, minuteMs, newPolicy, newTarget } from '#test/support/rollout-fleet.ts';

const [a, b] = [newTarget('a'), newTarget('b')];
// The start is a Friday at 08:00 UTC.
const friday: MaintenanceWindow = { days: [5], fromMinute: 0, toMinute: 540, timeZone: 'UTC' };

test('when it finishes, who failed is withdrawn and keeps standing, attempt and reason', () => {
  const rollout = driveRollout(newPolicy(), [a, b]);
  rollout.clear('a', 'b');
  rollout.end('b', 'failed-rolled-back');
  expect(rollout.device('b')).toMatchObject({ standing: 'failure', isAdmitted: true });
  expect(rollout.end('a')).toContainEqual({ kind: 'withdraw', deviceId: 'b', attempt: 1 });
  expect(rollout.device('a')).toMatchObject({ standing: 'success', isAdmitted: true });
  expect(rollout.device('b')).toMatchObject({
    standing: 'failure',
    isAdmitted: false,
    attempt: 1,
    verdict: 'failed-rolled-back',
    reason: 'Module web ended with code 1.',
  });
});

test('when it is canceled, who is in mid-change and fails is withdrawn, and so is who waited for another attempt', () => {
  const rollout = driveRollout(newPolicy({ retries: 1, concurrency: 1 }), [a, b]);
  rollout.clear('a');
  rollout.end('a', 'failed-unchanged');
  rollout.clear('b');
  rollout.send(byPerson('canceled'));
  expect(rollout.device('a')).toMatchObject({ standing: 'aborted', isAdmitted: false });
  rollout.end('b', 'failed-unchanged');
  expect(rollout.device('b')).toMatchObject({ standing: 'aborted', isAdmitted: false });
});

test.each([
  ['failed-unchanged', false],
  ['failed-rolled-back', false],
  ['refused', false],
  ['failed-left', true],
  ['failed-stuck', true],
] as const)('when a window is shut and a device ended as %s, it waits for the next one: %s', (verdict, waits) => {
  const rollout = driveRollout(newPolicy({ windows: [friday], stepLimitMs: 100 * minuteMs }), [a]);
  rollout.clear('a');
  rollout.pass(90 * minuteMs);
  rollout.end('a', verdict);
  expect(rollout.state().status).toBe('finished');
  expect(rollout.device('a')).toMatchObject({ standing: 'failure', isAdmitted: waits });
  expect(isUnsettled(rollout.device('a'))).toBe(waits);
  rollout.pass(6 * 24 * 60 * minuteMs + 20 * 60 * minuteMs);
  expect(rollout.device('a')).toMatchObject({ standing: 'failure', isAdmitted: false });
});

test.each([
  ['waits until it is awake in a window', currentRules, true],
  ['was withdrawn all the same before', 1, false],
])('when it failed and sleeps, it %s', (_title, rules, waits) => {
  const rollout = driveRollout(newPolicy({ windows: [friday] }), [a, b], rules);
  rollout.clear('a', 'b');
  rollout.end('a', 'failed-left');
  rollout.send({ kind: 'device-slept', deviceId: idOf('a') });
  rollout.end('b');
  expect(rollout.state().status).toBe('finished');
  expect(rollout.device('a').isAdmitted).toBe(waits);
  rollout.pass(3 * 60 * minuteMs);
  rollout.send({ kind: 'device-woke', deviceId: idOf('a') });
  expect(rollout.device('a').isAdmitted).toBe(waits);
  rollout.pass(6 * 24 * 60 * minuteMs + 20 * 60 * minuteMs);
  expect(rollout.device('a')).toMatchObject({ standing: 'failure', isAdmitted: false });
});

test.each([
  ['nobody begins', currentRules, 0],
  ['somebody began before', 1, 1],
])('when a window is about to shut, %s', (_title, rules, attempt) => {
  const rollout = driveRollout(newPolicy({ windows: [friday] }), [a], rules);
  rollout.pass(59 * minuteMs + 55_000);
  rollout.clear('a');
  expect(rollout.device('a').attempt).toBe(attempt);
});

test('when a device was left out for good, it is reached no more', () => {
  const rollout = driveRollout(newPolicy({ retries: 1 }), [a, b]);
  rollout.clear('a', 'b');
  rollout.send({ kind: 'nothing-to-change', deviceId: idOf('a'), attempt: 1, isOutranked: true });
  expect(rollout.device('a')).toMatchObject({ standing: 'not-applicable', isAdmitted: false });
  rollout.end('b', 'failed-unchanged');
  rollout.send({ kind: 'preflight-answered', deviceId: idOf('b'), answer: { kind: 'never', reason: 'It is arm64.' } });
  expect(rollout.device('b')).toMatchObject({ standing: 'not-applicable', isAdmitted: false });
});
