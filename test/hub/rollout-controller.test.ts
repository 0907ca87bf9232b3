// Rollouts over the real store and evaluation: waves, failures that stop them, ways back, restarts, and what the journal keeps.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { aBase, deploymentId, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { newGate, newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const agent = moduleIdentity('d1', '$edgeAgent');
const five = ['d1', 'd2', 'd3', 'd4', 'd5'];
const waves = [
  newWave({ name: 'canary', members: { kind: 'percent', percent: 20 }, gate: newGate() }),
  newWave({ name: 'all' }),
];
const stopAt: RolloutPolicy['stop'] = { atLeastFailed: 1, comparison: '≥', percent: 50, action: { kind: 'roll-back' } };

const running = (name: string) => ({ [name]: { runtimeStatus: 'running', settings: { image: `${name}:1` } } });

const folded = () => foldedRollout(site.parts.store.read, 'v2');

describe('waves', () => {
  test('when a rollout has two waves, the second gets it after the first succeeded, and nobody before', async () => {
    await site.devices(...five);
    await site.rollOut({ waves });
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1', d3: 'v1', d4: 'v1', d5: 'v1' });
    expect(site.termsOf('d1')).toEqual({
      attempt: 1,
      settleSeconds: 0,
      hold: 'none',
      switchWithinSeconds: null,
      isRollback: false,
    });
    expect(site.termsOf('d2')).toBeNull();
    await site.pass(60_000);
    expect(site.bases()).toMatchObject({ d1: 'v2', d2: 'v1' });
    await site.end('d1');
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2', d3: 'v2', d4: 'v2', d5: 'v2' });
    for (const id of five.slice(1)) await site.end(id);
    expect(site.state()).toMatchObject({
      status: 'finished',
      cause: { reason: 'All devices came to their end: 5 succeeded, 0 failed.' },
    });
    expect(folded()).toEqual(site.state());
  });

  test('when the first wave fails, it stops, and each device is taken back with an attempt of its own', async () => {
    await site.devices(...five);
    await site.rollOut({ waves, stop: stopAt });
    await site.end('d1', 'failed-rolled-back');
    expect(site.state()).toMatchObject({ status: 'rolling-back' });
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1', d3: 'v1', d4: 'v1', d5: 'v1' });
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2, isRollback: true });
    await site.end('d1');
    expect(site.state()).toMatchObject({ status: 'rolled-back' });
    expect(site.standings()).toEqual({ d1: 'rolled-back', d2: 'aborted', d3: 'aborted', d4: 'aborted', d5: 'aborted' });
    expect(site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId: 'd1' })).toMatchObject([
      { attempt: 2, purpose: 'roll-back', verdict: 'done', reason: null },
      {
        attempt: 1,
        purpose: 'change',
        verdict: 'failed-rolled-back',
        reason: 'Module web ended with code 1. Look at its log.',
      },
    ]);
    // The row says which way the attempt went: its event alone does not.
    const ways = site.parts
      .journal('rollout-advanced')
      .flatMap(({ detail }) =>
        JSON.stringify(detail['events']).includes('attempt-ended') ? [detail['wayBack'] ?? null] : [],
      );
    expect(ways).toEqual([null, ['d1']]);
    expect(folded()).toEqual(site.state());
  });

  test('when it goes back to an earlier deployment, that is deployed anew to whoever it is taken back from', async () => {
    await site.devices('d1', 'd2');
    site.parts.deployments.create(aBase('old', { targetCondition: "deviceId = 'none'", modules: ['old'] }), 'service');
    const action = { kind: 'roll-back-to', deploymentId: deploymentId('old') } as const;
    await site.rollOut({
      waves: [newWave({ name: 'a', members: { kind: 'count', count: 1 } }), newWave()],
      stop: { ...stopAt, action },
    });
    await site.end('d1', 'failed-left');
    expect(site.bases()).toEqual({ d1: 'old-again-1', d2: 'v1' });
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2, isRollback: true });
    await site.end('d1');
    expect(site.state()).toMatchObject({ status: 'rolled-back' });
    await site.restart();
    expect(site.bases()).toEqual({ d1: 'old-again-1', d2: 'v1' });
  });
});

