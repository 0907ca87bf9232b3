// Once a rollout is over, deployments without one are as they always were: its terms do not outlive the content they came with.
import { expect, test } from 'vitest';
import { aBase, deploymentId, moduleIdentity } from '#test/support/hub-parts.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

async function finishOne(): Promise<void> {
  await site.devices('d1');
  await site.rollOut();
  await site.end('d1');
  expect(site.state().status).toBe('finished');
  expect(site.termsOf('d1')).toMatchObject({ attempt: 1 });
}

test('when a deployment without a rollout comes above, the device gets it without terms, once', async () => {
  await finishOne();
  const { version } = site.agentOf('d1').desired;
  site.parts.deployments.create(aBase('plain', { priority: 9, modules: ['other'] }), 'service');
  await site.settle();
  expect(site.agentOf('d1').desired.value).not.toHaveProperty('lanyard');
  expect(site.agentOf('d1').desired.version).toBe(version + 1);
  await site.pass(5000);
  expect(site.agentOf('d1').desired.version).toBe(version + 1);
});

test('when its deployment is deleted, what applies then comes without terms', async () => {
  await finishOne();
  site.parts.deployments.delete(deploymentId('v2'), undefined, 'service');
  await site.settle();
  expect(site.bases()).toEqual({ d1: 'v1' });
  expect(site.agentOf('d1').desired.value).not.toHaveProperty('lanyard');
});

test('when it was taken back and something else changes, the terms of the way back are gone', async () => {
  await site.devices('d1');
  await site.rollOut();
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
  await site.settle();
  await site.end('d1');
  expect(site.termsOf('d1')).toMatchObject({ attempt: 2, isRollback: true });
  site.parts.deployments.create(aBase('plain', { priority: 9, modules: ['other'] }), 'service');
  await site.settle();
  expect(site.agentOf('d1').desired.value).not.toHaveProperty('lanyard');
});

test('when content changes beside an attempt under way, its terms stay, and so does who waits for it', async () => {
  await site.devices('d1');
  await site.rollOut();
  const layer = { ...aBase('layer', { priority: 9 }), content: { $edgeAgent: {}, web: { 'properties.desired.a': 1 } } };
  site.parts.deployments.create(layer, 'service');
  await site.settle();
  expect(site.parts.twins.get(moduleIdentity('d1', 'web')).desired.value).toMatchObject({ a: 1 });
  expect(site.termsOf('d1')).toMatchObject({ attempt: 1 });
  await site.end('d1');
  expect(site.state().status).toBe('finished');
});

test('when what ranks above hides a rollout, its devices are left out, and count as no success', async () => {
  await finishOne();
  site.parts.deployments.create(aBase('plain', { priority: 9, modules: ['other'] }), 'service');
  await site.settle();
  const { version } = site.agentOf('d1').desired;
  await site.rollOut({}, 'v3');
  expect(site.standings('v3')).toEqual({ d1: 'not-applicable' });
  expect(site.state('v3').cause.reason).toBe('All devices came to their end: 0 succeeded, 0 failed, 1 excluded.');
  const { rows } = site.operations.rolloutDevices({ deploymentId: 'v3', after: null, limit: 1 });
  expect(rows[0]?.explanation).toBe(
    'It is not applicable, and no share counts it. What ranks above the deployment applies to it instead, or no base is left.',
  );
  expect(site.agentOf('d1').desired.version).toBe(version);
});
