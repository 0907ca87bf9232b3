// Devices compared together are each given what comparing them alone would give them, and only the first of a kind is worked out.
import { expect, it } from 'vitest';
import { createAlikeComparison, type AlikeComparison } from '#hub/evaluation/alike-evaluation.ts';
import { createDeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import { compareDevice, type DeviceDifference } from '#hub/evaluation/device-evaluation.ts';
import type { DeviceTurns, RolloutAttempt } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import {
  aBase,
  aLayer,
  aNewConfiguration,
  createHubParts,
  deviceId,
  deviceIdentity,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

const ids = ['a1', 'a2', 'a3', 'tagged', 'by-hand', 'no-edge', 'one-more', 'own-module', 'gone', 'written'].map(
  deviceId,
);

/** A fleet that stands in several ways, and a deployment over it that nobody has yet. */
async function aFleet() {
  const parts = createHubParts();
  const { registry, twins, deployments, controller } = parts;
  for (const id of ids.slice(0, -2)) registry.createDevice({ deviceId: id, isEdge: id !== 'no-edge' }, 'service');
  registry.createDevice({ deviceId: deviceId('written'), isEdge: true }, 'service');
  controller.start();
  deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  await controller.settled();
  twins.patch(deviceIdentity('tagged'), { tags: { role: 'camera' } }, '*', 'service');
  twins.patch(deviceIdentity('a2'), { tags: { other: 1 } }, '*', 'service');
  twins.patch(deviceIdentity('written'), { tags: { rated: true } }, '*', 'service');
  deployments.create(aNewConfiguration('rate', { targetCondition: 'tags.rated = true' }), 'service');
  deployments.create(aLayer('extra', 'm2', { targetCondition: "deviceId = 'one-more'" }), 'service');
  await controller.settled();
  await controller.stop();
  twins.patch(moduleIdentity('by-hand', '$edgeAgent'), { desired: { byHand: 1 } }, '*', 'service');
  registry.createModule(moduleIdentity('own-module', 'mine'), null, undefined, 'service');
  deployments.create(aBase('next', { modules: ['m1', 'm3'], priority: 5 }), 'service');
  deployments.create(aLayer('cameras', 'cam', { targetCondition: "tags.role = 'camera'" }), 'service');
  return parts;
}

/** What each of the devices is given, in their order. */
function givenTo(
  compare: AlikeComparison,
  ...asked: Parameters<AlikeComparison>
): readonly (DeviceDifference | null)[] {
  const given = new Map(
    [...compare(...asked)].flatMap(({ deviceIds, differences }) =>
      deviceIds.map((id, index) => [id, differences?.[index] ?? null] as const),
    ),
  );
  return asked[2].map((id) => given.get(id) ?? null);
}

function readsCounted(read: StoreReaders) {
  const counted = { asked: 0 };
  const get: StoreReaders['devices']['get'] = (id) => {
    counted.asked += 1;
    return read.devices.get(id);
  };
  return { counted, read: { ...read, devices: { ...read.devices, get } } };
}

it('when devices stand in different ways, each is given what comparing it alone gives', async () => {
  const { store, controller } = await aFleet();
  const catalog = createDeploymentCatalog({ deployments: store.read.deployments.list() });
  const compare = createAlikeComparison();
  const alone = () => ids.map((id) => compareDevice(store.read, catalog, id));
  expect(givenTo(compare, store.read, catalog, ids)).toEqual(alone());
  expect(
    alone()
      .filter((difference) => difference === null)
      .map((_, index) => index),
  ).toEqual([0, 1]);
  // Once more, as they stand after it: what is remembered must not outlive what it was made from.
  controller.start();
  await controller.settled();
  expect(givenTo(compare, store.read, catalog, ids)).toEqual(ids.map(() => null));
});

it('when devices stand alike, only the first is worked out, and each keeps its own numbers', async () => {
  const { store } = await aFleet();
  const catalog = createDeploymentCatalog({ deployments: store.read.deployments.list() });
  const { read, counted } = readsCounted(store.read);
  const alike = ['a1', 'a2', 'a3'].map(deviceId);
  const compare = createAlikeComparison();
  const differences = givenTo(compare, read, catalog, alike);
  expect(counted.asked).toBe(1);
  expect(differences.map((difference) => difference?.deviceId)).toEqual(alike);
  expect(differences).toEqual(alike.map((id) => compareDevice(store.read, catalog, id)));
});

it('when devices stand alike at other numbers, they are not written together', async () => {
  const { store, twins, deployments, controller } = await aFleet();
  const alike = ['a1', 'a2', 'a3'].map(deviceId);
  // What a hand changed is put back: the same section as that of the others, some versions on.
  for (const byHand of [undefined, 1]) {
    if (byHand !== undefined) twins.patch(moduleIdentity('a2', '$edgeAgent'), { desired: { byHand } }, '*', 'service');
    controller.start();
    await controller.settled();
    await controller.stop();
  }
  deployments.create(aBase('third', { modules: ['m1'], priority: 6 }), 'service');
  const catalog = createDeploymentCatalog({ deployments: store.read.deployments.list() });
  const groups = [...createAlikeComparison()(store.read, catalog, alike)];
  expect(groups.map(({ deviceIds }) => deviceIds)).toEqual([['a1', 'a3'], ['a2']]);
});

it('when every second device is of another kind, those of a kind come together all the same', async () => {
  const { store } = await aFleet();
  const catalog = createDeploymentCatalog({ deployments: store.read.deployments.list() });
  const mixed = ['a1', 'no-edge', 'a2', 'tagged', 'a3', 'gone'].map(deviceId);
  const groups = [...createAlikeComparison()(store.read, catalog, mixed)];
  expect(groups.map(({ deviceIds }) => deviceIds)).toEqual([['gone'], ['a1', 'a2', 'a3'], ['no-edge'], ['tagged']]);
});

it('when a device comes back to a way it stood before, it is told its numbers of now', async () => {
  const { store, twins } = await aFleet();
  const catalog = createDeploymentCatalog({ deployments: store.read.deployments.list() });
  const compare = createAlikeComparison();
  const pair = ['a1', 'a3'].map(deviceId);
  const before = givenTo(compare, store.read, catalog, pair);
  for (const byHand of [1, null])
    twins.patch(moduleIdentity('a1', '$edgeAgent'), { desired: { byHand } }, '*', 'service');
  const after = givenTo(compare, store.read, catalog, pair);
  expect(after).toEqual(pair.map((id) => compareDevice(store.read, catalog, id)));
  expect(after[0]).not.toEqual(before[0]);
});

const attempt: RolloutAttempt = {
  id: 0,
  rolloutNumber: 0,
  deploymentId: 'next' as RolloutAttempt['deploymentId'],
  deviceId: deviceId('a1'),
  attempt: 1,
  purpose: 'change',
  settleSeconds: 10,
  hold: 'none',
  switchWithinSeconds: null,
  sentVersion: null,
  isForced: false,
  isNeedless: false,
  startedAtMs: 0,
  endedAtMs: null,
  verdict: null,
  reason: null,
  bytes: { done: 0, total: 0 },
};

it('when a rollout brings it, each is given its own attempt, under its own terms, and who is not admitted nothing', async () => {
  const { store } = await aFleet();
  const deployments = store.read.deployments.list();
  const number = deployments.find(({ id }) => id === 'next')?.createdAtMs ?? 0;
  const catalog = createDeploymentCatalog({ deployments, rollouts: [number] });
  const given: Readonly<Record<string, Partial<RolloutAttempt> | null>> = {
    a1: { id: 11 },
    a2: { id: 12, startedAtMs: 5 },
    a3: { id: 13, switchWithinSeconds: 60 },
    'by-hand': { id: 14, sentVersion: 3 },
    'one-more': { id: 15, isNeedless: true },
    'own-module': null,
  };
  const admittedTo = (id: string): DeviceTurns => {
    const own = given[id];
    if (own === undefined || own === null) return { admitted: new Set(), newest: undefined, sent: undefined };
    const newest = { ...attempt, ...own, deviceId: deviceId(id), rolloutNumber: number };
    return { admitted: new Set([number]), newest, sent: newest.sentVersion === null ? undefined : newest };
  };
  const read = { ...store.read, rollouts: { ...store.read.rollouts, admittedTo } };
  const asked = Object.keys(given).map(deviceId);
  const differences = givenTo(createAlikeComparison(), read, catalog, asked);
  expect(differences).toEqual(asked.map((id) => compareDevice(read, catalog, id)));
  expect(differences.map((difference) => difference?.carried?.attempt.id)).toEqual([
    11,
    12,
    13,
    undefined,
    undefined,
    undefined,
  ]);
});
