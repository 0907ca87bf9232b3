// A deployment that is deleted under more devices than are let go in one step, and a hub that is started anew meanwhile.
import { expect, test } from 'vitest';
import { deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const ids = Array.from({ length: 300 }, (_, number) => `d${String(number).padStart(3, '0')}`);

async function deleted(): Promise<void> {
  await site.devices(...ids);
  await site.rollOut({ concurrency: 1 });
  await site.end('d000');
  site.parts.deployments.delete(deploymentId('v2'), undefined, 'service');
}
const left = () =>
  [...site.state().devices.values()].filter(({ standing, isAdmitted }) => standing === 'pending' || isAdmitted).length;

function isOver(): void {
  expect([left(), site.state().status, site.controller.open()]).toEqual([0, 'canceled', []]);
  expect(site.state().devices.get(deviceId('d299'))).toMatchObject({ reason: 'Its deployment was deleted.' });
  expect(site.bases()).toMatchObject({ d000: 'v1', d001: 'v1' });
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
}

test('when it is deleted, all are let go part by part, each for that reason', async () => {
  await deleted();
  await site.settle();
  const parts = site.parts
    .journal('rollout-advanced')
    .filter(({ detail }) => JSON.stringify(detail).includes('deployment-deleted'));
  expect(parts).toHaveLength(2);
  isOver();
});

test('when the hub is started anew meanwhile, it goes on with the rest', async () => {
  await deleted();
  const unlisten = site.parts.store.onCommitted((entries) => {
    if (entries.some(({ detail }) => JSON.stringify(detail).includes('deployment-deleted'))) site.controller.stop();
  });
  await site.settle();
  unlisten();
  expect(left()).toBe(50);
  await site.restart();
  isOver();
});
