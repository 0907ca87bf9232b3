// Every standing of a device in every status of its rollout is told in whole sentences, and only what fits is offered.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { shareText } from '#domain/values/count-text.ts';
import { gateStanding } from '#domain/rollouts/rollout-explain-gate.ts';
import { explainRollout, whatNext } from '#domain/rollouts/rollout-explain-whole.ts';
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

const stop = { atLeastFailed: 2, comparison: '≥', percent: 10, action: { kind: 'roll-back' } } as const;
const pausedByPerson = { kind: 'paused', by: 'console', keepsStopRule: true } as const;

test('when a person paused it, it is told that the stop rule holds, and which failures stop it no more once it goes on', () => {
  const rollout = aRollout({ waves: [newWave()], stop });
  rollout.clear('d1', 'd2', 'd3');
  rollout.send(pausedByPerson);
  expect(whatNext(rollout.state(), now)).toBe(
    'It goes on when a person resumes it. It can be rolled back or canceled. Its stop rule holds meanwhile, and can roll it back.',
  );
  rollout.end('d1', 'failed-rolled-back');
  expect(whatNext(rollout.state(), now)).toMatch(
    / Once it goes on, the failure so far stops it no more: only a further one can\.$/,
  );
  rollout.send({ kind: 'resumed', by: 'console' }, pausedByPerson);
  expect(whatNext(rollout.state(), now)).not.toContain('no more');
});

test('when its rule stopped it, or a person paused it before the rule was heard in that, nothing is said of the rule', () => {
  const rollout = aRollout({ waves: [newWave()], stop: { ...stop, action: { kind: 'pause' } } });
  rollout.clear('d1', 'd2', 'd3');
  rollout.send({ kind: 'paused', by: 'console' });
  expect(whatNext(rollout.state(), now)).not.toContain('stop rule');
  rollout.send({ kind: 'resumed', by: 'console' }, pausedByPerson);
  expect(whatNext(rollout.state(), now)).toMatch(/ Its stop rule holds meanwhile\.$/);
  rollout.end('d1', 'failed-rolled-back');
  rollout.end('d2', 'failed-rolled-back');
  expect(whatNext(rollout.state(), now)).toBe(
    'It goes on when a person resumes it or retries the failed devices. It can be rolled back or canceled. Once it goes on, the 2 failures so far stop it no more: only a further one can.',
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

const sleep = (...ids: readonly string[]) =>
  ids.map((id) => ({ kind: 'device-slept', deviceId: id as DeviceId }) as const);
/** Of one that waits behind the newest wave. */
const behind = (rollout: ReturnType<typeof aRollout>, id: string) => {
  const state = rollout.state();
  return explainDevice(state, rollout.device(id), now, { gate: () => gateStanding(state) });
};

test('when all of a wave is switched off, whoever waits behind it says what a person can do', () => {
  const rollout = aRollout();
  rollout.send(...sleep('d1'));
  const what = "All of wave 'canary' is switched off: wake one of its devices, or open the next wave.";
  expect(behind(rollout, 'd2')).toBe(
    `It waits for its turn: wave 2 of 2 is not open yet. That wave opens when ≥ 100 % of wave 'canary' succeeded. ${what}`,
  );
  expect(whatNext(rollout.state(), now)).toContain(`succeeded. ${what} Its set`);
  // The device alone, where nobody looked at the others.
  expect(explainDevice(rollout.state(), rollout.device('d2'), now)).not.toContain('switched off');
  rollout.send({ kind: 'device-woke', deviceId: 'd1' as DeviceId });
  expect(behind(rollout, 'd2')).not.toContain('switched off');
  rollout.clear('d1');
  rollout.send(...sleep('d1'));
  expect(behind(rollout, 'd2')).toContain(
    "All of wave 'canary' is switched off, and 1 of it fell silent while in change: wake one of its devices, or open the next wave.",
  );
});

const silent = (devices: string, whose: string) => ` ${devices}${whose} fell silent while in change and `;

test('when devices of a wave fell silent while in change, its gate says so, and so does every device behind it', () => {
  const three = newWave({ name: 'canary', members: { kind: 'count', count: 3 }, gate: newGate({ soakMs: 60_000 }) });
  const ids = ['d1', 'd2', 'd3', 'd4', 'd5'];
  const rollout = driveRollout(
    newPolicy({ waves: [three, newWave({ name: 'line' }), newWave({ name: 'rest' })] }),
    ids.map((id) => newTarget(id)),
  );
  rollout.clear(...ids);
  rollout.end('d1');
  rollout.send(...sleep('d2'));
  expect(behind(rollout, 'd4')).toContain(
    `${silent('1 device', " of wave 'canary'")}counts for nothing until it is back: look at it before more follow.`,
  );
  rollout.send(...sleep('d3'));
  const both = `${silent('2 devices', " of wave 'canary'")}count for nothing until they are back: look at one of them before more follow.`;
  expect(behind(rollout, 'd4')).toContain(both);
  expect(whatNext(rollout.state(), now)).toContain(` So far: 1 of 1, which is enough if it stays so.${both} Its set`);
  // The gate opens as before; who is silent is told on, wave by wave.
  rollout.pass(60_000);
  expect(rollout.state().currentWave).toBe(1);
  expect(whatNext(rollout.state(), now)).toContain(silent('2 devices', ' of earlier waves'));
  rollout.send({ kind: 'wave-released', by: 'console' });
  expect(whatNext(rollout.state(), now)).toContain(silent('2 devices', ''));
  rollout.send(pausedByPerson);
  expect(whatNext(rollout.state(), now)).toContain(silent('2 devices', ''));
});

test('when a person is to open the next wave, who fell silent in this one is told with it', () => {
  const gate = newGate({ needsPerson: true });
  const waves2 = [newWave({ name: 'canary', members: { kind: 'count', count: 2 }, gate }), newWave({ name: 'rest' })];
  const rollout = aRollout({ waves: waves2 });
  rollout.clear('d1', 'd2');
  rollout.send(...sleep('d1'));
  rollout.end('d2');
  const one = `${silent('1 device', " of wave 'canary'")}counts for nothing`;
  expect(whatNext(rollout.state(), now)).toContain(`1 of 1 of wave 'canary' succeeded, which is enough.${one}`);
  expect(behind(rollout, 'd3')).toContain(`That wave waits for a person to open it.${one}`);
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
