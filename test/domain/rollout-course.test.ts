// A rollout on its way: what stops it, what reports count, who sleeps, and who may change at once.
import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import {
  byPerson,
  canaryThenRest,
  driveRollout,
  five,
  idOf,
  minuteMs,
  newPolicy,
  newTarget,
  newWave,
  startMs,
} from '#test/support/rollout-fleet.ts';

function progress(
  number: number,
  step: 'downloading' | 'verifying',
  done = 0,
): Extract<RolloutEvent, { readonly kind: 'progress-reported' }> {
  return { kind: 'progress-reported', deviceId: idOf('a'), attempt: 1, number, step, bytes: { done, total: 100 } };
}

function ended(attempt: number, number: number): RolloutEvent {
  return {
    kind: 'attempt-ended',
    deviceId: idOf('a'),
    attempt,
    number,
    verdict: 'failed-stuck',
    reason: 'late',
  };
}

describe('what stops it', () => {
  const stop = { atLeastFailed: 2, comparison: '>', percent: 40, action: { kind: 'pause' } } as const;

  it('when too few failed for the minimum, it goes on whatever their share', () => {
    const rollout = driveRollout(newPolicy({ stop }), five);
    rollout.clear('a', 'b', 'c');
    rollout.end('a', 'failed-unchanged');
    expect(rollout.state().status).toBe('in-progress');
    rollout.end('b', 'failed-unchanged');
    expect(rollout.state()).toMatchObject({ status: 'paused', cause: { by: 'hub' } });
    expect(rollout.state().cause.reason).toBe(
      '2 of 2 devices tried so far failed, which is 100 %: the stop rule is > 40 % and ≥ 2 devices.',
    );
  });

  it('when it is paused, nobody begins; when it goes on, the failures a person has seen stop it no more', () => {
    const rollout = driveRollout(newPolicy({ stop }), five);
    rollout.clear('a', 'b');
    rollout.end('a', 'failed-unchanged');
    rollout.end('b', 'failed-unchanged');
    expect(rollout.clear('c')).toEqual([]);
    expect(rollout.send(byPerson('paused'))).toEqual([]);
    rollout.send(byPerson('resumed'));
    expect(rollout.state().status).toBe('in-progress');
    expect(rollout.device('c').isChanging).toBe(true);
    rollout.end('c', 'failed-unchanged');
    expect(rollout.state().status).toBe('paused');
  });

  it('when retries are left, a failure is another attempt and counts for nothing yet', () => {
    const rollout = driveRollout(newPolicy({ stop: { ...stop, atLeastFailed: 1 }, retries: 1 }), five);
    rollout.clear('a');
    rollout.end('a', 'failed-unchanged');
    expect(rollout.device('a')).toMatchObject({ standing: 'pending', failures: 1, attempt: 1, preflight: null });
    expect(rollout.clear('a')).toContainEqual({ kind: 'admit', deviceId: 'a', attempt: 2 });
    rollout.end('a', 'failed-unchanged');
    expect(rollout.device('a').standing).toBe('failure');
    expect(rollout.state().status).toBe('paused');
  });

  it('when a person retries, only the failed begin again', () => {
    const rollout = driveRollout(newPolicy({ stop }), five);
    rollout.clear('a', 'b', 'c');
    rollout.end('c');
    rollout.end('a', 'failed-unchanged');
    rollout.end('b', 'failed-unchanged');
    rollout.send(byPerson('failed-retried'));
    expect(rollout.state().status).toBe('in-progress');
    expect(rollout.standings()).toMatchObject({ a: 'pending', b: 'pending', c: 'success' });
    expect(rollout.device('a')).toMatchObject({ failures: 0, attempt: 1 });
  });

  it('when what fails is known, the deadline tells it with how long nothing changed', () => {
    const rollout = driveRollout(newPolicy({ stepLimitMs: minuteMs }), five);
    rollout.clear('a');
    rollout.send({ ...progress(1, 'verifying'), reason: 'Module web waits to be started again.' });
    rollout.pass(minuteMs);
    expect(rollout.device('a').reason).toBe(
      'Module web waits to be started again. While verifying, the device showed no progress for 1 minute. Look at what runs on it, ' +
        'which may be its new modules or its old ones, and at the log of its agent.',
    );
  });

  it('when a step shows no progress, it fails at its deadline, which progress extends and repetition does not', () => {
    const rollout = driveRollout(newPolicy({ stepLimitMs: minuteMs }), five);
    rollout.clear('a');
    rollout.pass(minuteMs - 2000);
    rollout.send(progress(1, 'downloading', 10));
    rollout.pass(minuteMs - 2000);
    rollout.send(progress(2, 'downloading', 10));
    expect(rollout.device('a').standing).toBe('downloading');
    rollout.pass(1000);
    expect(rollout.device('a')).toMatchObject({
      standing: 'failure',
      verdict: 'failed-unchanged',
      isAdmitted: false,
    });
    expect(rollout.device('a').reason).toMatch(/^While downloading, the device showed no progress for 1 minute\. /);
  });

  it('when it is paused before anybody began, it goes on as pending', () => {
    const rollout = driveRollout(newPolicy(), five);
    rollout.send(byPerson('paused'));
    rollout.send(byPerson('resumed'));
    expect(rollout.state().status).toBe('pending');
  });

  it('when it is paused before its time, it goes on waiting for that', () => {
    const rollout = driveRollout(newPolicy({ startsAtMs: startMs + minuteMs }), five);
    rollout.send(byPerson('paused'), byPerson('resumed'));
    expect(rollout.state().status).toBe('scheduled');
    rollout.pass(minuteMs);
    expect(rollout.state().status).toBe('pending');
  });

  it('when the wall clock jumps, no deadline moves', () => {
    const rollout = driveRollout(newPolicy({ stepLimitMs: minuteMs }), five);
    rollout.clear('a');
    const { deadlineRunMs } = rollout.device('a');
    expect(deadlineRunMs).toBe(1000 + minuteMs);
  });
});

