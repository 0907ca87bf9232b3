// A rollout over more devices than join in one step, and a hub that is started anew while they do.
import { expect, test } from 'vitest';
import { aBase, deviceId } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { newPolicy, newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const { kind: _edge, metricQueries: _none, schemaVersion: _one, ...deployment } = aBase('v2', { priority: 5 });
const waves = [newWave({ name: 'tenth', members: { kind: 'percent', percent: 10 } }), newWave({ name: 'rest' })];
const request = { deployment, policy: newPolicy({ settleMs: 0, waves }) };

function makeMany(): void {
  for (let number = 0; number < 600; number += 1)
    site.parts.registry.createDevice(
      { deviceId: deviceId(`d${String(number).padStart(3, '0')}`), isEdge: true },
      'service',
    );
}

test('when it is made, whoever made it is answered when all have joined, and the journal tells the same', async () => {
  makeMany();
  const view = await site.operations.createRollout(request);
  expect(view.waves.map(({ devices }) => devices)).toEqual([60, 540]);
  expect(view).toMatchObject({ status: 'pending', currentWave: 0 });
  const joins = site.parts
    .journal()
    .filter(({ kind, detail }) => kind === 'rollout-advanced' && JSON.stringify(detail).includes('targets-joined'));
  expect(joins).toHaveLength(3);
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
});

test('when the hub is started anew meanwhile, it goes on with whoever is missing, and no wave opened before', async () => {
  makeMany();
  const made = site.operations.createRollout(request);
  for (let turn = 0; turn < 1000 && site.parts.store.read.rollouts.open().length === 0; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  site.controller.stop();
  const [number = 0] = site.parts.store.read.rollouts.open();
  expect(site.parts.store.read.rollouts.get(number)?.state).toMatchObject({ joiningOf: 600, currentWave: -1 });
  await made;
  await site.restart();
  for (let turn = 0; turn < 1000 && site.state().joiningOf !== null; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  const waveOf = [...site.state().devices.values()].map(({ wave }) => wave);
  expect([waveOf.filter((wave) => wave === 0).length, waveOf.length]).toEqual([60, 600]);
  expect(site.state().currentWave).toBe(0);
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
});
