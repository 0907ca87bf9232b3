// What lists show of devices, read in one look: the same as device by device, and by index alone.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { aDeployment } from '#test/support/build-deployment.ts';
import { createConsoleSite } from '#test/support/console-site.ts';

function setUp() {
  const site = createConsoleSite();
  for (const id of ['base', 'layer', 'old']) site.putDeployment(aDeployment({ id }));
  return site;
}

test('when devices of all kinds are listed, each is told with its agent, its newest sign of life and how it stands', () => {
  const { store, putDevice } = setUp();
  putDevice({
    id: 'edge',
    seenAtMs: 7,
    tags: { site: 'north' },
    desired: { modules: {} },
    desiredVersion: 3,
    reported: { lastDesiredVersion: 3 },
    statuses: { old: 'Targeted', layer: 'Applied', base: 'Applied' },
  });
  putDevice({ id: 'plain', isEdge: false, connected: false, seenAtMs: 5, status: 'disabled' });
  expect(store.read.deviceSights.list({ limit: 10 })).toEqual([
    {
      deviceId: 'edge',
      isEnabled: true,
      isEdge: true,
      isConnected: true,
      connectionChangedAtMs: 7,
      lastActivityAtMs: 7,
      tags: { site: 'north' },
      agent: { desired: { modules: {} }, desiredVersion: 3, reported: { lastDesiredVersion: 3 } },
      statuses: { applied: ['base', 'layer'], notApplied: ['old'] },
    },
    {
      deviceId: 'plain',
      isEnabled: false,
      isEdge: false,
      isConnected: false,
      connectionChangedAtMs: 5,
      lastActivityAtMs: 5,
      tags: {},
      agent: null,
      statuses: { applied: [], notApplied: [] },
    },
  ]);
});

test('when one is asked for, it is as in the list; a deployment that is gone stands on it no more', () => {
  const { store, putDevice, removeDeployment } = setUp();
  putDevice({ id: 'd1', statuses: { base: 'Applied', layer: 'Applied' } });
  removeDeployment('base');
  const sight = store.read.deviceSights.get('d1' as DeviceId);
  expect(sight?.statuses).toEqual({ applied: ['layer'], notApplied: [] });
  expect(store.read.deviceSights.list({ limit: 1 })).toEqual([sight]);
  expect(store.read.deviceSights.get('nobody' as DeviceId)).toBeUndefined();
});

test('when pages are read, each goes on behind the one before', () => {
  const { store, putDevice } = setUp();
  for (const id of ['c', 'a', 'b']) putDevice({ id });
  const ids = (after?: string) =>
    store.read.deviceSights.list({ after: after as DeviceId | undefined, limit: 2 }).map(({ deviceId }) => deviceId);
  expect([ids(), ids('b'), ids('c')]).toEqual([['a', 'b'], ['c'], []]);
});
