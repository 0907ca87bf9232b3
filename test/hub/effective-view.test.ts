// The effective view over a real store: what a device is given and why, now and before, and what changed in between.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { effectiveSite } from '#test/support/effective-site.ts';
import { aBase, aLayer, aNewDeployment, deploymentId, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';

const site = effectiveSite();
const { parts, now, valueAt, deploy } = site;

const properties = (content: JsonObject) => ({ $edgeAgent: {}, m1: content });

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
  const plain = site.view.effective({ deviceId: 'plain', revision: null, after: 0, limit: 10 });
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
  const [newest, first] = site.view.revisions({ deviceId: 'd1', before: null, limit: 10 }).rows;
  expect(first?.atMs).toBeLessThan(newest?.atMs ?? 0);
  const then = site.view.effective({ deviceId: 'd1', revision: first?.revision ?? 0, after: 0, limit: 200 });
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
  const then = site.view.effective({ deviceId: 'd1', revision: old, after: 0, limit: 200 });
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
  const [to, from] = site.view
    .revisions({ deviceId: 'd1', before: null, limit: 2 })
    .rows.map(({ revision }) => revision);
  const compare = (after: number, limit: number) =>
    site.view.compareRevisions({ deviceId: 'd1', from: from ?? 0, to: to ?? 0, after, limit });
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
  const page = site.view.revisions({ deviceId: 'd1', before: null, limit: 2 });
  const rest = site.view.revisions({ deviceId: 'd1', before: page.next, limit: 2 });
  expect([...page.rows, ...rest.rows].map(({ revision }) => revision)).toEqual([3, 2, 1]);
  expect(rest.next).toBeNull();
});

test('when passwords of registries are deployed, the view masks them', async () => {
  const path = 'properties.desired.runtime.settings.registryCredentials.site';
  const content = { $edgeAgent: { [path]: { username: 'u', password: 'hunter2', address: 'cr.site' } } };
  await deploy(aBase('base'), aNewDeployment('login', { priority: 3, content }));
  const revision = now().revision ?? 0;
  expect(valueAt('runtime.settings.registryCredentials.site.password')?.value).toBe('contains a secret');
  const compared = site.view.compareRevisions({
    deviceId: 'd1',
    from: revision - 1,
    to: revision,
    after: 0,
    limit: 200,
  });
  expect(JSON.stringify([now(), compared])).not.toContain('hunter2');
});

test.each([
  ['unknown', null, /^There is no device 'unknown' on this hub/, 'device.unknown'],
  ['not an id', null, /^There is no device of that id on this hub/, 'device.unknown'],
  ['d1', 7, /^Device 'd1' has no revision 7: it has none yet\.$/, 'revision.unknown'],
])('when device %s, revision %s is asked for, one sentence says what is wrong', (device, revision, message, code) => {
  const ask = () => site.view.effective({ deviceId: device, revision, after: 0, limit: 10 });
  expect(ask).toThrow(message);
  expect(ask).toThrow(expect.objectContaining({ code }));
});

test('when a revision beyond the last is compared, the refusal says which there are', async () => {
  await deploy(aBase('base'));
  expect(() => site.view.compareRevisions({ deviceId: 'd1', from: 1, to: 9, after: 0, limit: 10 })).toThrow(
    "Device 'd1' has no revision 9: its revisions are 1 to 1.",
  );
});
