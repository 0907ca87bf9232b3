// Every standing of a device in every status of its rollout is told in whole sentences, and only what fits is offered.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { shareText } from '#domain/values/count-text.ts';
import { explainRollout } from '#domain/rollouts/rollout-explain-whole.ts';
import { explainDevice, explainHidden } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutDevice, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { driveRollout, newGate, newPolicy, newTarget, newWave, startMs } from '#test/support/rollout-fleet.ts';

const now = { wallMs: startMs, runMs: 0 };
const paused = { by: 'hub', reason: 'Too many failed.', atMs: startMs } as const;
const waves = [newWave({ name: 'canary', members: { kind: 'count', count: 1 } }), newWave({ name: 'all' })];

function aRollout(policy: Partial<RolloutPolicy> = {}) {
  return driveRollout(
    newPolicy({ waves, ...policy }),
    ['d1', 'd2', 'd3'].map((id) => newTarget(id)),
  );
}

function said(device: Partial<RolloutDevice>, state: Partial<RolloutState>): string {
  const rollout = aRollout();
  return explainDevice({ ...rollout.state(), ...state }, { ...rollout.device('d1'), ...device }, now);
}

const standings = [
  'pending',
  'downloading',
  'installing',
  'verifying',
  'success',
  'already-installed',
  'not-applicable',
  'failure',
  'rolled-back',
  'aborted',
  'decommissioned',
] as const;
const statuses = [
  'scheduled',
  'pending',
  'in-progress',
  'paused',
  'rolling-back',
  'rolled-back',
  'superseded',
  'canceled',
  'finished',
] as const;

test.each(standings.flatMap((standing) => statuses.map((status) => [standing, status] as const)))(
  'when a device is %s in a rollout that is %s, it is told in whole sentences',
  (standing, status) => {
    for (const isChanging of [true, false])
      for (const purpose of ['change', 'roll-back'] as const)
        for (const isAwake of [true, false])
          expect(said({ standing, isChanging, purpose, isAwake }, { status, cause: paused })).toMatch(
            /^(It|Attempt|This rollout) [^{}]*[.]$/,
          );
  },
);

test('when it is paused, a person is told what fits alone', () => {
  const rollout = aRollout({ concurrency: 1, waves: [newWave()] });
  rollout.clear('d1', 'd2', 'd3');
  rollout.end('d1', 'failed-unchanged');
  rollout.send({ kind: 'paused', by: 'console' });
  expect(explainRollout(rollout.state(), now)).toContain(
    'It goes on when a person resumes it or retries the failed devices. It can be rolled back or canceled.',
  );
});

test('when all of the newest wave came to an end and too few well, nobody is told to resume it', () => {
  const rollout = aRollout();
  rollout.clear('d1');
  rollout.end('d1', 'failed-rolled-back');
  expect(explainRollout(rollout.state(), now)).toBe(
    "Wave 'canary' ended: 0 of 1 device succeeded, and the next wave opens at ≥ 100 %. It goes on when a person opens the next wave or retries the failed devices. It can be rolled back or canceled.",
  );
});

test('when it is over, it is told that devices that have it keep it', () => {
  const rollout = aRollout({ waves: [newWave()] });
  rollout.clear('d1', 'd2', 'd3');
  for (const id of ['d1', 'd2', 'd3']) rollout.end(id);
  expect(explainRollout(rollout.state(), now)).toContain(
    'All devices came to their end: 3 succeeded, 0 failed. That is final: 3 devices keep it until a rollback.',
  );
});

test('when it is canceled in mid-change, it is told what becomes of those devices', () => {
  const rollout = aRollout({ waves: [newWave()] });
  rollout.clear('d1', 'd2', 'd3');
  rollout.send({ kind: 'canceled', by: 'console' });
  expect(explainRollout(rollout.state(), now)).toBe(
    'A person canceled it. That is final: 3 devices in change come to their end.',
  );
});

test('when something else applies to a device that has it, it is told what', () => {
  const device = { ...aRollout().device('d1'), attempt: 2 };
  expect(explainHidden(device, 'v3')).toBe(
    "It ran what was rolled out, since attempt 2. Base 'v3' applies to it now, and this deployment does not.",
  );
});

test('when a set grows to an end, it is told how many it has', () => {
  const rollout = aRollout({ targets: { kind: 'growing', maxDevices: 9 }, waves: [newWave()] });
  rollout.clear('d1', 'd2');
  expect(explainRollout(rollout.state(), now)).toContain('up to 9 devices in all: 2 so far.');
});

test('when its deployment is deleted while it is taken back, that goes on to its end, and who leaves is told why', () => {
  const rollout = aRollout({ waves: [newWave()] });
  rollout.clear('d1', 'd2', 'd3');
  rollout.send({ kind: 'rolled-back', by: 'console' });
  rollout.send({ kind: 'deployment-deleted', by: 'service' });
  expect(rollout.state().status).toBe('rolling-back');
  const left = ['d1', 'd2', 'd3'].map(
    (id) => ({ kind: 'target-left', deviceId: id as DeviceId, isDecommissioned: false }) as const,
  );
  rollout.send(...left);
  expect(rollout.state().status).toBe('rolled-back');
  expect(rollout.device('d1').reason).toBe(
    'The deployment means it no more: it was deleted, or its condition does not match the device.',
  );
});

test('when it was rolled back, it still tells what made it go back, of itself and of its devices', () => {
  const rollout = aRollout({
    waves: [newWave()],
    stop: { atLeastFailed: 1, comparison: '>', percent: 10, action: { kind: 'roll-back' } },
  });
  rollout.clear('d1', 'd2', 'd3');
  rollout.end('d1', 'failed-rolled-back');
  const why = '1 of 1 device tried so far failed, which is 100 %: the stop rule is > 10 % and ≥ 1 device.';
  expect(explainRollout(rollout.state(), now)).toBe(
    `${why} Its devices are rolled back one after another, and then it ends.`,
  );
  rollout.end('d1');
  rollout.end('d2');
  rollout.end('d3');
  expect(explainRollout(rollout.state(), now)).toBe(
    `3 of 3 devices were rolled back. The reason: ${why} That is final: to try again, roll out a mended deployment.`,
  );
  expect(explainDevice(rollout.state(), rollout.device('d2'), now)).toBe(
    `It was rolled back to what applies without this deployment. ${why}`,
  );
});

test('when the gate of a wave holds and time or a person is missing, that is told', () => {
  const gate = newGate({ soakMs: 600_000 });
  const rollout = aRollout({
    waves: [newWave({ name: 'canary', members: { kind: 'count', count: 1 }, gate }), newWave()],
  });
  rollout.clear('d1');
  expect(explainRollout(rollout.state(), now)).toContain(
    "The next wave opens when ≥ 100 % of wave 'canary' succeeded and stayed so for 10 minutes. So far: 0 of 1. ",
  );
  rollout.end('d1');
  expect(explainRollout(rollout.state(), now)).toContain(' So far: 1 of 1, which is enough if it stays so. ');
});

test.each([
  [1, 4, '25 %'],
  [34, 333, '10.3 %'],
  [1, 3, '33.4 %'],
  [3, 3, '100 %'],
])('when %i of %i is told as a share, it reads %s: never lower than it is', (part, whole, expected) => {
  expect(shareText(part, whole)).toBe(expected);
});
