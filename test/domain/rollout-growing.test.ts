// A set that grows up to a number: it closes when as many came, and ends when they have.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { driveRollout, five, newPolicy, newTarget, newWave } from '#test/support/rollout-fleet.ts';

test('when as many came as may and more than that match, it is finished in whichever wave', () => {
  const waves = [newWave({ name: 'a', members: { kind: 'count', count: 3 } }), newWave()];
  const rollout = driveRollout(newPolicy({ waves, targets: { kind: 'growing', maxDevices: 1 } }), five);
  rollout.clear('a', 'b', 'c');
  expect(rollout.state().status).toBe('in-progress');
  rollout.end('a');
  expect(rollout.state()).toMatchObject({
    status: 'finished',
    currentWave: 0,
    cause: { reason: 'All devices came to their end: 1 succeeded, 0 failed.' },
  });
  expect(rollout.standings()).toMatchObject({ a: 'success', b: 'aborted', e: 'aborted' });
});

test('when as many came as may and one of them is tried again, it is waited for', () => {
  const rollout = driveRollout(newPolicy({ retries: 1, targets: { kind: 'growing', maxDevices: 1 } }), five);
  rollout.clear('a');
  rollout.end('a', 'failed-unchanged');
  expect(rollout.state().status).toBe('in-progress');
  rollout.clear('a');
  rollout.end('a');
  expect(rollout.state().status).toBe('finished');
});

test('when a device is gone and another joins under its id, it is new, but for the number of its attempt', () => {
  const rollout = driveRollout(newPolicy({ targets: { kind: 'growing', maxDevices: null } }), [newTarget('a')]);
  rollout.clear('a');
  rollout.end('a', 'failed-unchanged');
  const gone = { kind: 'target-left', deviceId: 'a' as DeviceId, isDecommissioned: true } as const;
  rollout.send(gone);
  rollout.send({ kind: 'targets-joined', targets: [newTarget('a')] });
  expect(rollout.device('a')).toMatchObject({ standing: 'pending', attempt: 1, failures: 0, verdict: null, wave: 0 });
});
