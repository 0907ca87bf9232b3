// Devices that are taken out of service while their rollout goes on: how they ended is counted on, and nothing more comes to them.
import { describe, expect, it } from 'vitest';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { unfitOrder } from '#domain/rollouts/rollout-order.ts';
import { orderTargets } from '#domain/rollouts/rollout-order-targets.ts';
import { isOutOfService } from '#domain/rollouts/rollout-state.ts';
import {
  byPerson,
  driveRollout,
  five,
  idOf,
  newGate,
  newPolicy,
  newTarget,
  newWave,
  startMs,
  type DrivenRollout,
} from '#test/support/rollout-fleet.ts';

const gone = (deviceId: string): RolloutEvent => ({
  kind: 'target-left',
  deviceId: idOf(deviceId),
  isDecommissioned: true,
  keepsEnd: true,
});
const joined = (deviceId: string): RolloutEvent => ({ kind: 'targets-joined', targets: [newTarget(deviceId)] });
const said = (rollout: DrivenRollout, deviceId: string): string =>
  explainDevice(rollout.state(), rollout.device(deviceId), { wallMs: startMs, runMs: 0 });

/** Devices a and b are the first wave, c to e the rest. */
function twoWaves(successPercent: number): DrivenRollout {
  const gate = newGate({ successPercent });
  const waves = [newWave({ name: 'one', members: { kind: 'count', count: 2 }, gate }), newWave({ name: 'rest' })];
  const rollout = driveRollout(newPolicy({ waves, targets: { kind: 'growing', maxDevices: null } }), five);
  rollout.clear('a', 'b');
  return rollout;
}

describe('a device that is deleted after its end', () => {
  it('when it had failed, its wave does not open the next for want of it', () => {
    const rollout = twoWaves(100);
    rollout.end('a', 'failed-rolled-back');
    rollout.send(gone('a'));
    rollout.end('b');
    expect(rollout.standings()).toMatchObject({ a: 'failure', b: 'success' });
    expect(rollout.state()).toMatchObject({ status: 'paused', currentWave: 0 });
  });

  it('when it had succeeded, its wave opens the next as if it were there', () => {
    const rollout = twoWaves(50);
    rollout.end('a');
    rollout.send(gone('a'));
    rollout.end('b', 'failed-rolled-back');
    expect(rollout.standings()).toMatchObject({ a: 'success', b: 'failure' });
    expect(rollout.state().currentWave).toBe(1);
  });

  it('when its deletion is told again, nothing changes, and it is counted as no device that is up', () => {
    const rollout = twoWaves(50);
    rollout.end('a');
    rollout.send(gone('a'));
    const once = rollout.device('a');
    rollout.send(gone('a'));
    expect(rollout.device('a')).toBe(once);
    expect(once).toMatchObject({ isAdmitted: false, isAwake: false, isUp: false, verdict: 'done' });
  });

  it('when the failed are retried or all is rolled back, it is left as it is, and says so', () => {
    const rollout = twoWaves(50);
    rollout.end('a', 'failed-rolled-back');
    rollout.send(gone('a'));
    expect(orderTargets(rollout.state(), 'failed-retried')).toEqual([]);
    expect(unfitOrder(rollout.state(), 'failed-retried')).toBe(
      'Who failed in it was deleted from the hub since, so that none can be tried again: wait for its devices to come to their end.',
    );
    rollout.end('b', 'failed-rolled-back');
    expect(unfitOrder(rollout.state(), 'failed-retried')).toBeNull();
    rollout.send(byPerson('failed-retried'));
    expect(rollout.standings()).toMatchObject({ a: 'failure', b: 'pending' });
    rollout.send(byPerson('rolled-back'));
    expect(rollout.device('a')).toMatchObject({ standing: 'failure', purpose: 'change', isGone: true });
    expect(said(rollout, 'a')).toBe(
      'Attempt 1 failed and no further one follows by itself. Module web ended with code 1. It was deleted from the hub after that.',
    );
  });

  it('when another rollout brings it the deployment, it is reached no more', () => {
    const rollout = twoWaves(50);
    rollout.end('a');
    rollout.send(gone('a'));
    rollout.send({ kind: 'reach-changed', deviceIds: [idOf('a')], isReached: true, because: 'It was taken back.' });
    expect(rollout.device('a').isAdmitted).toBe(false);
    expect(said(rollout, 'a')).toBe(
      'It ran what was rolled out, since attempt 1. It was deleted from the hub after that.',
    );
  });

  it('when it was not for it, or failed without a word, that stays too', () => {
    const rollout = twoWaves(50);
    const reason = 'It is arm64.';
    rollout.send({ kind: 'preflight-answered', deviceId: idOf('c'), answer: { kind: 'never', reason } });
    const at = { deviceId: idOf('b'), attempt: 1, number: 1 };
    rollout.send({ kind: 'attempt-ended', ...at, verdict: 'failed-stuck', reason: null });
    rollout.send(gone('b'), gone('c'));
    expect(rollout.device('b')).toMatchObject({
      standing: 'failure',
      reason: 'It was deleted from the hub after that.',
    });
    expect(rollout.device('c')).toMatchObject({
      standing: 'not-applicable',
      reason: 'It is arm64. It was deleted from the hub after that.',
    });
  });

  it('when another is made under its id, that one joins a growing set, and its attempts are counted on', () => {
    const rollout = twoWaves(50);
    rollout.end('a');
    rollout.send(joined('a'));
    expect(rollout.device('a').standing).toBe('success');
    rollout.send(gone('a'), joined('a'));
    expect(rollout.device('a')).toMatchObject({ standing: 'pending', attempt: 1, isGone: false, reason: null });
  });
});

describe('a device that is deleted before its end', () => {
  it('when it waits or is in change, it is decommissioned', () => {
    const rollout = twoWaves(100);
    rollout.send(gone('a'), gone('c'));
    expect(rollout.standings()).toMatchObject({ a: 'decommissioned', c: 'decommissioned' });
    expect(rollout.device('a')).toMatchObject({ isGone: true, isChanging: false, isAdmitted: false, isUp: false });
    expect(said(rollout, 'a')).toBe('It was deleted from the hub, and no share counts it.');
  });
});

it('when a journal of before tells of it, whoever was taken out of service became decommissioned', () => {
  const rollout = twoWaves(50);
  rollout.end('a');
  rollout.send({ kind: 'target-left', deviceId: idOf('a'), isDecommissioned: true });
  expect(rollout.device('a')).toMatchObject({
    standing: 'decommissioned',
    reason: 'The device was taken out of service.',
    isGone: false,
    isUp: true,
  });
  expect(isOutOfService(rollout.device('a'))).toBe(true);
  rollout.send(joined('a'));
  expect(rollout.device('a').standing).toBe('pending');
});
