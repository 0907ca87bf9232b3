// Rollouts in the small: waves and their gates, who belongs to the targets, and how it ends.
import { describe, expect, it } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import {
  byPerson,
  canaryThenRest,
  driveRollout,
  five,
  idOf,
  minuteMs,
  newGate,
  newPolicy,
  newTarget,
  newWave,
} from '#test/support/rollout-fleet.ts';

function left(deviceId: string, isDecommissioned = false): RolloutEvent {
  return { kind: 'target-left', deviceId: idOf(deviceId), isDecommissioned };
}

describe('waves', () => {
  it('when a rollout of five begins with 10 %, one device is asked and then given it', () => {
    const rollout = driveRollout(newPolicy({ waves: canaryThenRest }), five);
    expect(rollout.state()).toMatchObject({ status: 'pending', currentWave: 0 });
    expect([...rollout.state().devices.values()].map(({ wave }) => wave)).toEqual([0, 1, 1, 1, 1]);
    expect(rollout.clear('a')).toContainEqual({ kind: 'admit', deviceId: 'a', attempt: 1 });
    expect(rollout.device('a')).toMatchObject({ standing: 'pending', isChanging: true, isAdmitted: true });
    expect(rollout.state().status).toBe('in-progress');
    expect(rollout.device('b')).toMatchObject({ standing: 'pending', isChanging: false, isAdmitted: false });
  });

  it('when the share is reached, the next wave opens after the soak and not a millisecond before', () => {
    const waves = [
      newWave({ name: 'canary', members: { kind: 'count', count: 1 }, gate: newGate({ soakMs: minuteMs }) }),
      newWave(),
    ];
    const rollout = driveRollout(newPolicy({ waves }), five);
    rollout.clear('a');
    rollout.end('a');
    rollout.pass(minuteMs - 1);
    expect(rollout.state().currentWave).toBe(0);
    expect(rollout.pass(1)).toContainEqual({ kind: 'wave-opened', wave: 1 });
  });

  it('when a gate needs a person, the share alone opens nothing', () => {
    const gate = newGate({ needsPerson: true });
    const waves = [newWave({ members: { kind: 'count', count: 1 }, gate }), newWave()];
    const rollout = driveRollout(newPolicy({ waves }), five);
    rollout.clear('a');
    rollout.end('a');
    rollout.pass(24 * 60 * minuteMs);
    expect(rollout.state().currentWave).toBe(0);
    rollout.send(byPerson('wave-released'));
    expect(rollout.state().currentWave).toBe(1);
  });

  it('when a wave comes to its end below its share, the rollout pauses and says by how much', () => {
    const rollout = driveRollout(newPolicy({ waves: canaryThenRest }), five);
    rollout.clear('a');
    rollout.end('a', 'failed-rolled-back');
    expect(rollout.state()).toMatchObject({ status: 'paused', currentWave: 0 });
    expect(rollout.state().cause.reason).toBe(
      "Wave 'canary' ended: 0 of 1 device succeeded, and the next wave opens at ≥ 100 %.",
    );
    rollout.send(byPerson('wave-released'));
    expect(rollout.state()).toMatchObject({ status: 'in-progress', currentWave: 1 });
  });

  it('when waves are named by groups, members go where they belong and the rest to the last', () => {
    const waves = [
      newWave({ name: 'canary', members: { kind: 'group', groupId: 'canary' } }),
      newWave({ name: 'line 2', members: { kind: 'condition', condition: "tags.line = '2'" } }),
      newWave({ name: 'two more', members: { kind: 'count', count: 1 } }),
      newWave({ name: 'rest', members: { kind: 'count', count: 1 } }),
    ];
    const targets = [
      newTarget('e', { waves: [0, 1] }),
      newTarget('d', { waves: [1] }),
      newTarget('c'),
      newTarget('b'),
      newTarget('a'),
    ];
    const rollout = driveRollout(newPolicy({ waves }), targets);
    const waveOf = Object.fromEntries([...rollout.state().devices].map(([device, { wave }]) => [device, wave]));
    expect(waveOf).toEqual({ e: 0, d: 1, a: 2, b: 3, c: 3 });
  });

  it('when a policy has no waves, nothing opens', () => {
    const rollout = driveRollout(newPolicy({ waves: [] }), five);
    expect(rollout.pass(minuteMs)).toEqual([]);
    expect(rollout.state().status).toBe('pending');
  });

  it('when a wave takes the rest before the last, nobody is left for that', () => {
    const rollout = driveRollout(newPolicy({ waves: [newWave(), newWave({ name: 'none' })] }), five);
    expect([...rollout.state().devices.values()].map(({ wave }) => wave)).toEqual([0, 0, 0, 0, 0]);
  });

  it('when nobody is in it yet, no wave opens and it does not finish', () => {
    const rollout = driveRollout(newPolicy({ waves: canaryThenRest }), []);
    rollout.pass(minuteMs);
    expect(rollout.state()).toMatchObject({ status: 'pending', currentWave: -1 });
    rollout.send({ kind: 'targets-joined', targets: five });
    expect(rollout.state().currentWave).toBe(0);
  });

  it('when all came to an end, it is finished with honest totals', () => {
    const rollout = driveRollout(newPolicy(), five);
    rollout.clear('a', 'b', 'c', 'd');
    rollout.send({
      kind: 'preflight-answered',
      deviceId: idOf('e'),
      answer: { kind: 'never', reason: 'It is arm64.' },
    });
    rollout.end('a');
    rollout.end('b');
    rollout.send({ kind: 'nothing-to-change', deviceId: idOf('c'), attempt: 1 });
    expect(rollout.state().status).toBe('in-progress');
    rollout.end('d', 'failed-unchanged');
    expect(rollout.state()).toMatchObject({
      status: 'finished',
      cause: { by: 'hub', reason: 'All devices came to their end: 3 succeeded, 1 failed, 1 excluded.' },
    });
    expect(rollout.standings()).toEqual({
      a: 'success',
      b: 'success',
      c: 'already-installed',
      d: 'failure',
      e: 'not-applicable',
    });
  });
});