describe('what devices do', () => {
  test('when a device is off, it blocks nobody and gets its turn when it wakes', async () => {
    await site.devices('d1', 'd2');
    site.connect('d1', 'Disconnected');
    await site.rollOut();
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2' });
    await site.end('d2');
    expect(site.state()).toMatchObject({ status: 'in-progress' });
    site.connect('d1');
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2' });
  });

  test('when the same end is reported again, or one of an older version, nothing flips', async () => {
    await site.devices('d1');
    await site.rollOut({ retries: 1 });
    const first = site.agentOf('d1').desired.version;
    await site.end('d1', 'failed-unchanged');
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2 });
    expect(site.state().devices.get(deviceId('d1'))).toMatchObject({ attempt: 2, isChanging: true });
    const stale = { version: first, attempt: 2, number: 9, step: 'ended', verdict: 'failed-stuck' };
    await site.report('d1', { lanyard: { attempt: stale } });
    expect(site.state().devices.get(deviceId('d1'))).toMatchObject({ attempt: 2, isChanging: true });
    await site.end('d1');
    expect(site.standings()).toEqual({ d1: 'success' });
    await site.end('d1', 'failed-stuck');
    expect(site.standings()).toEqual({ d1: 'success' });
  });

  test('when a verdict stands beside a step that goes on, or an end without one, it is no end', async () => {
    await site.devices('d1');
    await site.rollOut();
    const { version } = site.agentOf('d1').desired;
    const report = (told: JsonObject): Promise<void> =>
      site.report('d1', { lanyard: { attempt: { version, attempt: 1, number: 1, ...told } } });
    await report({ step: 'installing', verdict: 'failed-left' });
    expect(site.standings()).toEqual({ d1: 'installing' });
    await report({ step: 'ended', verdict: null });
    expect(site.standings()).toEqual({ d1: 'installing' });
    await report({ step: 'ended', verdict: 'done' });
    expect(site.standings()).toEqual({ d1: 'success' });
  });

  test('when an agent reports no attempts, the version, its code and its modules decide after the settle time', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ settleMs: 10_000 });
    const { version } = site.agentOf('d1').desired;
    const carriedOut = { lastDesiredVersion: version, lastDesiredStatus: { code: 200 } };
    await site.report('d1', { ...carriedOut, modules: running('web') });
    expect(site.standings()).toMatchObject({ d1: 'installing' });
    await site.report('d1', { modules: running('v2') });
    expect(site.standings()).toMatchObject({ d1: 'verifying' });
    await site.pass(5000);
    await site.report('d1', { modules: { v2: { runtimeStatus: 'backoff', exitCode: 1 } } });
    await site.pass(6000);
    expect(site.standings()).toMatchObject({ d1: 'installing' });
    await site.report('d1', { modules: running('v2') });
    await site.pass(11_000);
    expect(site.standings()).toMatchObject({ d1: 'success' });
    await site.settle();
    const refusal = { lastDesiredVersion: version, lastDesiredStatus: { code: 400, description: 'No image.' } };
    await site.report('d2', refusal);
    expect(site.state().devices.get(deviceId('d2'))).toMatchObject({ verdict: 'failed-left', reason: 'No image.' });
  });

  test('when a device is deleted or no longer meant, it counts for nothing', async () => {
    await site.devices('d1', 'd2', 'd3');
    await site.rollOut({ concurrency: 1 });
    site.parts.registry.deleteDevice(deviceId('d2'), undefined, 'service');
    await site.settle();
    expect(site.standings()).toEqual({ d1: 'pending', d2: 'decommissioned', d3: 'pending' });
    site.parts.deployments.update(
      { ...aBase('v2', { priority: 5, modules: ['web', 'v2'] }), targetCondition: "deviceId = 'd1'" },
      undefined,
      'service',
    );
    await site.settle();
    expect(site.standings()).toMatchObject({ d3: 'aborted' });
    await site.end('d1');
    expect(site.state()).toMatchObject({ status: 'finished' });
  });

  test('when the deployment is deleted, its rollout is canceled and devices get what applies without it', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ waves: [newWave({ name: 'a', members: { kind: 'count', count: 1 } }), newWave()] });
    site.parts.deployments.delete(deploymentId('v2'), undefined, 'service');
    await site.settle();
    expect(site.state()).toMatchObject({ status: 'canceled', cause: { by: 'service' } });
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    expect(site.termsOf('d1')).toBeNull();
  });

  test('when a step shows no progress, its attempt ends, having changed nothing, and the next one begins', async () => {
    await site.devices('d1');
    await site.rollOut({ retries: 1, stepLimitMs: 60_000 });
    await site.pass(61_000);
    expect(site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId: 'd1' })).toMatchObject([
      { attempt: 2, verdict: null },
      {
        attempt: 1,
        verdict: 'failed-unchanged',
        reason: expect.stringMatching(/^While preparing, the device said nothing of it for 1 minute\. /),
      },
    ]);
  });

  test('when the set grows, who matches later gets it too', async () => {
    await site.devices('d1');
    await site.rollOut({ targets: { kind: 'growing', maxDevices: 2 } });
    await site.end('d1');
    for (const id of ['d2', 'd3']) {
      site.parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
      site.connect(id);
      await site.settle();
    }
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2', d3: 'v1' });
    await site.end('d2');
    expect(site.state()).toMatchObject({ status: 'finished' });
  });
});