describe('reports', () => {
  it('when they are late, repeated, or of another attempt, what ended stays as it is', () => {
    const rollout = driveRollout(newPolicy(), five);
    rollout.clear('a');
    rollout.send(ended(0, 9), ended(2, 9));
    expect(rollout.device('a').standing).toBe('pending');
    rollout.end('a');
    const before = rollout.device('a');
    rollout.send(ended(1, 1), ended(1, 2), { kind: 'nothing-to-change', deviceId: idOf('a'), attempt: 1 });
    expect(rollout.device('a')).toEqual(before);
  });

  it('when one overtakes another, the older is not taken', () => {
    const rollout = driveRollout(newPolicy(), five);
    rollout.clear('a');
    rollout.send(progress(5, 'verifying'), progress(4, 'downloading'));
    expect(rollout.device('a').standing).toBe('verifying');
  });
});

describe('devices that are switched off', () => {
  it('when one sleeps it blocks nobody, and it gets its turn when it wakes', () => {
    const targets = [...five.slice(0, 4), newTarget('e', { isAwake: false })];
    const waves = [newWave({ members: { kind: 'count', count: 4 } }), newWave()];
    const rollout = driveRollout(newPolicy({ waves, concurrency: 1 }), targets);
    for (const device of ['a', 'b', 'c', 'd']) {
      rollout.clear(device);
      rollout.end(device);
    }
    expect(rollout.state()).toMatchObject({ currentWave: 1, status: 'in-progress' });
    expect(rollout.send({ kind: 'device-woke', deviceId: idOf('e') })).toContainEqual({
      kind: 'ask-preflight',
      deviceId: 'e',
    });
    rollout.clear('e');
    rollout.end('e');
    expect(rollout.state().status).toBe('finished');
  });

  it('when one falls asleep in mid-change, its clock stands still and others take its place', () => {
    const rollout = driveRollout(newPolicy({ concurrency: 1, stepLimitMs: minuteMs }), five);
    rollout.clear('a');
    rollout.clear('b');
    expect(rollout.device('b').isChanging).toBe(false);
    rollout.send({ kind: 'device-slept', deviceId: idOf('a') });
    expect(rollout.device('b').isChanging).toBe(true);
    rollout.pass(60 * minuteMs);
    expect(rollout.device('a')).toMatchObject({ standing: 'pending', isChanging: true });
    rollout.send({ kind: 'device-woke', deviceId: idOf('a') });
    rollout.pass(minuteMs - 1);
    expect(rollout.device('a').isChanging).toBe(true);
    rollout.pass(1);
    expect(rollout.device('a').standing).toBe('failure');
  });

  it('when a whole wave sleeps, nothing is known of it and the next waits for a person', () => {
    const targets = [newTarget('a', { isAwake: false }), ...five.slice(1)];
    const rollout = driveRollout(newPolicy({ waves: canaryThenRest }), targets);
    rollout.pass(60 * minuteMs);
    expect(rollout.state()).toMatchObject({ status: 'pending', currentWave: 0 });
    rollout.send(byPerson('wave-released'));
    expect(rollout.state().currentWave).toBe(1);
  });
});

