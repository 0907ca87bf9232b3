// Two rollouts that want the same devices, and what a person is told who asks for what is over.
import { expect, test } from 'vitest';
import { aBase } from '#test/support/hub-parts.ts';
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
  const order = (what: 'rollBack' | 'resume') => () =>
    site.operations.orderRollout({ deploymentId: 'v2', order: what });
  expect(order('resume')).toThrow("The rollout of 'v2' is finished, which is final: make a new one.");
  expect(order('rollBack')).toThrow(
    "The rollout of 'v2' is finished, which is final: make a rollback of 'v2', device by device, or delete it, and its " +
      'devices get at once what applies without it.',
  );
});
