// What others see of a rollout: twins without one are as they always were, exports never hold its terms, and a view says why a
// deployment that matches a device has not come to it.
import { expect, test } from 'vitest';
import { createEffectiveOperations } from '#hub/preview/effective-view.ts';
import { createFileExports } from '#hub/operations/file-exports.ts';
import { createRolloutSights } from '#hub/rollouts/rollout-sights.ts';
import { aBase, deploymentId, deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';
import { newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

test('when no deployment has a rollout, devices are sent what they always were, and exports never hold terms', async () => {
  await site.devices('d1');
  expect(site.agentOf('d1').desired.value).not.toHaveProperty('lanyard');
  await site.rollOut();
  expect(site.agentOf('d1').desired.value).toHaveProperty('lanyard');
  const exports = createFileExports(site.parts);
  const modules = exports.exportModules({ deviceId: 'd1' });
  const state = await exports.exportSite({ reader: 'iot-hub', devices: true });
  expect(modules.text + state.text).not.toContain('lanyard');
  expect(site.parts.twins.get(deviceIdentity('d1')).desired.value).toEqual({});
  expect(site.parts.twins.get(moduleIdentity('d1', '$edgeHub')).desired.value).toEqual({});
});

test('when a deployment matches and has not come to a device, its effective view says why, and nobody added the terms', async () => {
  await site.devices('d1', 'd2', 'd3');
  const rest = newWave({ name: 'rest' });
  await site.rollOut({
    waves: [
      newWave({ name: 'a', members: { kind: 'count', count: 1 } }),
      newWave({ name: 'b', members: { kind: 'count', count: 1 } }),
      rest,
    ],
  });
  const view = createEffectiveOperations(site.parts.store.read);
  const reasons = (id: string) =>
    view
      .effective({ deviceId: id, revision: null, after: 0, limit: 200 })
      .notApplied.map((row) => `${row.id}: ${row.reason}`);
  expect(reasons('d2')).toEqual(['v2: waits for its turn in the rollout: wave 2 of 3 is not open yet']);
  expect(reasons('d1')).toEqual(['v1: outranked by v2']);
  const { values } = view.effective({ deviceId: 'd1', revision: null, after: 0, limit: 200 });
  expect(values.filter(({ kind, differs }) => kind === 'added' || differs)).toEqual([]);
  site.parts.registry.createDevice({ deviceId: deviceId('d6'), isEdge: true }, 'service');
  await site.settle();
  expect(reasons('d6')).toEqual(['v2: its rollout is for the devices that matched when it was made']);
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'cancel' });
  expect(reasons('d2')).toEqual([
    'v2: its rollout does not give it: This rollout never changed it, and will not. A person canceled it.',
  ]);
  const { history } = site.operations.rollout({ deploymentId: 'v2' });
  expect(history.map(({ status, cause }) => `${status}: ${cause.by}`)).toEqual([
    'pending: console',
    'in-progress: hub',
    'canceled: console',
  ]);
});

test('when a newer base applies in place of what was rolled out, each device is told which', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut();
  await site.end('d1');
  site.parts.deployments.create(aBase('v9', { priority: 99, targetCondition: "deviceId = 'd1'" }), 'service');
  await site.end('d2');
  await site.settle();
  const { rows } = site.operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 9 });
  expect(rows.map(({ explanation }) => explanation)).toEqual([
    "It ran what was rolled out, since attempt 1. Base 'v9' applies to it now, and this deployment does not.",
    'It runs what was rolled out, since attempt 1.',
  ]);
});

test('when a rollout is over, who wakes is told to be awake, and one that was taken back is not to be taken back', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ concurrency: 1 });
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
  await site.settle();
  await site.end('d1');
  site.connect('d2', 'Disconnected');
  await site.settle();
  const isAwake = () =>
    site.operations.rolloutDevices({ deploymentId: 'v2', after: 'd1', limit: 1 }).rows.map((row) => row.isAwake);
  expect(site.operations.rollout({ deploymentId: 'v2' }).status).toBe('rolled-back');
  expect(isAwake()).toEqual([false]);
  site.connect('d2');
  expect(isAwake()).toEqual([true]);
  await expect(site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' })).rejects.toThrow(
    "The rollout of 'v2' is rolled back, which is final: its devices were rolled back already.",
  );
});

const attemptsOf = (deviceId: string) => site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId });

test('when a device that waits to be tried again is let go, its attempt is told as it ended', async () => {
  await site.devices('d1');
  await site.rollOut({ retries: 1 });
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'pause' });
  await site.end('d1', 'failed-unchanged');
  const [ended] = attemptsOf('d1');
  expect(ended?.reason).toContain('Module web ended with code 1.');
  await site.pass(60_000);
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'cancel' });
  expect(attemptsOf('d1')).toEqual([ended]);
});

test('when the deployment is deleted while it is taken back, nobody is told that its condition stopped matching', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ concurrency: 1 });
  await site.end('d1');
  await site.end('d2');
  const [done] = attemptsOf('d2');
  expect(done).toMatchObject({ verdict: 'done', reason: null });
  // It finished: nothing can be taken back but by a rollback.
  await site.rollOut({ concurrency: 1 }, 'v3');
  await site.end('d1');
  await site.operations.orderRollout({ deploymentId: 'v3', order: 'rollBack' });
  await site.settle();
  site.parts.deployments.delete(deploymentId('v3'), undefined, 'service');
  await site.settle();
  const { rows } = site.operations.rolloutDevices({ deploymentId: 'v3', after: null, limit: 9 });
  for (const { explanation } of rows) expect(explanation).not.toContain('stopped matching');
  const attempts = site.operations.rolloutAttempts({ deploymentId: 'v3', deviceId: 'd1' });
  expect(attempts.at(-1)).toMatchObject({ attempt: 1, verdict: 'done', reason: null });
});

test('when one of two gateways sleeps, the row of the other says what it waits for, wherever it is shown', async () => {
  await site.devices('d1', 'd2', 'd3');
  site.operations.setGroup({ id: 'gateways', members: { deviceIds: ['d1', 'd2'] } });
  const modules = { web: { runtimeStatus: 'running', settings: { image: 'web:1' } } };
  for (const id of ['d1', 'd2']) await site.report(id, { modules });
  site.connect('d2', 'Disconnected');
  await site.settle();
  await site.rollOut({ budgets: [{ groupId: 'gateways', atLeastUp: 1 }] });
  const sights = createRolloutSights({ ...site.parts, controller: site.controller });
  const [row] = sights.rolloutDeviceRows({ deploymentId: 'v2', deviceIds: ['d1'] });
  const { rows } = site.operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 9 });
  expect(rows.map(({ attempt }) => attempt)).toEqual([0, 0, 1]);
  for (const explanation of [row?.explanation, rows[0]?.explanation])
    expect(explanation).toBe(
      "It waits for its turn: at least 1 of group 'gateways' must stay up, and 1 is up now. It begins when another of them is.",
    );
  site.connect('d2');
  await site.settle();
  expect(site.state().devices.get(deviceId('d1'))?.attempt).toBe(1);
});
