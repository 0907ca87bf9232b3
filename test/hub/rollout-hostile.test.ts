// What nobody means to happen to a rollout, and does: devices that come back as others, clocks that jump, groups and conditions that
// are changed under it, nights in which nobody is awake.
import { afterEach, describe, expect, test } from 'vitest';
import { deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { newGate, newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const yearMs = 365 * 86_400_000;
const device = (id: string) => site.state().devices.get(deviceId(id));

afterEach(() => {
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
});

/** Before anybody has looked. */
async function replace(id: string): Promise<void> {
  site.parts.registry.deleteDevice(deviceId(id), undefined, 'service');
  site.parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  site.connect(id);
  await site.settle();
}
function edit(id: string, targetCondition: string): Promise<void> {
  site.parts.deployments.update({ ...site.parts.deployments.get(deploymentId(id)), targetCondition }, '*', 'service');
  return site.settle();
}

describe('a device that is deleted and made anew under its id', () => {
  test('when it was in mid-change, nothing of the first counts for the second, and the next one begins', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ concurrency: 1 });
    await replace('d1');
    expect(device('d1')).toMatchObject({ standing: 'decommissioned', isAdmitted: false, isChanging: false });
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2' });
    await site.end('d2');
    expect(site.state()).toMatchObject({
      status: 'finished',
      cause: { reason: expect.stringContaining('1 excluded') as string },
    });
  });

  test('when it had succeeded, that is counted on, and the second is not taken for successful', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ concurrency: 1 });
    await site.end('d1');
    await replace('d1');
    expect(device('d1')).toMatchObject({
      standing: 'success',
      verdict: 'done',
      isAdmitted: false,
      isGone: true,
      reason: 'It was deleted from the hub after that.',
    });
    expect(site.bases()).toMatchObject({ d1: 'v1' });
  });

  test('when it had succeeded and the set grows, the second joins although the hub was restarted in between', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ concurrency: 1, targets: { kind: 'growing', maxDevices: null } });
    await site.end('d1');
    site.parts.registry.deleteDevice(deviceId('d1'), undefined, 'service');
    await site.settle();
    expect(device('d1')).toMatchObject({ standing: 'success', isAwake: false, isUp: false });
    await site.restart();
    site.parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    site.connect('d1');
    await site.settle();
    await site.end('d2');
    expect(device('d1')).toMatchObject({ isChanging: true, attempt: 2, isGone: false, reason: null });
    await site.end('d1');
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2' });
  });

  test('when the set grows, the second joins it as whoever comes later, and its attempts are counted on', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ concurrency: 1, targets: { kind: 'growing', maxDevices: null } });
    await replace('d1');
    expect(site.standings()).toMatchObject({ d1: 'pending' });
    await site.end('d2');
    expect(device('d1')).toMatchObject({ isChanging: true, attempt: 2, failures: 0 });
    await site.end('d1');
    expect(site.standings()).toEqual({ d1: 'success', d2: 'success' });
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2' });
  });
});

describe('clocks', () => {
  test('when the wall goes back for years, the newer rollout is the newer, and a start that was is not waited for again', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ concurrency: 1, startsAtMs: site.parts.clock.nowMs() + 60_000 });
    expect(site.state().status).toBe('scheduled');
    await site.pass(61_000);
    site.parts.clock.jumpTo(site.parts.clock.nowMs() - 5 * yearMs);
    await site.pass(1000);
    expect(site.state().status).toBe('in-progress');
    await site.rollOut({ concurrency: 1 }, 'v3');
    expect([site.state('v2').status, site.state('v3').status]).toEqual(['superseded', 'in-progress']);
  });

  test('when the wall goes ahead for years and back, nobody is overdue, no gate soaked, and windows are those of the wall', async () => {
    await site.devices('d1', 'd2');
    // The site's clock begins on a Thursday at midnight.
    const windows = [{ days: [4], fromMinute: 0, toMinute: 60, timeZone: 'UTC' }];
    const gate = newGate({ soakMs: 600_000 });
    const waves = [newWave({ name: 'one', members: { kind: 'count', count: 1 }, gate }), newWave({ name: 'rest' })];
    await site.rollOut({ waves, windows });
    site.parts.clock.jumpTo(site.parts.clock.nowMs() + 3 * yearMs);
    await site.pass(1000);
    expect(device('d1')).toMatchObject({ isChanging: true, failures: 0 });
    await site.end('d1');
    await site.pass(1000);
    expect(site.state()).toMatchObject({ currentWave: 0, status: 'in-progress' });
    await site.pass(600_000);
    expect(site.state()).toMatchObject({ currentWave: 1 });
    expect(device('d2')).toMatchObject({ attempt: 0 });
    site.parts.clock.jumpTo(Date.UTC(2026, 0, 1, 0, 30));
    await site.pass(1000);
    expect(device('d2')).toMatchObject({ attempt: 1 });
  });

  test('when the hub is started twice in one second, nothing happens twice', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ concurrency: 1 });
    const before = site.state();
    await site.restart();
    await site.restart();
    expect(site.state().devices).toEqual(before.devices);
    expect(site.parts.journal('rollout-sent')).toHaveLength(1);
  });
});

