// Ten thousand devices in steps of a bounded size: joining, beginning, going back, being let go.
import { expect, test } from 'vitest';
import { explainDevice, explainRollout } from '#domain/rollout-explain.ts';
import { divide } from '#domain/rollout-waves.ts';
import { advance, newRollout } from '#domain/rollout.ts';
import type { DeploymentId } from '#base/ids.ts';
import { byPerson, driveRollout, newPolicy, newTarget, newWave, startMs } from '#test/support/rollout-fleet.ts';

const many = Array.from({ length: 600 }, (_, index) => newTarget(`d${String(index).padStart(3, '0')}`));
const ids = many.map(({ deviceId }) => deviceId);
const waves = [
  newWave({ name: 'named', members: { kind: 'group', groupId: 'g' } }),
  newWave({ name: 'tenth', members: { kind: 'percent', percent: 10 } }),
  newWave({ name: 'seven', members: { kind: 'count', count: 7 } }),
  newWave({ name: 'rest' }),
];
const now = { wallMs: startMs, runMs: 0 };

test('when targets join in parts, each wave has whom it would have at once, and none opens before the last part', () => {
  const targets = many.map((target, index) => (index % 50 === 3 ? { ...target, waves: [0] } : target));
  const cause = { by: 'console', reason: 'A person made it.', atMs: startMs } as const;
  let state = newRollout('d1' as DeploymentId, newPolicy({ waves }), cause);
  for (let first = 0; first < 600; first += 70) {
    const isLast = first + 70 >= 600;
    const part = targets.slice(first, first + 70);
    const event = { kind: 'targets-joined', targets: part, ...(!isLast && { of: 600 }) } as const;
    state = advance(state, [event], now).state;
    expect(state.currentWave).toBe(isLast ? 0 : -1);
    if (first > 0) continue;
    expect(explainRollout(state, now)).toBe(
      'A person made it. Its devices are being taken in: 70 of 600 so far. The first wave opens when all are.',
    );
    const [device] = state.devices.values();
    if (device === undefined) throw new Error('nobody joined');
    expect(explainDevice(state, device, now)).toBe(
      'It waits for its turn in the rollout: its devices are still being taken in.',
    );
  }
  expect(new Map([...state.devices].map(([id, { wave }]) => [id, wave]))).toEqual(new Map(divide(waves, targets)));
});

test('when all may begin, 250 do in a step, and whoever asks is told that another is to follow', () => {
  const rollout = driveRollout(newPolicy(), many);
  rollout.clear(...ids);
  const changing = () => [...rollout.state().devices.values()].filter(({ isChanging }) => isChanging).length;
  expect(changing()).toBe(250);
  rollout.pass(0);
  expect(changing()).toBe(500);
  expect(advance(rollout.state(), [], now).isCut).toBe(false);
  rollout.pass(0);
  expect(changing()).toBe(600);
});

test('when devices are to be asked what stands in their way, 250 are at once', () => {
  const rollout = driveRollout(newPolicy(), many);
  expect(rollout.pass(0).filter(({ kind }) => kind === 'ask-preflight')).toHaveLength(250);
});

test('when it is taken back, canceled or over, the devices are moved in parts, and it ends when all are', () => {
  const rollout = driveRollout(newPolicy({ concurrency: 300 }), many);
  rollout.clear(...ids);
  rollout.pass(0);
  const canceled = advance(rollout.state(), [byPerson('canceled')], now);
  expect(canceled.isCut).toBe(true);
  const aborted = [...canceled.state.devices.values()].filter(({ standing }) => standing === 'aborted');
  expect(aborted).toHaveLength(250);
  rollout.send(byPerson('rolled-back'));
  for (let step = 0; step < 4; step += 1) rollout.pass(0);
  expect(rollout.state().status).toBe('rolling-back');
  for (let step = 0; step < 4; step += 1) {
    const changing = [...rollout.state().devices].filter(([, { isChanging }]) => isChanging);
    rollout.send(
      ...changing.map(([deviceId, { attempt }]) => {
        return { kind: 'attempt-ended', deviceId, attempt, number: 1, verdict: 'done', reason: null } as const;
      }),
    );
  }
  expect(rollout.state()).toMatchObject({
    status: 'rolled-back',
    cause: { reason: '300 of 300 devices were taken back.' },
  });
});

test('when many failed, they are withdrawn in parts', () => {
  const rollout = driveRollout(newPolicy(), many);
  rollout.clear(...ids);
  rollout.pass(0);
  rollout.pass(0);
  const ends = ids.map((deviceId) => {
    return {
      kind: 'attempt-ended',
      deviceId,
      attempt: 1,
      number: 1,
      verdict: 'failed-unchanged',
      reason: null,
    } as const;
  });
  rollout.send(...ends);
  const admitted = () => [...rollout.state().devices.values()].filter(({ isAdmitted }) => isAdmitted).length;
  expect(admitted()).toBe(350);
  rollout.pass(0);
  rollout.pass(0);
  expect(admitted()).toBe(0);
});
