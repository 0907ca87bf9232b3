// A rollback of more devices than one change takes, to several contents and of named devices: they come part by part, nobody begins
// before all are in, and a hub that is started anew meanwhile goes on with just those who were named.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RollbackWay } from '#contract/console-rollbacks.ts';
import { aBase, deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { eventually } from '#test/support/eventually.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { inTwo, rollbackSite, without } from '#test/support/rollback-site.ts';

const { site, folded } = rollbackSite();
const many = Array.from({ length: 600 }, (_, number) => `d${String(number).padStart(3, '0')}`);
/** All but every tenth. */
const named = many.filter((id) => !id.endsWith('0'));
const lead = 'v2-back-1';
const all = [lead, 'v2-back-2', 'v2-back-3'];

/** Half of them ran another base before `v2` came. */
async function makeMany(): Promise<void> {
  for (const id of many) site.parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  site.parts.deployments.create(aBase('v1', { modules: ['web'] }), 'service');
  const late = aBase('late', { priority: 3, targetCondition: "deviceId > 'd299'", modules: ['web', 'late'] });
  site.parts.deployments.create(late, 'service');
  await site.parts.controller.settled();
  site.parts.deployments.create(aBase('v2', { priority: 5, modules: ['web', 'v2'] }), 'service');
  await site.parts.controller.settled();
}

const goBack = (way: RollbackWay) =>
  site.rollbacks.createRollback({ way, policy: newPolicy({ settleMs: 0, waves: inTwo }) });
const idsIn = (id: string): readonly string[] => {
  const { rollouts } = site.parts.store.read;
  const number = rollouts.numberOf(deploymentId(id));
  return number === undefined ? [] : rollouts.devices(number, { after: null, limit: 1000 }).map(([known]) => known);
};
const inAll = () => all.reduce((sum, id) => sum + idsIn(id).length, 0);
const isJoining = () => idsIn(lead).length === 0 || site.state(lead).joiningOf !== null;
const kept = () => site.parts.store.read.settings.get('rollbacks-joining');

async function checkWhole(): Promise<void> {
  await eventually(() => expect(isJoining()).toBe(false));
  await eventually(() => expect(kept()).toEqual({}));
  await site.settle();
  const earlier = named.filter((id) => id < 'd300');
  expect(all.map(idsIn)).toEqual([named, earlier, named.filter((id) => id >= 'd300')]);
  expect([...site.state(lead).devices.values()].filter(({ wave }) => wave === 0)).toHaveLength(1);
  for (const id of all) {
    const number = site.parts.store.read.rollouts.numberOf(deploymentId(id)) ?? 0;
    expect(folded(id)).toEqual(site.parts.store.read.rollouts.get(number)?.state);
  }
}

/** The most devices that one row tells of. */
function largestRow(): number {
  const rows = site.parts.journal('rollout-advanced').filter((row) => all.includes(row.deploymentId ?? ''));
  const counts = rows.map(({ detail }) => JSON.stringify(detail).split(/"d\d{3}"/).length - 1);
  return Math.max(...counts);
}

const way: RollbackWay = { kind: 'to-last-good', deploymentId: 'v2', deviceIds: named };

describe('to two contents, of 540 named devices of 600', () => {
  test('they come part by part and nobody else does, and the journal tells the same', async () => {
    await makeMany();
    const sums = new Set<number>();
    const made = goBack(way);
    while (await Promise.race([made.then(() => false), nextTurn(true)])) sums.add(inAll());
    const view = await made;
    expect(view.deploymentIds).toEqual(all);
    expect(view.rollout.waves.map(({ devices }) => devices)).toEqual([1, 539]);
    // 270 and 270 for the contents, and 540 of the rollback itself, at most 250 at once.
    expect([...sums].toSorted((left, right) => left - right)).toEqual([0, 250, 270, 520, 540, 790, 1040, 1080]);
    expect(largestRow()).toBe(250);
    await checkWhole();
  });

  test.each([250, 270, 540, 790])(
    'when the hub ends after %i of 1080, it goes on with who is missing',
    async (after) => {
      await makeMany();
      const made = goBack(way);
      while (inAll() < after) await nextTurn();
      site.controller.stop();
      await made;
      expect(site.state(lead)).toMatchObject({ joiningOf: expect.any(Number) as number, currentWave: -1 });
      expect(inAll()).toBe(after);
      await site.restart();
      await checkWhole();
    },
  );
});

test('when it is canceled before all are in, nothing more is written, and the next one forgets whom it named', async () => {
  await makeMany();
  const made = goBack(way);
  while (idsIn(lead).length === 0) await nextTurn();
  await site.operations.orderRollout({ deploymentId: lead, order: 'cancel' });
  await made;
  const [number] = Object.keys(kept() as object);
  await goBack(without({ deviceIds: named }));
  await eventually(() => expect(site.state('v2-back-4').joiningOf).toBeNull());
  expect(idsIn('v2-back-4')).toEqual(named);
  expect(Object.keys(kept() as object)).not.toContain(number);
  expect(site.state(lead).status).toBe('canceled');
});
