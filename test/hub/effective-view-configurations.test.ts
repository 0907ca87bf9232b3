// Automatic configurations in the effective view: whom each hid and who hid it, now and at past revisions, and what was left.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { createEffectiveOperations } from '#hub/preview/effective-view.ts';
import { effectiveSite } from '#test/support/effective-site.ts';
import { aBase, aLayer, aNewConfiguration, deploymentId, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

const site = effectiveSite();
const { parts, now, valueAt, deploy } = site;

test('when a deleted configuration left values behind, each that still stands is told with who left it', async () => {
  const content = { 'properties.desired.rate': 5, 'properties.desired.net': { dns: 'a', mtu: 9 } };
  parts.deployments.create(aNewConfiguration('settings', { content }), 'service');
  await parts.controller.settled();
  expect(valueAt('rate')).toMatchObject({ kind: 'set', writtenBy: 'settings' });
  parts.deployments.delete(deploymentId('settings'), '*', 'service');
  parts.deployments.create(aNewConfiguration('other', { content: { 'properties.desired.lamp': 1 } }), 'service');
  await parts.controller.settled();
  parts.twins.patch(deviceIdentity('d1'), { desired: { net: { mtu: 10 } } }, '*', 'service');
  const left = { moduleId: '', kind: 'left', writtenBy: 'settings', hidden: [], differs: false };
  expect(now().values).toEqual([
    expect.objectContaining({ moduleId: '', path: ['lamp'], kind: 'set', writtenBy: 'other' }),
    { ...left, path: ['net', 'dns'], value: 'a' },
    { ...left, path: ['rate'], value: 5 },
  ]);
});

const settings = (id: string, priority: number, content: JsonObject) => aNewConfiguration(id, { priority, content });
const at = (revision: number) => site.view.effective({ deviceId: 'd1', revision, after: 0, limit: 200 });

test('when configurations write over each other, each reason is told, and what of one does not show', async () => {
  parts.deployments.create(settings('low', 1, { 'properties.desired.rate': 1 }), 'service');
  parts.deployments.create(
    settings('mid', 2, { 'properties.desired.rate': 2, 'properties.desired.dns': 'a' }),
    'service',
  );
  parts.deployments.create(settings('high', 3, { 'properties.desired.rate': 3 }), 'service');
  await parts.controller.settled();
  const seen = now();
  expect(seen.notApplied).toEqual([{ id: 'low', moduleId: '', reason: 'outranked by high at rate' }]);
  expect(seen).toMatchObject({ totalOutranked: 2, notKnown: null });
  expect(seen.outranked).toEqual([
    expect.objectContaining({ id: 'low', moduleId: '', shows: false, totalPaths: 1 }),
    {
      id: 'mid',
      moduleId: '',
      shows: true,
      paths: [{ path: ['rate'], by: 'high' }],
      totalPaths: 1,
      reason: 'outranked by high at rate',
    },
  ]);
  expect(valueAt('rate')).toMatchObject({
    value: 3,
    writtenBy: 'high',
    hidden: [
      { deploymentId: 'low', value: 1 },
      { deploymentId: 'mid', value: 2 },
    ],
  });
  expect(site.view.revisions({ deviceId: 'd1', before: null, limit: 9 }).rows[0]).toMatchObject({
    configurations: ['high', 'mid'],
  });
});

test('when configurations come and go, each past revision tells what they wrote then, whom that hid, and why', async () => {
  parts.clock.advance(1000);
  parts.deployments.create(settings('low', 1, { 'properties.desired.rate': 1 }), 'service');
  await parts.controller.settled();
  parts.clock.advance(1000);
  parts.deployments.create(settings('high', 2, { 'properties.desired.rate': 2 }), 'service');
  await parts.controller.settled();
  parts.clock.advance(1000);
  parts.deployments.delete(deploymentId('high'), '*', 'service');
  parts.deployments.delete(deploymentId('low'), '*', 'service');
  await parts.controller.settled();
  parts.twins.patch(deviceIdentity('d1'), { desired: { rate: 9 } }, '*', 'service');
  expect(site.view.revisions({ deviceId: 'd1', before: null, limit: 9 }).rows.map((row) => row.configurations)).toEqual(
    [[], ['high'], ['low']],
  );
  expect(at(1).values).toMatchObject([{ path: ['rate'], value: 1, writtenBy: 'low', hidden: [], actual: 9 }]);
  expect(at(2).notApplied).toEqual([{ id: 'low', moduleId: '', reason: 'outranked by high at rate' }]);
  expect(at(2).values).toMatchObject([
    { path: ['rate'], kind: 'set', value: 2, writtenBy: 'high', hidden: [{ deploymentId: 'low' }] },
  ]);
  // It was left then; that somebody changed it since is told beside it, and now there is nothing left.
  expect(site.view.effective({ deviceId: 'd1', revision: null, after: 0, limit: 9 }).values).toEqual([]);
  parts.deployments.create(settings('other', 1, { 'properties.desired.lamp': 1 }), 'service');
  await parts.controller.settled();
  expect(at(3).values).toMatchObject([{ path: ['rate'], kind: 'left', value: 2, writtenBy: 'high', actual: 9 }]);
  const compared = site.view.compareRevisions({ deviceId: 'd1', from: 1, to: 2, after: 0, limit: 9 });
  expect(compared).toMatchObject({
    notKnown: null,
    changes: [{ moduleId: '', path: ['rate'], before: 1, after: 2, writtenBefore: 'low', writtenAfter: 'high' }],
  });
});

test('when an older Lanyard made a revision, what it did not keep is said to be unknown, and the rest is told', async () => {
  await deploy(aBase('base', { modules: ['m1'] }), aLayer('layer', 'm2'));
  const old = { ...parts.store.read };
  const forgetful = {
    ...old,
    revisions: {
      ...old.revisions,
      get: (...asked: Parameters<typeof old.revisions.get>) => {
        const found = old.revisions.get(...asked);
        return found?.revision === 1 ? { ...found, automatic: null } : found;
      },
    },
  };
  const oldView = createEffectiveOperations(forgetful);
  const then = oldView.effective({ deviceId: 'd1', revision: 1, after: 0, limit: 200 });
  expect(then).toMatchObject({
    base: 'base',
    notKnown: expect.stringMatching(/^not known of revision 1: what automatic/),
  });
  expect(valueAt('modules.m1.settings.image', then)).toMatchObject({ writtenBy: 'base' });
  const compared = oldView.compareRevisions({ deviceId: 'd1', from: 1, to: 2, after: 0, limit: 200 });
  expect(compared.notKnown).toMatch(/^not known of revision 1:/);
  expect(compared.changes.length).toBeGreaterThan(0);
  expect(compared.from.configurations).toBeNull();
});

test('when the newest revision is of an older Lanyard, what stands on the twins now is told from the book', async () => {
  parts.deployments.create(settings('settings', 1, { 'properties.desired.rate': 5 }), 'service');
  await parts.controller.settled();
  const { read } = parts.store;
  const latest = read.revisions.latest(deviceId('d1'));
  if (latest === undefined) throw new Error('there is no revision');
  const oldView = createEffectiveOperations({
    ...read,
    revisions: { ...read.revisions, latest: () => ({ ...latest, automatic: null }) },
  });
  const seen = oldView.effective({ deviceId: 'd1', revision: null, after: 0, limit: 9 });
  expect(seen).toMatchObject({ notKnown: null, values: [{ path: ['rate'], value: 5, writtenBy: 'settings' }] });
});
