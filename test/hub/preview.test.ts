// Previews as they are told: a handful of groups for a whole fleet, with numbers that add up.
import { expect, test } from 'vitest';
import type { PreviewChange } from '#domain/layering/preview-change.ts';
import {
  aBase,
  aLayer,
  aModule,
  aNewDeployment,
  deviceId,
  deviceIdentity,
  moduleIdentity,
} from '#test/support/hub-parts.ts';
import { creation, large, previewSite } from '#test/support/preview-site.ts';

const site = previewSite();
const { parts, addDevices, deploy, preview } = site;

test('when a layer would mean part of the fleet, that part is one group, and the numbers add up', async () => {
  addDevices(250, { ring: 1 });
  addDevices(30, { ring: 2 }, 'e');
  parts.registry.createDevice({ deviceId: deviceId('plain'), isEdge: false }, 'service');
  await deploy(aBase('base', { modules: ['m1'] }));
  const answer = await preview(creation(aLayer('layer', 'm2', { targetCondition: 'tags.ring = 1' })));
  expect(answer.asOf).toBe(parts.store.read.journal.lastSeq());
  expect(answer.counts).toEqual({
    devices: 281,
    excluded: 1,
    considered: 280,
    unaffected: 30,
    matchOnly: 0,
    changed: 250,
    refused: 0,
    gainBase: 0,
    gainLayer: 250,
    lose: 0,
    becomeUnmanaged: 0,
  });
  expect(answer.groupsLeftOut).toBe(0);
  expect(answer.groups).toMatchObject([
    {
      group: 0,
      devices: 250,
      before: { base: 'base', applied: ['base'], notApplied: [] },
      after: { base: 'base', applied: ['base', 'layer'], notApplied: [] },
      refusal: null,
      editedByHand: 0,
      modules: [{ name: 'm2', kind: 'added', container: 'starts' }],
      properties: [],
      valuesLeftOut: 0,
    },
  ]);
  expect(answer.groups[0]?.deviceIds).toHaveLength(200);
  const first = site.previews.previewDevices({ previewId: answer.previewId, group: 0, after: null, limit: 200 });
  expect(first.deviceIds).toEqual(answer.groups[0]?.deviceIds);
  const rest = site.previews.previewDevices({ previewId: answer.previewId, group: 0, after: first.next, limit: 200 });
  expect([rest.deviceIds[0], rest.deviceIds.length, rest.next]).toEqual(['d200', 50, null]);
});

test('when a deployment would be aimed elsewhere, who gains, loses and becomes unmanaged is told apart', async () => {
  addDevices(3, { ring: 1 });
  addDevices(2, { ring: 2 }, 'e');
  await deploy(aBase('base', { modules: ['m1'], targetCondition: 'tags.ring = 1' }));
  const answer = await preview({ kind: 'update', id: 'base', targetCondition: 'tags.ring = 2' });
  expect(answer.counts).toMatchObject({ considered: 5, changed: 5, gainBase: 2, lose: 3, becomeUnmanaged: 3 });
  expect(answer.groups.map(({ devices, after }) => [devices, after.base])).toEqual([
    [3, null],
    [2, 'base'],
  ]);
  // It keeps what it runs: nothing of it changes.
  expect(answer.groups[0]).toMatchObject({ modules: [], properties: [] });
  expect(answer.groups[1]?.modules).toMatchObject([{ name: 'm1', kind: 'added', container: 'starts' }]);
});

test('when another deployment would only match, that is told apart from a change', async () => {
  addDevices(2);
  await deploy(aBase('base', { priority: 5 }));
  const answer = await preview(creation(aBase('lower', { priority: 1 })));
  expect(answer.counts).toMatchObject({ unaffected: 0, matchOnly: 2, changed: 0, gainLayer: 0, lose: 0 });
  expect(answer.groups[0]?.after.notApplied).toEqual([{ id: 'lower', moduleId: null, reason: 'outranked by base' }]);
});