describe('limits on who changes at once', () => {
  it('when a group must keep some up, its devices change one after another', () => {
    const gateways = [newTarget('g1', { groups: ['gateways'] }), newTarget('g2', { groups: ['gateways'] })];
    const rollout = driveRollout(newPolicy({ budgets: [{ groupId: 'gateways', atLeastUp: 1 }] }), gateways);
    rollout.clear('g1', 'g2');
    expect([rollout.device('g1').isChanging, rollout.device('g2').isChanging]).toEqual([true, false]);
    rollout.end('g1', 'failed-rolled-back');
    expect(rollout.device('g2').isChanging).toBe(true);
  });

  it('when the only other one is down, the last one up is left alone; one that is down may change', () => {
    const gateways = [
      newTarget('g1', { groups: ['gateways'] }),
      newTarget('g2', { groups: ['gateways'], isUp: false }),
    ];
    const rollout = driveRollout(newPolicy({ budgets: [{ groupId: 'gateways', atLeastUp: 1 }] }), gateways);
    rollout.clear('g1', 'g2');
    expect([rollout.device('g1').isChanging, rollout.device('g2').isChanging]).toEqual([false, true]);
    rollout.send({ kind: 'device-up', deviceId: idOf('g2') });
    rollout.end('g2');
    expect(rollout.device('g1').isChanging).toBe(true);
  });

  it('when a group has devices outside the rollout, those count too', () => {
    const rollout = driveRollout(newPolicy({ budgets: [{ groupId: 'gateways', atLeastUp: 1 }] }), [
      newTarget('g1', { groups: ['gateways'] }),
    ]);
    rollout.clear('g1');
    expect(rollout.device('g1').isChanging).toBe(false);
    rollout.send({ kind: 'bystanders-counted', groupId: 'gateways', up: 1 });
    expect(rollout.device('g1').isChanging).toBe(true);
  });

  it('when something stands in the way, it is asked again after half a minute and named meanwhile', () => {
    const rollout = driveRollout(newPolicy(), [newTarget('a')]);
    const answer = { kind: 'wait', obstacles: ['Its disk has 10 MB left and 200 MB are needed.'] } as const;
    rollout.send({ kind: 'preflight-answered', deviceId: idOf('a'), answer });
    expect(rollout.pass(29_999)).toEqual([]);
    expect(rollout.pass(1)).toEqual([{ kind: 'ask-preflight', deviceId: 'a' }]);
    expect(rollout.device('a').preflight?.obstacles).toEqual(answer.obstacles);
  });

  it('when the window is shut, nobody begins until it opens or a person hurries', () => {
    const shut = { days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1, timeZone: 'UTC' };
    const rollout = driveRollout(newPolicy({ windows: [shut] }), [newTarget('a')]);
    expect(new Date(startMs).toISOString()).not.toContain('T00:00');
    expect(rollout.clear('a')).toEqual([]);
    rollout.send(byPerson('hurried'));
    expect(rollout.device('a').isChanging).toBe(true);
  });

  it('when it is scheduled, nothing happens before its time', () => {
    const rollout = driveRollout(newPolicy({ startsAtMs: startMs + minuteMs }), five);
    expect(rollout.pass(minuteMs - 1)).toEqual([]);
    expect(rollout.state().status).toBe('scheduled');
    rollout.pass(1);
    expect(rollout.state()).toMatchObject({ status: 'pending', currentWave: 0 });
  });
});

it.each([
  ['is known', { runsWell: true }, 'It had all of it already and ran well.'],
  ['was not looked at, in a journal of before', {}, 'It had all of it already.'],
])('when a device has all of it and that it runs well %s, the reason says as much', (_, more, reason) => {
  const rollout = driveRollout(newPolicy(), five);
  rollout.clear('a', 'b');
  rollout.send({ kind: 'nothing-to-change', deviceId: idOf('a'), attempt: 1, ...more });
  expect(rollout.device('a')).toMatchObject({ standing: 'already-installed', isAdmitted: true, reason });
});
