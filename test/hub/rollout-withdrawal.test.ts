// What the hub wants on a device that refused what was rolled out, once the rollout is over.
import { expect, test } from 'vitest';
import { aBase, deploymentId } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

test('when a rollout finishes with failures, the hub wants on the failed what they run, once, without terms', async () => {
  await site.devices('d1', 'd2');
  const before = site.agentOf('d2').desired.value;
  await site.rollOut();
  await site.end('d2', 'failed-rolled-back');
  expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2' });
  await site.end('d1');
  expect(site.state().status).toBe('finished');
  expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1' });
  expect(site.agentOf('d2').desired.value).toEqual(before);
  expect(site.standings()).toEqual({ d1: 'success', d2: 'failure' });
  expect(site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId: 'd2' })).toHaveLength(1);
  const { version } = site.agentOf('d2').desired;
  await site.pass(5000);
  await site.restart();
  expect(site.agentOf('d2').desired.version).toBe(version);
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
});

test('when what outranked a rollout goes, who was left out for it is not changed outside of any wave', async () => {
  await site.devices('d1');
  site.parts.deployments.create(aBase('above', { priority: 9, modules: ['other'] }), 'service');
  await site.settle();
  await site.rollOut();
  expect(site.standings()).toEqual({ d1: 'not-applicable' });
  site.parts.deployments.delete(deploymentId('above'), undefined, 'service');
  await site.settle();
  expect(site.bases()).toEqual({ d1: 'v1' });
});
