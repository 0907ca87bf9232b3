// A rollout whose next wave a person is to open: from when it is told, what it says, and what ends that.
import { expect, test } from 'vitest';
import { explainRollout } from '#domain/rollouts/rollout-explain-whole.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutState } from '#domain/rollouts/rollout-state.ts';
import { waitedWave } from '#domain/rollouts/rollout-waiting.ts';
import {
  byPerson,
  driveRollout,
  five,
  idOf,
  minuteMs,
  newGate,
  newPolicy,
  newWave,
  startMs,
} from '#test/support/rollout-fleet.ts';

const now = { wallMs: startMs, runMs: 0 };
const inThree = (soakMs = 0) => [
  newWave({
    name: 'canary',
    members: { kind: 'count', count: 2 },
    gate: newGate({ needsPerson: true, successPercent: 50, soakMs }),
  }),
  newWave({ name: 'line 2', members: { kind: 'count', count: 1 }, gate: newGate({ needsPerson: true }) }),
  newWave({ name: 'rest', gate: newGate({ needsPerson: true }) }),
];

function begun(soakMs = 0) {
  const rollout = driveRollout(newPolicy({ waves: inThree(soakMs) }), five);
  rollout.clear('a', 'b');
  return rollout;
}

test('when the share of a wave is reached, a person is waited for until the next is open', () => {
  const rollout = begun();
  expect(waitedWave(rollout.state())).toBeNull();
  rollout.end('a');
  const waited = { name: 'line 2', number: 2, waves: 3, after: 'canary', sinceMs: rollout.state().waves[0]?.dueAtMs };
  expect(waited.sinceMs).toBeTypeOf('number');
  expect(waitedWave(rollout.state())).toEqual(waited);
  expect(explainRollout(rollout.state(), now)).toContain(
    "Wave 'canary' came to its gate, and the plan asks for a person to open the next one. It waits for a person to open wave 2 of 3, 'line 2': 1 of 2 of wave 'canary' succeeded, which is enough.",
  );
  const turn = 'It waits for its turn: wave';
  expect(explainDevice(rollout.state(), rollout.device('c'), now)).toBe(
    `${turn} 2 of 3 is not open yet. That wave waits for a person to open it.`,
  );
  expect(explainDevice(rollout.state(), rollout.device('d'), now)).toBe(
    `${turn} 3 of 3 is not open yet. Waves open in their order, and wave 2 waits for a person to open it.`,
  );
  // Since when stays as it was.
  rollout.end('b');
  expect(waitedWave(rollout.state())).toEqual(waited);
  rollout.send(byPerson('wave-released'));
  expect(rollout.state().currentWave).toBe(1);
  expect(waitedWave(rollout.state())).toBeNull();
});

test('when the share is to stay for a while, a person is waited for from the end of that, and not a millisecond before', () => {
  const rollout = begun(minuteMs);
  rollout.end('a');
  rollout.pass(minuteMs - 1);
  expect(waitedWave(rollout.state())).toBeNull();
  rollout.pass(1);
  expect(waitedWave(rollout.state())).toMatchObject({ number: 2 });
  // More ended, and too few of them well.
  rollout.end('b', 'failed-left');
  expect(waitedWave(rollout.state())).toMatchObject({ number: 2 });
});

test('when one of the wave wakes and has it to come, nobody is waited for any more', () => {
  const gate = newGate({ needsPerson: true });
  const waves = [newWave({ members: { kind: 'count', count: 2 }, gate }), newWave({ name: 'rest' })];
  const rollout = driveRollout(newPolicy({ waves }), five);
  rollout.send({ kind: 'device-slept', deviceId: idOf('b') });
  rollout.clear('a');
  rollout.end('a');
  expect(waitedWave(rollout.state())).toMatchObject({ number: 2 });
  rollout.send({ kind: 'device-woke', deviceId: idOf('b') });
  expect(waitedWave(rollout.state())).toBeNull();
});

const due = (change: Partial<RolloutState>) => {
  const rollout = begun();
  rollout.end('a');
  return waitedWave({ ...rollout.state(), ...change });
};

test.each<[string, Partial<RolloutState>]>([
  ['is paused', { status: 'paused' }],
  ['goes back', { status: 'rolling-back' }],
  ['is over', { status: 'canceled' }],
  ['has its last wave open', { currentWave: 2 }],
  ['has no wave open', { currentWave: -1 }],
])('when it %s, it waits for nobody to open a wave', (_, change) => {
  expect(due({})).not.toBeNull();
  expect(due(change)).toBeNull();
});

test('when nobody is asked, nothing is kept of it', () => {
  const waves = inThree().map((wave) => ({ ...wave, gate: newGate() }));
  const rollout = driveRollout(newPolicy({ waves }), five);
  rollout.clear('a', 'b');
  rollout.end('a');
  rollout.end('b');
  expect(rollout.state().currentWave).toBe(1);
  for (const wave of rollout.state().waves) expect(Object.keys(wave)).not.toContain('dueAtMs');
});
