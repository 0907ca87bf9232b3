// What becomes of the devices of a rollout that is over or paused, and of a share that holds and waits all the same, in the right
// number: one device is one.
import { expect, test } from 'vitest';
import { whatNext } from '#domain/rollouts/rollout-explain-whole.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutDevice, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { driveRollout, idOf, newGate, newPolicy, newTarget, newWave, startMs } from '#test/support/rollout-fleet.ts';

const now = { wallMs: startMs, runMs: 0 };
const changing: Partial<RolloutDevice> = { isChanging: true, attempt: 1, deadlineRunMs: 1 };
const held: Partial<RolloutDevice> = { ...changing, standing: 'installing', deadlineRunMs: null };
const done: Partial<RolloutDevice> = { standing: 'success', isAdmitted: true };
const failed: Partial<RolloutDevice> = { standing: 'failure' };

/** Of devices that stand so, in order. */
function next(devices: readonly Partial<RolloutDevice>[], state: Partial<RolloutState>): string {
  const ids = devices.map((_device, index) => `d${index}`);
  const rollout = driveRollout(
    newPolicy(),
    ids.map((id) => newTarget(id)),
  );
  const stood = devices.map((device, index) => {
    const id = ids[index] ?? '';
    return [idOf(id), { ...rollout.device(id), ...device }] as const;
  });
  return whatNext({ ...rollout.state(), ...state, devices: new Map(stood) }, now);
}

test.each<[string, readonly Partial<RolloutDevice>[], Partial<RolloutState>, string]>([
  [
    'is over with one of each',
    [changing, done, failed],
    { status: 'canceled' },
    'That is final: 1 device in change comes to its end; 1 device keeps it until a rollback; 1 device failed and needs a mended deployment.',
  ],
  [
    'is over with two of each',
    [changing, changing, done, done, failed, failed],
    { status: 'superseded' },
    'That is final: 2 devices in change come to their end; 2 devices keep it until a rollback; 2 devices failed and need a mended deployment.',
  ],
  [
    'came to its end with one that failed',
    [done, failed],
    { status: 'finished' },
    'That is final: 1 device keeps it until a rollback; 1 device failed and needs it rolled out again, or a mended deployment.',
  ],
  [
    'is paused and can only be resumed',
    [changing],
    { status: 'paused' },
    'It goes on when a person resumes it. It can be canceled.',
  ],
  [
    'has two devices that hold their switch',
    [held, held],
    { status: 'rolling-back' },
    'Its devices are rolled back one after another, and then it ends. 2 devices wait to switch: each says what would move it on.',
  ],
])('when a rollout %s, it says so', (_what, devices, state, sentence) => {
  expect(next(devices, state)).toBe(sentence);
});

test('when a rollout went back, a device that failed in it is not offered the same again', () => {
  const rollout = driveRollout(newPolicy(), [newTarget('a')]);
  const device = { ...rollout.device('a'), ...failed, attempt: 1 };
  expect(explainDevice({ ...rollout.state(), status: 'rolled-back' }, device, now)).toMatch(
    /what applies without this deployment: roll out a mended one\.$/,
  );
});

test.each([
  ['its soak time', newGate({ soakMs: 60_000 }), ', which is enough if it stays so'],
  ['nothing', newGate(), ''],
])('when the share of a wave holds and the next one waits for %s, it says that it is enough', (_what, gate, said) => {
  const waves = [newWave({ name: 'first', gate }), newWave({ name: 'rest' })];
  const policy = newPolicy({ waves });
  const state = { policy, waves: waves.map((plan) => waveOf(plan)), currentWave: 0, status: 'in-progress' as const };
  expect(next([{ ...done, wave: 0 }], state)).toContain(`So far: 1 of 1${said}.`);
});

function waveOf(plan: RolloutState['waves'][number]['plan']): RolloutState['waves'][number] {
  return { plan, openedAtMs: startMs, heldSinceRunMs: 0, isReleased: false };
}