test('when a change replaces an image and a property, both are told with old and new', async () => {
  addDevices(1);
  await deploy(aBase('base', { modules: ['m1'] }));
  const content = {
    $edgeAgent: { 'properties.desired.modules.m1': aModule('m1:2') },
    m1: { 'properties.desired.rate': 5 },
  };
  const answer = await preview(creation(aNewDeployment('next', { priority: 3, content })));
  expect(answer.groups[0]).toMatchObject({
    modules: [
      {
        name: 'm1',
        kind: 'changed',
        container: 'restarts',
        values: [{ path: ['settings', 'image'], before: 'm1:1', after: 'm1:2' }],
      },
    ],
    properties: [{ moduleId: 'm1', path: ['rate'], after: 5 }],
  });
});

test('when tags of some devices would change, those alone are looked at, also together with a deployment', async () => {
  addDevices(4, { ring: 1 });
  await deploy(aBase('base', { targetCondition: 'tags.ring = 1' }));
  const retag: PreviewChange = { kind: 'tag', deviceIds: ['d000', 'd001'], patch: { ring: 2 } };
  const alone = await preview(retag);
  expect(alone.counts).toMatchObject({ considered: 4, unaffected: 2, becomeUnmanaged: 2 });
  const both = await preview(retag, creation(aBase('other', { targetCondition: 'tags.ring = 2', modules: ['m2'] })));
  expect(both.groups).toMatchObject([{ devices: 2, before: { base: 'base' }, after: { base: 'other' } }]);
  expect(parts.twins.get(deviceIdentity('d000')).tags).toEqual({ ring: 1 });
});
test('when it would be more than a twin can hold, the devices are told as refused, with the reason', async () => {
  addDevices(2);
  await deploy(aNewDeployment('base', { content: { ...aBase('x', { modules: ['m1'] }).content, m1: large('p') } }));
  const answer = await preview(
    creation(aNewDeployment('large', { priority: 2, content: { $edgeAgent: {}, m1: large('q') } })),
  );
  expect(answer.counts).toMatchObject({ changed: 0, refused: 2, gainLayer: 0 });
  expect(answer.groups[0]?.refusal).toMatch(/^The twin of its module 'm1' would stay as it is: .* 32768 allowed/);
});

test('when values were set by hand, the preview says that they would be undone', async () => {
  addDevices(2);
  await deploy(
    aNewDeployment('base', { content: { ...aBase('x').content, m1: { 'properties.desired': { rate: 1 } } } }),
  );
  parts.twins.patch(moduleIdentity('d001', 'm1'), { desired: { rate: 7 } }, '*', 'service');
  const answer = await preview(creation(aLayer('layer', 'm2')));
  expect(answer.groups).toMatchObject([{ devices: 2, editedByHand: 1 }]);
});
test('when more would change than a group lists, the rest is counted', async () => {
  addDevices(1);
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`p${at}`, at]));
  await deploy(aBase('base', { modules: ['m1'] }));
  const content = {
    $edgeAgent: { 'properties.desired.modules.m2': aModule('m2:1') },
    m1: { 'properties.desired': many },
  };
  const [group] = (await preview(creation(aNewDeployment('many', { priority: 2, content })))).groups;
  const [module] = group?.modules ?? [];
  expect(module?.values).toHaveLength(4);
  expect([group?.properties.length, group?.valuesLeftOut]).toEqual([196, 104]);
});

test('when a change is wrong, its problems are told and nothing is computed', async () => {
  const answer = await site.previews.preview([
    creation(aBase('new', { targetCondition: 'tags.a = "x"' })),
    { kind: 'delete', id: 'gone' },
  ]);
  expect(answer).toMatchObject({
    ok: false,
    problems: [
      { change: 0, at: 9, code: 'deployment.condition' },
      { change: 1, at: 'id', code: 'deployment.unknown' },
    ],
  });
});
