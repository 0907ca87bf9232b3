// Two rollouts that want the same devices, and what a person is told who asks for what is over.
import { expect, test } from 'vitest';
import { aBase, deviceId } from '#test/support/hub-parts.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

async function rollOut(id: string, targetCondition: string): Promise<void> {
  const { kind: _edge, metricQueries: _none, schemaVersion: _one, ...deployment } = aBase(id, { priority: 5 });
  const policy = newPolicy({ settleMs: 0, concurrency: 1 });
  await site.operations.createRollout({ deployment: { ...deployment, targetCondition }, policy });
  await site.settle();
}

test.each([
  ["deviceId = 'd1' OR deviceId = 'd2'", "deviceId='d1' or  (deviceId='d2')", 'superseded'],
  ['*', ' * ', 'superseded'],
  ["deviceId = 'd1' OR deviceId = 'd2'", "deviceId = 'd2'", 'superseded'],
  ['*', "deviceId = 'd2'", 'in-progress'],
])('when %j is under way and %j is begun, the first is then %s', async (older, newer, status) => {
  await site.devices('d1', 'd2', 'd3');
  await rollOut('v2', older);
  await rollOut('v3', newer);
  expect(site.state('v2').status).toBe(status);
});

test('when a finished rollout is to be taken back, it is told how', async () => {
  await site.devices('d1');
  await rollOut('v2', '*');
  await site.end('d1');
  const order = (what: 'rollBack' | 'resume') => site.operations.orderRollout({ deploymentId: 'v2', order: what });
  await expect(order('resume')).rejects.toThrow("The rollout of 'v2' is finished, which is final: make a new one.");
  await expect(order('rollBack')).rejects.toThrow(
    "The rollout of 'v2' is finished, which is final: make a rollback of 'v2', device by device, or delete it, and its " +
      'devices get at once what applies without it.',
  );
});

test('when a rollout is planned over devices of another, it is told what becomes of them, and so it comes', async () => {
  await site.devices('d1', 'd2', 'd3');
  await rollOut('v2', '*');
  const { kind: _edge, metricQueries: _none, schemaVersion: _one, ...deployment } = aBase('v3', { priority: 5 });
  const request = {
    deployment: { ...deployment, targetCondition: "deviceId = 'd1' OR deviceId = 'd3'" },
    policy: newPolicy(),
  };
  const { rivals } = await site.operations.planRollout(request);
  expect(rivals).toMatchObject([{ deploymentId: 'v2', devices: 2, outcome: 'taken-over' }]);
  await site.operations.createRollout(request);
  await site.settle();
  expect(site.standings('v2')).toEqual({ d1: 'pending', d2: 'pending', d3: 'aborted' });
  expect(site.standings('v3')).toEqual({ d1: 'pending', d3: 'pending' });
  expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1', d3: 'v3' });
  const low = { ...request, deployment: { ...deployment, id: 'v4', priority: 1, targetCondition: "deviceId <> 'd3'" } };
  expect((await site.operations.planRollout(low)).rivals.map(({ outcome }) => outcome)).toEqual([
    'outranks',
    'outranks',
  ]);
  await site.restart();
  expect(site.state('v3').devices.get(deviceId('d1'))).toMatchObject({
    isChanging: false,
    changedBy: { deploymentId: 'v2', isRollback: false },
  });
});
