// Ten thousand devices in steps of a bounded size: joining, beginning, going back, being let go.
import { expect, test } from 'vitest';
import { explainRollout } from '#domain/rollouts/rollout-explain-whole.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import { divide } from '#domain/rollouts/rollout-waves.ts';
import { advance, newRollout } from '#domain/rollouts/rollout.ts';
import type { DeploymentId } from '#base/ids.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import { byPerson, driveRollout, idOf, newPolicy, newTarget, newWave, startMs } from '#test/support/rollout-fleet.ts';

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
      'It waits for its turn: the rollout is still taking in its devices.',
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

test('when few may change at once, few are asked before them, and what was said is believed for two minutes', () => {
  const rollout = driveRollout(newPolicy({ concurrency: 1 }), many);
  const asked = (ms: number) =>
    rollout.pass(ms).flatMap((effect) => (effect.kind === 'ask-preflight' ? [effect.deviceId] : []));
  expect(asked(0)).toEqual(ids.slice(0, 17));
  rollout.clear('d000', 'd001');
  rollout.end('d000');
  expect(rollout.device('d001').isChanging).toBe(true);
  rollout.clear('d002', 'd003');
  rollout.pass(119_000);
  rollout.send({
    kind: 'preflight-answered',
    deviceId: idOf('d004'),
    answer: { kind: 'wait', obstacles: ['No.'] },
  });
  rollout.end('d001');
  expect(rollout.device('d002').isChanging).toBe(false);
  expect(asked(0)).toEqual([...ids.slice(2, 4), ...ids.slice(5, 20)]);
  // The one that cannot go is asked again after half a minute, behind those of whom nothing is known.
  expect(asked(30_000)).toEqual([...ids.slice(2, 4), ...ids.slice(5, 20), ids[4]]);
  rollout.clear('d002');
  expect(rollout.device('d002').isChanging).toBe(true);
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
    cause: { reason: '300 of 300 devices were rolled back.' },
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

const countOf = (rollout: ReturnType<typeof driveRollout>, isIt: (device: RolloutDevice) => boolean) =>
  [...rollout.state().devices.values()].filter(isIt).length;

const isLeft = ({ purpose, standing, isAdmitted }: RolloutDevice) =>
  isAdmitted || (purpose === 'change' && standing === 'pending');

/** All of them begin, in three steps, and fail. */
function failed(policy: Partial<RolloutPolicy> = {}) {
  const rollout = driveRollout(newPolicy(policy), many);
  rollout.clear(...ids);
  rollout.pass(0);
  rollout.pass(0);
  rollout.send(
    ...ids.map((deviceId) => {
      const ended = { kind: 'attempt-ended', deviceId, attempt: 1, number: 1, reason: null } as const;
      return { ...ended, verdict: 'failed-unchanged' } as const;
    }),
  );
  return rollout;
}
const stop = { atLeastFailed: 1, comparison: '≥' as const, percent: 1, action: { kind: 'pause' as const } };

test('when many that failed are tried again, they are in parts, no gate is asked before all wait, and a new failure is one', () => {
  const rollout = failed({
    stop,
    waves: [newWave({ name: 'all but one', members: { kind: 'count', count: 599 } }), newWave()],
  });
  expect(rollout.state().status).toBe('paused');
  rollout.send(byPerson('failed-retried'));
  const waiting = () => countOf(rollout, ({ standing, isChanging }) => standing === 'pending' && !isChanging);
  // One was never begun.
  expect([waiting(), rollout.state().status]).toEqual([251, 'in-progress']);
  rollout.pass(0);
  expect([waiting(), rollout.state().isRetrying, rollout.state().status]).toEqual([501, true, 'in-progress']);
  rollout.pass(0);
  expect(rollout.state()).toMatchObject({ isRetrying: false, pardonedFailures: 0, status: 'in-progress' });
  expect(waiting()).toBe(600);
  rollout.clear('d000');
  rollout.end('d000', 'refused');
  expect(rollout.state()).toMatchObject({ status: 'paused' });
});

test.each(['rolled-back', 'canceled'] as const)(
  'when it is %s while they are told to try again, that is over',
  (order) => {
    const rollout = failed({ stop });
    rollout.send(byPerson('failed-retried'));
    rollout.send(byPerson(order));
    for (let step = 0; step < 8; step += 1) rollout.pass(0);
    expect(rollout.state().isRetrying).toBe(false);
    expect(countOf(rollout, isLeft)).toBe(0);
  },
);

test('when many go back, the way back is asked for once, in the first part', () => {
  const rollout = driveRollout(newPolicy({ concurrency: 600 }), many);
  rollout.clear(...ids);
  rollout.pass(0);
  const effects = [...rollout.send(byPerson('rolled-back')), ...rollout.pass(0), ...rollout.pass(0)];
  expect(effects.filter(({ kind }) => kind === 'redeploy')).toEqual([{ kind: 'redeploy', deploymentId: null }]);
});

test('when its deployment is deleted, all are let go in parts, and it stays canceled', () => {
  const rollout = driveRollout(newPolicy({ concurrency: 300 }), many);
  rollout.clear(...ids);
  rollout.pass(0);
  const left = () => countOf(rollout, ({ standing, isAdmitted }) => standing === 'pending' || isAdmitted);
  rollout.send(byPerson('deployment-deleted'));
  expect([left(), rollout.state().status]).toEqual([350, 'canceled']);
  rollout.send(byPerson('deployment-deleted'));
  rollout.send(byPerson('deployment-deleted'));
  expect(left()).toBe(0);
  expect(advance(rollout.state(), [byPerson('deployment-deleted')], now)).toMatchObject({ isCut: false, effects: [] });
  expect(rollout.state().history.map(({ status }) => status)).toEqual(['pending', 'in-progress', 'canceled']);
});

test('when its deployment is deleted after it was canceled, who is in mid-change gets what applies without it too', () => {
  const rollout = driveRollout(newPolicy(), many.slice(0, 2));
  rollout.clear('d000');
  rollout.send(byPerson('canceled'));
  rollout.send(byPerson('deployment-deleted'));
  expect(rollout.state()).toMatchObject({ status: 'canceled', cause: { reason: 'A person canceled it.' } });
  expect(rollout.device('d000')).toMatchObject({ standing: 'aborted', isAdmitted: false, isChanging: false });
});
