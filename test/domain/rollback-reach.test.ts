// What another rollout does to the devices of one: only what reaches them changes.
import { describe, expect, test } from 'vitest';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { driveRollout, idOf, newPolicy, newTarget, startMs } from '#test/support/rollout-fleet.ts';

const now = { wallMs: startMs, runMs: 0 };
const because = "It was rolled back by deployment 'back'.";

function reach(isReached: boolean, ...deviceIds: readonly string[]): RolloutEvent {
  return { kind: 'reach-changed', deviceIds: deviceIds.map(idOf), isReached, because };
}

function begun() {
  const rollout = driveRollout(newPolicy(), [newTarget('a'), newTarget('b'), newTarget('c')]);
  rollout.clear('a', 'b', 'c');
  return rollout;
}

describe('when a rollout is taken back from its devices', () => {
  test('one that succeeded stays so, is reached no more, and says by whom', () => {
    const rollout = begun();
    for (const id of ['a', 'b', 'c']) rollout.end(id);
    rollout.send(reach(false, 'a'));
    expect(rollout.state().status).toBe('finished');
    expect(rollout.device('a')).toMatchObject({ standing: 'success', isAdmitted: false, reason: because });
    expect(rollout.device('b')).toMatchObject({ standing: 'success', isAdmitted: true, reason: null });
    expect(explainDevice(rollout.state(), rollout.device('a'), now)).toBe(
      `It ran what was rolled out, since attempt 1. ${because}`,
    );
    expect(explainDevice(rollout.state(), rollout.device('b'), now)).toBe(
      'It runs what was rolled out, since attempt 1.',
    );
    rollout.send(reach(true, 'a'));
    expect(rollout.device('a')).toMatchObject({ standing: 'success', isAdmitted: true });
    expect(explainDevice(rollout.state(), rollout.device('a'), now)).toBe(
      'It runs what was rolled out, since attempt 1.',
    );
  });

  test('one in mid-change leaves it, and one that had not begun does not begin', () => {
    const rollout = driveRollout(newPolicy({ concurrency: 1 }), [newTarget('a'), newTarget('b')]);
    rollout.clear('a', 'b');
    rollout.send(reach(false, 'a', 'b'));
    expect(rollout.standings()).toEqual({ a: 'aborted', b: 'aborted' });
    expect(rollout.device('a')).toMatchObject({ isChanging: false, isAdmitted: false, reason: because });
  });

  test('one that failed keeps why it failed, said once beside what came after', () => {
    const rollout = begun();
    rollout.end('a', 'failed-left');
    const failed = rollout.device('a').reason ?? '';
    rollout.send(reach(false, 'a'));
    rollout.send(reach(false, 'a'));
    expect(rollout.device('a')).toMatchObject({ standing: 'failure', reason: `${failed} ${because}`.trim() });
  });

  test('one that was taken out of service stays as it is', () => {
    const rollout = begun();
    rollout.send({ kind: 'target-left', deviceId: idOf('a'), isDecommissioned: true });
    const gone = rollout.device('a');
    rollout.send(reach(false, 'a'));
    expect(rollout.device('a')).toEqual(gone);
  });
});

describe('when it comes to devices that are not in it', () => {
  test.each([
    [true, 'already-installed'],
    [false, 'not-applicable'],
  ] as const)('(reached: %s) they count for nothing, in the order of their ids', (isReached, standing) => {
    const rollout = begun();
    rollout.send(reach(isReached, 'bb'));
    expect(Object.keys(rollout.standings())).toEqual(['a', 'b', 'bb', 'c']);
    expect(rollout.device('bb')).toMatchObject({ standing, isAdmitted: isReached, attempt: 0, reason: because });
  });

  test('one that had it without an attempt says who took it', () => {
    const rollout = begun();
    rollout.send(reach(true, 'd'));
    rollout.send(reach(false, 'd'));
    expect(explainDevice(rollout.state(), rollout.device('d'), now)).toBe(
      `It had all of it without an attempt. ${because}`,
    );
  });
});

test.each([
  [
    true,
    'It was rolled back and no base is left for it, so that it keeps what it runs: roll it back to its last good revision or ' +
      'to an empty base, or deploy a base to it.',
  ],
  [false, 'What ranks above the deployment applies to it instead, or no base is left.'],
])(
  'when a rollback changes nothing on a device (no base: %s), what it takes back stays away',
  (isWithoutBase, reason) => {
    const rollout = begun();
    const nothing = { kind: 'nothing-to-change', attempt: 1, isOutranked: true } as const;
    rollout.send(
      { ...nothing, deviceId: idOf('a'), takesBack: { isWithoutBase } },
      { ...nothing, deviceId: idOf('b') },
    );
    expect(rollout.device('a')).toMatchObject({ standing: 'not-applicable', isAdmitted: true, reason });
    expect(rollout.device('b')).toMatchObject({ standing: 'not-applicable' });
  },
);
