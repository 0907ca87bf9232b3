// Every standing of a device in every status of its rollout is told in whole sentences, and only what fits is offered.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { explainDevice, explainHidden, explainRollout } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutDevice, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { driveRollout, newPolicy, newTarget, newWave, startMs } from '#test/support/rollout-fleet.ts';

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
            /^It [^{}]*[.]$|^Attempt [^{}]*[.]$/,
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
    "Wave 'canary' came to its end with 0 of 1 devices successful; the next one opens at ≥ 100 %. " +
      'It goes on when a person opens the next wave or retries the failed devices. It can be rolled back or canceled.',
  );
});

test('when it is over, it is told that devices that have it keep it', () => {
  const rollout = aRollout({ waves: [newWave()] });
  rollout.clear('d1', 'd2', 'd3');
  for (const id of ['d1', 'd2', 'd3']) rollout.end(id);
  expect(explainRollout(rollout.state(), now)).toContain(
    'That is final: devices that have it keep it, until a rollback takes it from them.',
  );
});

test('when it is canceled in mid-change, it is told what becomes of those devices', () => {
  const rollout = aRollout({ waves: [newWave()] });
  rollout.clear('d1', 'd2', 'd3');
  rollout.send({ kind: 'canceled', by: 'console' });
  expect(explainRollout(rollout.state(), now)).toBe(
    'A person canceled it. That is final: devices in mid-change come to their end.',
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