describe('persons', () => {
  test('when a newer rollout means the same devices, it takes the place of the older, and mid-change comes to its end', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ concurrency: 1 });
    await site.rollOut({}, 'v3');
    expect(site.state('v2')).toMatchObject({
      status: 'superseded',
      cause: { reason: "Deployment 'v3' took its place." },
    });
    expect(site.standings('v2')).toMatchObject({ d2: 'aborted' });
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v3' });
    await site.end('d1');
    expect(site.standings('v2')).toMatchObject({ d1: 'success' });
    expect(site.bases()).toEqual({ d1: 'v3', d2: 'v3' });
  });

  test('when it is paused, resumed and hurried, windows and waves obey', async () => {
    await site.devices('d1', 'd2');
    // The clock of the site stands on a Thursday.
    const windows = [{ days: [5], fromMinute: 0, toMinute: 60, timeZone: 'UTC' }];
    await site.rollOut({ windows, concurrency: 1 });
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    const order = (name: 'pause' | 'resume' | 'hurry' | 'cancel') =>
      site.operations.orderRollout({ deploymentId: 'v2', order: name });
    expect(await order('pause')).toMatchObject({ status: 'paused' });
    await order('hurry');
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    await order('resume');
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1' });
    expect(await order('cancel')).toMatchObject({ status: 'canceled' });
    await site.end('d1');
    expect(site.standings()).toEqual({ d1: 'success', d2: 'aborted' });
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1' });
    await expect(order('resume')).rejects.toThrow('is canceled, which is final');
  });
});

describe('a hub that was started anew', () => {
  test('when it restarts in between, the state is that of the journal, and what was missed is seen', async () => {
    await site.devices(...five);
    await site.rollOut({ waves });
    site.controller.stop();
    await site.end('d1');
    expect(site.bases()).toMatchObject({ d2: 'v1' });
    await site.restart();
    expect(site.bases()).toMatchObject({ d1: 'v2', d2: 'v2', d5: 'v2' });
    expect(folded()).toEqual(site.state());
  });

  test('when nothing but time goes by, nothing is written', async () => {
    await site.devices('d1');
    await site.rollOut();
    const { length } = site.parts.journal();
    await site.pass(30_000);
    expect(site.parts.journal().length).toBe(length);
    await site.restart();
    await site.pass(602_000);
    expect(site.state().devices.get(deviceId('d1'))).toMatchObject({
      standing: 'failure',
      verdict: 'failed-unchanged',
    });
  });
});

test('when a device tells its end while the step of what it told before is being written, it is looked at again', async () => {
  await site.devices('d1');
  await site.rollOut();
  const { desired } = site.agentOf('d1');
  const told = { version: desired.version, attempt: 1, doneBytes: 1, totalBytes: 2 };
  await site.parts.twins.report(agent, { lanyard: { attempt: { ...told, number: 1, step: 'downloading' } } });
  const ended = { ...told, number: 2, step: 'ended', verdict: 'done', reason: null };
  // It waits for its commit while the device is looked at, and is committed ahead of the step.
  const taken = site.parts.twins.report(agent, { lanyard: { attempt: ended } });
  site.parts.clock.advance(20);
  await taken;
  await site.settle();
  expect(site.standings()).toEqual({ d1: 'success' });
});