describe('what is changed under it', () => {
  test('when a budget group is emptied, who joined in it keeps to it; it cannot be deleted meanwhile', async () => {
    await site.devices('d1', 'd2');
    site.operations.setGroup({ id: 'pair', members: { deviceIds: ['d1', 'd2'] } });
    for (const id of ['d1', 'd2']) await site.report(id, upWith(id));
    await site.rollOut({ budgets: [{ groupId: 'pair', atLeastUp: 1 }] });
    expect(site.state().devices.get(deviceId('d2'))).toMatchObject({ attempt: 0 });
    site.operations.setGroup({ id: 'pair', members: { deviceIds: [] } });
    await site.settle();
    expect(device('d2')).toMatchObject({ attempt: 0 });
    expect(() => site.operations.deleteGroup({ id: 'pair' })).toThrow('wait for its end, or cancel it');
    await site.report('d1', upWith('d1'));
    await site.end('d1');
    expect(site.state().status).toBe('in-progress');
  });

  test('when its condition is edited, who does not match any more leaves, and nobody joins a fixed set', async () => {
    await site.devices('d1', 'd2', 'd3');
    await site.rollOut({ concurrency: 1 });
    await edit('v2', "deviceId = 'd3'");
    expect(site.standings()).toEqual({ d1: 'aborted', d2: 'aborted', d3: 'pending' });
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1', d3: 'v2' });
    await edit('v2', '*');
    await site.end('d3');
    expect(site.standings()).toEqual({ d1: 'aborted', d2: 'aborted', d3: 'success' });
    expect(site.state().status).toBe('finished');
  });
});

describe('waves', () => {
  test('when all devices sleep, no wave opens, and each gets its turn when it wakes', async () => {
    await site.devices('d1', 'd2');
    for (const id of ['d1', 'd2']) site.connect(id, 'Disconnected');
    await site.settle();
    const waves = [newWave({ name: 'one', members: { kind: 'count', count: 1 } }), newWave({ name: 'rest' })];
    await site.rollOut({ waves });
    await site.pass(60_000);
    expect(site.state()).toMatchObject({ status: 'pending', currentWave: 0 });
    site.connect('d2');
    await site.settle();
    expect(device('d2')).toMatchObject({ attempt: 0 });
    site.connect('d1');
    await site.settle();
    await site.end('d1');
    await site.end('d2');
    expect(site.state().status).toBe('finished');
  });

  test('when a wave has nobody, it holds its gate at once, but a person is still asked', async () => {
    await site.devices('d1');
    site.operations.setGroup({ id: 'none', members: { deviceIds: [] } });
    const members = { kind: 'group' as const, groupId: 'none' };
    const waves = [
      newWave({ name: 'nobody', members }),
      newWave({ name: 'nobody either', members, gate: newGate({ needsPerson: true }) }),
      newWave({ name: 'rest' }),
    ];
    await site.rollOut({ waves });
    expect(site.state()).toMatchObject({ currentWave: 1, status: 'pending' });
    await site.operations.orderRollout({ deploymentId: 'v2', order: 'releaseWave' });
    await site.settle();
    expect(device('d1')).toMatchObject({ wave: 2, attempt: 1 });
  });

  test('when one device is all there is, one percent of it is that device', async () => {
    await site.devices('d1');
    const percent = newWave({
      name: 'some',
      members: { kind: 'percent', percent: 1 },
      gate: newGate({ successPercent: 1 }),
    });
    await site.rollOut({ waves: [percent, newWave({ name: 'rest' })] });
    expect(device('d1')).toMatchObject({ wave: 0, attempt: 1 });
    await site.end('d1', 'failed-rolled-back');
    expect(site.state()).toMatchObject({
      status: 'paused',
      cause: { reason: expect.stringContaining('0 of 1') as string },
    });
  });
});

/** What an agent reports whose modules run. */
function upWith(id: string) {
  const { version, value } = site.agentOf(id).desired;
  const modules = Object.keys((value['modules'] ?? {}) as object).map((name) => [name, { runtimeStatus: 'running' }]);
  return {
    lastDesiredVersion: version,
    lastDesiredStatus: { code: 200 },
    modules: Object.fromEntries(modules) as never,
  };
}