describe('target sets', () => {
  it('when the set is fixed, whoever matches later is not taken', () => {
    const rollout = driveRollout(newPolicy(), five);
    rollout.send({ kind: 'targets-joined', targets: [newTarget('f')] });
    expect(rollout.state().devices.size).toBe(5);
  });

  it('when the set grows, latecomers go to the wave that names them or the last, and it never finishes by itself', () => {
    const waves = [newWave({ members: { kind: 'group', groupId: 'canary' } }), newWave()];
    const rollout = driveRollout(newPolicy({ waves, targets: { kind: 'growing', maxDevices: null } }), [
      newTarget('a'),
    ]);
    rollout.clear('a');
    rollout.end('a');
    expect(rollout.state().status).toBe('in-progress');
    rollout.send({ kind: 'targets-joined', targets: [newTarget('b', { waves: [0] }), newTarget('c'), newTarget('a')] });
    expect([rollout.device('b').wave, rollout.device('c').wave]).toEqual([0, 1]);
    expect(rollout.device('a').standing).toBe('success');
  });

  it('when as many came as may, a growing set closes and is finished', () => {
    const rollout = driveRollout(newPolicy({ targets: { kind: 'growing', maxDevices: 2 } }), five);
    rollout.clear('a', 'b', 'c');
    expect(Object.values(rollout.standings())).toEqual(Array.from({ length: 5 }, () => 'pending'));
    expect([...rollout.state().devices.values()].filter(({ isAdmitted }) => isAdmitted)).toHaveLength(2);
    rollout.end('a');
    rollout.end('b', 'failed-unchanged');
    expect(rollout.state().status).toBe('finished');
  });

  it('when a device no longer matches, it is aborted, or merely let go where it came to its end', () => {
    const rollout = driveRollout(newPolicy({ targets: { kind: 'growing', maxDevices: null } }), five);
    rollout.clear('a', 'b', 'c');
    rollout.end('a');
    rollout.send(left('a'), left('b'), left('c', true), left('d'), left('unknown'));
    expect(rollout.standings()).toEqual({
      a: 'success',
      b: 'aborted',
      c: 'decommissioned',
      d: 'aborted',
      e: 'pending',
    });
    expect(rollout.device('a').isAdmitted).toBe(false);
    expect(rollout.device('b')).toMatchObject({ isAdmitted: false, isChanging: false, deadlineRunMs: null });
  });
});

