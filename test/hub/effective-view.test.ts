// The effective view over a real store: what a device is given and why, now and before, and what changed in between.
import { beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { createEffectiveOperations, type EffectiveOperations } from '#hub/effective-view.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import {
  aBase,
  aLayer,
  aNewConfiguration,
  aNewDeployment,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

let view: EffectiveOperations;
const parts = runningHubParts();

beforeEach(async () => {
  view = createEffectiveOperations(parts.store.read);
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  await parts.controller.settled();
});

const properties = (content: JsonObject) => ({ $edgeAgent: {}, m1: content });
const now = (limit = 200, after = 0) => view.effective({ deviceId: 'd1', revision: null, after, limit });

async function deploy(...wanted: ReturnType<typeof aNewDeployment>[]): Promise<void> {
  for (const deployment of wanted) {
    parts.clock.advance(1000);
    parts.deployments.create(deployment, 'service');
    await parts.controller.settled();
  }
}

function valueAt(path: string, at = now()) {
  return at.values.find((value) => value.path.join('.') === path);
}

test('when nothing was ever deployed, the device has no revision and says why', () => {
  expect(now()).toMatchObject({
    revision: null,
    atMs: null,
    base: null,
    applied: [],
    unmanaged: 'unmanaged: no base deployment was ever given to it',
    runsRevision: null,
    values: [],
    totalValues: 0,
    next: null,
  });
  parts.registry.createDevice({ deviceId: deviceId('plain'), isEdge: false }, 'service');
  const plain = view.effective({ deviceId: 'plain', revision: null, after: 0, limit: 10 });
  expect(plain.unmanaged).toMatch(/no edge device/);
});

test('when several deployments match, base, layers in fold order and each reason are told', async () => {
  await deploy(
    aBase('low', { priority: 1, modules: ['m1'] }),
    aBase('base', { priority: 5, modules: ['m1'] }),
    aLayer('first', 'm2', { priority: 10 }),
    aLayer('second', 'm3', { priority: 7 }),
    aLayer('beneath', 'm4', { priority: 5 }),
  );
  expect(now()).toMatchObject({
    isLatest: true,
    base: 'base',
    applied: ['base', 'second', 'first'],
    notApplied: [
      { id: 'low', reason: 'outranked by base' },
      { id: 'beneath', reason: 'priority not above base base' },
    ],
    unmanaged: null,
    runsRevision: now().revision,
  });
});

test('when a value is hidden, its deployment and what it would have given are told, and a hand is seen', async () => {
  await deploy(
    {
      ...aBase('base', { modules: ['m1'] }),
      content: { ...aBase('x', { modules: ['m1'] }).content, m1: { 'properties.desired': { rate: 1 } } },
    },
    aNewDeployment('fast', { priority: 9, content: properties({ 'properties.desired.rate': 2 }) }),
  );
  expect(valueAt('rate')).toMatchObject({
    moduleId: 'm1',
    value: 2,
    writtenBy: 'fast',
    hidden: [{ deploymentId: 'base', value: 1 }],
    differs: false,
  });
  parts.twins.patch(moduleIdentity('d1', 'm1'), { desired: { rate: 7, extra: true } }, '*', 'service');
  expect(valueAt('rate')).toMatchObject({ value: 2, differs: true, actual: 7 });
  expect(valueAt('extra')).toMatchObject({ kind: 'added', writtenBy: null, actual: true });
});

test('when an earlier revision is asked for, it is as it was then, beside the twin as it is now', async () => {
  await deploy(
    aNewDeployment('base', { content: { ...aBase('x').content, m1: { 'properties.desired': { rate: 1 } } } }),
  );
  await deploy(aNewDeployment('fast', { priority: 9, content: properties({ 'properties.desired.rate': 2 }) }));
  const [newest, first] = view.revisions({ deviceId: 'd1', before: null, limit: 10 }).rows;
  expect(first?.atMs).toBeLessThan(newest?.atMs ?? 0);
  const then = view.effective({ deviceId: 'd1', revision: first?.revision ?? 0, after: 0, limit: 200 });
  expect(then).toMatchObject({ isLatest: false, applied: ['base'], runsRevision: first?.revision });
  expect(valueAt('rate', then)).toMatchObject({ value: 1, writtenBy: 'base', differs: true, actual: 2 });
});

test('when an id was taken by a new deployment, an old revision does not show its values as the old ones', async () => {
  await deploy(
    aNewDeployment('base', { content: { ...aBase('x').content, m1: { 'properties.desired': { rate: 1 } } } }),
  );
  await deploy(aNewDeployment('fast', { priority: 9, content: properties({ 'properties.desired.rate': 2 }) }));
  const old = now().revision ?? 0;
  parts.clock.advance(1000);
  parts.deployments.delete(deploymentId('base'), '*', 'service');
  await deploy(
    aNewDeployment('base', { content: { ...aBase('x').content, m1: { 'properties.desired': { rate: 99 } } } }),
  );
  const then = view.effective({ deviceId: 'd1', revision: old, after: 0, limit: 200 });
  expect(valueAt('rate', then)?.hidden).toEqual([{ deploymentId: 'base' }]);
});

test('when the last base goes, the device says since which revision it keeps what it runs', async () => {
  await deploy(aBase('base', { modules: ['m1'] }));
  const managed = now().revision ?? 0;
  parts.deployments.delete(deploymentId('base'), '*', 'service');
  await parts.controller.settled();
  await deploy(aLayer('layer', 'm2'));
  const after = now();
  expect(after).toMatchObject({
    base: null,
    applied: [],
    notApplied: [{ id: 'layer', reason: 'no base deployment' }],
    unmanaged: `unmanaged: keeps what it runs since revision ${managed}`,
    runsRevision: managed,
  });
  expect(valueAt('modules.m1.settings.image')).toMatchObject({ value: 'm1:1', writtenBy: 'base', differs: false });
});

test('when two revisions are compared, each change names its values and writers, a page at a time', async () => {
  await deploy(aBase('base', { modules: ['m1'] }), aLayer('layer', 'm2'));
  const [to, from] = view.revisions({ deviceId: 'd1', before: null, limit: 2 }).rows.map(({ revision }) => revision);
  const compare = (after: number, limit: number) =>
    view.compareRevisions({ deviceId: 'd1', from: from ?? 0, to: to ?? 0, after, limit });
  const first = compare(0, 1);
  expect(first).toMatchObject({
    from: { revision: from, base: 'base', applied: ['base'] },
    to: { revision: to, applied: ['base', 'layer'] },
    changes: [
      {
        path: ['modules', 'm2', 'restartPolicy'],
        kind: 'added',
        after: 'always',
        writtenBefore: 'base',
        writtenAfter: 'layer',
      },
    ],
    next: 1,
  });
  expect(compare(1, 200)).toMatchObject({ totalChanges: first.totalChanges, next: null });
  expect(compare(1, 200).changes).toHaveLength(first.totalChanges - 1);
});

test('when there are more values or revisions than a page holds, the next page goes on', async () => {
  await deploy(aBase('base', { modules: ['m1', 'm2'] }), aLayer('a', 'm3'), aLayer('b', 'm4'));
  const whole = now().values;
  const first = now(5);
  expect(first).toMatchObject({ totalValues: whole.length, next: 5 });
  expect([...first.values, ...now(200, 5).values]).toEqual(whole);
  const page = view.revisions({ deviceId: 'd1', before: null, limit: 2 });
  const rest = view.revisions({ deviceId: 'd1', before: page.next, limit: 2 });
  expect([...page.rows, ...rest.rows].map(({ revision }) => revision)).toEqual([3, 2, 1]);
  expect(rest.next).toBeNull();
});

test('when passwords of registries are deployed, the view masks them', async () => {
  const path = 'properties.desired.runtime.settings.registryCredentials.site';
  const content = { $edgeAgent: { [path]: { username: 'u', password: 'hunter2', address: 'cr.site' } } };
  await deploy(aBase('base'), aNewDeployment('login', { priority: 3, content }));
  const revision = now().revision ?? 0;
  expect(valueAt('runtime.settings.registryCredentials.site.password')?.value).toBe('contains a secret');
  const compared = view.compareRevisions({ deviceId: 'd1', from: revision - 1, to: revision, after: 0, limit: 200 });
  expect(JSON.stringify([now(), compared])).not.toContain('hunter2');
});

test.each([
  ['unknown', null, /^There is no device 'unknown' on this hub/, 'device.unknown'],
  ['not an id', null, /^There is no device of that id on this hub/, 'device.unknown'],
  ['d1', 7, /^Device 'd1' has no revision 7: it has none yet\.$/, 'revision.unknown'],
])('when device %s, revision %s is asked for, one sentence says what is wrong', (device, revision, message, code) => {
  const ask = () => view.effective({ deviceId: device, revision, after: 0, limit: 10 });
  expect(ask).toThrow(message);
  expect(ask).toThrow(expect.objectContaining({ code }));
});

test('when a revision beyond the last is compared, the refusal says which there are', async () => {
  await deploy(aBase('base'));
  expect(() => view.compareRevisions({ deviceId: 'd1', from: 1, to: 9, after: 0, limit: 10 })).toThrow(
    "Device 'd1' has no revision 9: its revisions are 1 to 1.",
  );
});

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
const at = (revision: number) => view.effective({ deviceId: 'd1', revision, after: 0, limit: 200 });

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
  expect(view.revisions({ deviceId: 'd1', before: null, limit: 9 }).rows[0]).toMatchObject({
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
  expect(view.revisions({ deviceId: 'd1', before: null, limit: 9 }).rows.map((row) => row.configurations)).toEqual([
    [],
    ['high'],
    ['low'],
  ]);
  expect(at(1).values).toMatchObject([{ path: ['rate'], value: 1, writtenBy: 'low', hidden: [], actual: 9 }]);
  expect(at(2).notApplied).toEqual([{ id: 'low', moduleId: '', reason: 'outranked by high at rate' }]);
  expect(at(2).values).toMatchObject([
    { path: ['rate'], kind: 'set', value: 2, writtenBy: 'high', hidden: [{ deploymentId: 'low' }] },
  ]);
  // It was left then; that somebody changed it since is told beside it, and now there is nothing left.
  expect(view.effective({ deviceId: 'd1', revision: null, after: 0, limit: 9 }).values).toEqual([]);
  parts.deployments.create(settings('other', 1, { 'properties.desired.lamp': 1 }), 'service');
  await parts.controller.settled();
  expect(at(3).values).toMatchObject([{ path: ['rate'], kind: 'left', value: 2, writtenBy: 'high', actual: 9 }]);
  const compared = view.compareRevisions({ deviceId: 'd1', from: 1, to: 2, after: 0, limit: 9 });
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
