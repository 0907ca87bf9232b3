// A site taken over from a version that kept nothing of what configurations did: what has to be known from now on is written once.
import { expect, test } from 'vitest';
import { createDeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import { compareDevice } from '#hub/evaluation/device-evaluation.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, aNewConfiguration, deviceId } from '#test/support/hub-parts.ts';

const parts = runningHubParts();
const d1 = deviceId('d1');

/** What an older version left of the newest revision. */
function readOfOlder(): StoreReaders {
  const { read } = parts.store;
  const latest = read.revisions.latest(d1);
  if (latest === undefined) throw new Error('there is no revision');
  return { ...read, revisions: { ...read.revisions, latest: () => ({ ...latest, automatic: null }) } };
}

function differenceOfOlder() {
  const catalog = createDeploymentCatalog({ deployments: parts.store.read.deployments.list() });
  return compareDevice(readOfOlder(), catalog, d1);
}

test('when a newer Lanyard takes over, a device with configurations gets a revision that knows them, and no other', async () => {
  parts.registry.createDevice({ deviceId: d1, isEdge: true }, 'service');
  parts.deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  await parts.controller.settled();
  expect(differenceOfOlder()).toBeNull();
  parts.deployments.create(aNewConfiguration('settings'), 'service');
  await parts.controller.settled();
  expect(differenceOfOlder()).toMatchObject({
    twins: [],
    statuses: null,
    revision: {
      effective: { base: 'base' },
      automatic: { '': { writes: [{ path: ['rate'], writtenBy: 'settings', hidden: [], value: 1 }], left: [] } },
    },
  });
});

test('when only what configurations write changes, the revision is a new one, journaled with their names', async () => {
  parts.registry.createDevice({ deviceId: d1 }, 'service');
  parts.deployments.create(aNewConfiguration('settings'), 'service');
  await parts.controller.settled();
  expect(parts.journal('configuration-changed').map(({ deviceId: id, detail }) => [id, detail])).toEqual([
    [
      'd1',
      {
        revision: 1,
        base: null,
        applied: [],
        notApplied: {},
        configurations: ['settings'],
        desired: [{ moduleId: null, patch: { rate: 1 }, version: 2, configurations: ['settings'] }],
      },
    ],
  ]);
});
