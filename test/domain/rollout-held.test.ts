// A device that holds its switch is at no step: no time runs out on it until it goes on.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
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