describe('what ends it', () => {
  it('when it is canceled, whoever has not begun is left out, whoever has comes to its end, and nothing changes that', () => {
    const rollout = driveRollout(newPolicy(), five);
    rollout.clear('a');
    rollout.send(byPerson('canceled'));
    expect(rollout.standings()).toMatchObject({ a: 'pending', b: 'aborted' });
    rollout.end('a');
    expect(rollout.device('a').standing).toBe('success');
    rollout.send(byPerson('resumed'), byPerson('failed-retried'), byPerson('rolled-back'));
    expect(rollout.state()).toMatchObject({ status: 'canceled', cause: { by: 'console' } });
  });

  it('when a newer deployment takes its place, it says which', () => {
    const rollout = driveRollout(newPolicy(), five);
    rollout.send({ kind: 'superseded', by: 'd2' as DeploymentId });
    expect(rollout.state()).toMatchObject({
      status: 'superseded',
      cause: { by: 'hub', reason: "Deployment 'd2' took its place." },
    });
    rollout.send({ kind: 'targets-joined', targets: [newTarget('z')] });
    expect(rollout.state().devices.has(idOf('z'))).toBe(false);
  });

  it('when it is taken back, all that had it lose it, sleepers are not waited for, and the rest never get it', () => {
    const stop = {
      atLeastFailed: 1,
      comparison: '≥',
      percent: 50,
      action: { kind: 'roll-back-to', deploymentId: 'old' as DeploymentId },
    } as const;
    const rollout = driveRollout(
      newPolicy({ stop, waves: [newWave({ members: { kind: 'count', count: 4 } }), newWave()] }),
      five,
    );
    rollout.clear('a', 'b', 'c', 'd');
    rollout.send({ kind: 'device-slept', deviceId: idOf('c') });
    rollout.end('a');
    const effects = rollout.end('b', 'failed-rolled-back');
    expect(effects.filter(({ kind }) => kind === 'redeploy')).toEqual([{ kind: 'redeploy', deploymentId: 'old' }]);
    expect(effects.filter(({ kind }) => kind === 'withdraw')).toHaveLength(4);
    expect(rollout.state().status).toBe('rolling-back');
    expect(rollout.device('e').standing).toBe('aborted');
    rollout.send(byPerson('paused'), byPerson('hurried'));
    rollout.end('a');
    rollout.end('b');
    expect(rollout.state().status).toBe('rolling-back');
    rollout.end('d', 'failed-stuck');
    expect(rollout.state()).toMatchObject({
      status: 'rolled-back',
      cause: {
        reason: '2 of 4 devices were rolled back; 1 switched off follows when it wakes; 1 could not be rolled back.',
      },
    });
    rollout.send({ kind: 'device-woke', deviceId: idOf('c') });
    rollout.end('c');
    expect(rollout.device('c').standing).toBe('rolled-back');
  });

  it('when budgets would block a rollback for ever, it goes on one device at a time', () => {
    const gateways = [newTarget('g1', { groups: ['gateways'] }), newTarget('g2', { groups: ['gateways'] })];
    const rollout = driveRollout(newPolicy({ budgets: [{ groupId: 'gateways', atLeastUp: 2 }] }), gateways);
    rollout.send({ kind: 'bystanders-counted', groupId: 'gateways', up: 1 });
    rollout.clear('g1');
    rollout.end('g1');
    rollout.send({ kind: 'bystanders-counted', groupId: 'gateways', up: 0 }, byPerson('rolled-back'));
    expect(rollout.device('g1').isChanging).toBe(true);
    rollout.end('g1');
    expect(rollout.state().status).toBe('rolled-back');
  });
});

describe('what becomes of devices in mid-change', () => {
  it('when the last report tells more bytes than any before, the ended attempt keeps them', () => {
    const rollout = driveRollout(newPolicy(), [newTarget('d1')]);
    rollout.clear('d1');
    const at = { deviceId: 'd1' as DeviceId, attempt: 1 };
    const bytes = { done: 5, total: 9 };
    rollout.send({ kind: 'progress-reported', ...at, number: 1, step: 'downloading', bytes });
    const whole = { done: 9, total: 9 };
    rollout.send({ kind: 'attempt-ended', ...at, number: 2, verdict: 'done', reason: null, bytes: whole });
    expect(rollout.device('d1')).toMatchObject({ standing: 'success', bytes: whole });
  });

  it('when what ranks above hides the deployment, the device is left out and is no success', () => {
    const rollout = driveRollout(newPolicy(), [newTarget('d1')]);
    rollout.clear('d1');
    rollout.send({ kind: 'nothing-to-change', deviceId: 'd1' as DeviceId, attempt: 1, isOutranked: true });
    expect(rollout.standings()).toEqual({ d1: 'not-applicable' });
  });

  it('when the deployment is deleted, all of them leave, and whoever had it has it no more', () => {
    const rollout = driveRollout(newPolicy(), [newTarget('d1'), newTarget('d2'), newTarget('d3')]);
    rollout.clear('d1', 'd2');
    rollout.end('d1');
    rollout.send({ kind: 'deployment-deleted', by: 'service' });
    expect(rollout.standings()).toEqual({ d1: 'success', d2: 'aborted', d3: 'aborted' });
    expect([...rollout.state().devices.values()].map(({ isAdmitted }) => isAdmitted)).toEqual([false, false, false]);
    expect(rollout.device('d2')).toMatchObject({ isChanging: false, reason: 'Its deployment was deleted.' });
    const cause = { by: 'service', reason: 'Its deployment was deleted.' };
    expect(rollout.state()).toMatchObject({ status: 'canceled', cause });
  });

  it('when the hub was away, no step fails before its device can be back, and one without a deadline gets none', () => {
    const rollout = driveRollout(newPolicy({ stepLimitMs: 10_000 }), [newTarget('d1'), newTarget('d2')]);
    rollout.clear('d1');
    const untilRunMs = 70_000;
    rollout.send(
      { kind: 'device-expected', deviceId: 'd1' as DeviceId, untilRunMs },
      { kind: 'device-expected', deviceId: 'd2' as DeviceId, untilRunMs },
    );
    rollout.pass(60_000);
    expect(rollout.device('d1')).toMatchObject({ isChanging: true, deadlineRunMs: untilRunMs });
    expect(rollout.device('d2').deadlineRunMs).toBeNull();
    rollout.pass(10_000);
    expect(rollout.device('d1')).toMatchObject({ standing: 'failure', verdict: 'failed-unchanged' });
  });
});
