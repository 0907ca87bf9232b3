// A hub that comes back finds no device connected: that is no night, and nobody gets more than his turn for it.
import { expect, test } from 'vitest';
import { deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const four = ['d1', 'd2', 'd3', 'd4'];

/** As the store leaves it for the next hub: no connection outlives one. */
async function restartWithout(...ids: readonly string[]): Promise<void> {
  site.controller.stop();
  for (const id of ids) site.connect(id, 'Disconnected');
  await site.restart();
}
const changing = () => [...site.state().devices].filter(([, { isChanging }]) => isChanging).map(([id]) => id);

test('when a hub restarts in mid-change, nobody begins in the place of those who are on their way back', async () => {
  await site.devices(...four);
  await site.rollOut({ concurrency: 2 });
  await restartWithout(...four);
  site.connect('d3');
  await site.pass(1000);
  expect(changing()).toEqual(['d1', 'd2']);
  for (const id of ['d1', 'd2', 'd4']) site.connect(id);
  await site.settle();
  for (const id of ['d1', 'd2']) await site.end(id);
  expect(changing()).toEqual(['d3', 'd4']);
});

test('when a hub restarts while it takes a rollout back, it ends when all are back, and counts them', async () => {
  await site.devices(...four);
  await site.rollOut();
  for (const id of four) await site.end(id);
  await site.rollOut({ concurrency: 1 }, 'v3');
  for (const id of four) await site.end(id);
  await site.rollOut(
    { concurrency: 1, waves: [newWave({ name: 'a', members: { kind: 'count', count: 3 } }), newWave()] },
    'v4',
  );
  for (const id of ['d1', 'd2', 'd3']) await site.end(id);
  await site.operations.orderRollout({ deploymentId: 'v4', order: 'rollBack' });
  await site.settle();
  await restartWithout(...four);
  await site.pass(2000);
  expect(site.state('v4')).toMatchObject({ status: 'rolling-back' });
  expect(site.bases()).toMatchObject({ d2: 'v4', d3: 'v4', d4: 'v4' });
  for (const id of four) site.connect(id);
  await site.settle();
  for (const id of four) await site.end(id);
  expect(site.state('v4')).toMatchObject({
    status: 'rolled-back',
    cause: { reason: '4 of 4 devices were rolled back.' },
  });
});

test('when a device does not come back in a minute, it sleeps, and its step did not fail for it', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ concurrency: 1, stepLimitMs: 60_000 });
  await site.pass(50_000);
  await restartWithout('d1', 'd2');
  site.connect('d2');
  for (let second = 0; second < 62; second += 1) await site.pass(1000);
  expect(site.state().devices.get(deviceId('d1'))).toMatchObject({ isAwake: false, isChanging: true, failures: 0 });
  expect(changing()).toEqual(['d1', 'd2']);
});

test('when the deployment was deleted and the hub died of it, the next one says so', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ concurrency: 1 });
  site.controller.stop();
  site.parts.deployments.delete(deploymentId('v2'), undefined, 'service');
  await site.restart();
  expect(site.state()).toMatchObject({ status: 'canceled', cause: { reason: 'Its deployment was deleted.' } });
  expect(site.standings()).toEqual({ d1: 'aborted', d2: 'aborted' });
});

test('when a rollout is taken back, the attempt that was under way has an end and a reason too', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ concurrency: 1 });
  await site.end('d1');
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
  await site.settle();
  expect(site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId: 'd2' })).toMatchObject([
    {
      attempt: 1,
      endedAtMs: expect.any(Number) as number,
      reason: 'The rollout was rolled back while it was under way.',
    },
  ]);
});

test('when many are on their way back, those whose time would be over are told so in parts, and nobody else is', async () => {
  const many = Array.from({ length: 300 }, (_, number) => `e${String(number).padStart(3, '0')}`);
  await site.devices(...many);
  await site.rollOut({ stepLimitMs: 60_000, concurrency: 280 });
  for (let turn = 0; turn < 4; turn += 1) await site.settle();
  await site.pass(30_000);
  expect(changing()).toHaveLength(280);
  await site.rollOut({ stepLimitMs: 600_000 }, 'v3');
  await restartWithout(...many);
  const told = site.parts.journal('rollout-advanced').flatMap(({ deploymentId: of, detail }) => {
    const { events } = detail as unknown as { readonly events: readonly { readonly kind: string }[] };
    const expected = events.filter(({ kind }) => kind === 'device-expected').length;
    return expected === 0 ? [] : [[of, expected]];
  });
  expect(told).toEqual([
    ['v2', 250],
    ['v2', 30],
  ]);
});
