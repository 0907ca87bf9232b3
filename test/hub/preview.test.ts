// Previews as they are told: a handful of groups for a whole fleet, with numbers that add up, and no trace of it on disk.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { PreviewAnswer } from '#contract/preview-view.ts';
import type { PreviewChange } from '#domain/preview-change.ts';
import { createPreviewOperations, type PreviewOperations } from '#hub/preview.ts';
import { createRegistryOperations } from '#hub/registry-operations.ts';
import { aStoreIn, aTemporaryFolder } from '#test/support/test-store.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import {
  aBase,
  aLayer,
  aModule,
  aNewConfiguration,
  aNewDeployment,
  createHubParts,
  deviceId,
  deviceIdentity,
  moduleIdentity,
  type HubParts,
} from '#test/support/hub-parts.ts';

let parts: HubParts;
let previews: PreviewOperations;

beforeEach(() => {
  parts = createHubParts();
  previews = createPreviewOperations(parts);
  parts.controller.start();
});
afterEach(async () => {
  await parts.controller.stop();
  parts.store.close();
});

function addDevices(count: number, tags: object = {}, prefix = 'd'): void {
  for (let at = 0; at < count; at += 1) {
    const id = `${prefix}${String(at).padStart(3, '0')}`;
    parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
    parts.twins.patch(deviceIdentity(id), { tags: { ...tags } }, '*', 'service');
  }
}

async function deploy(...wanted: ReturnType<typeof aNewDeployment>[]): Promise<void> {
  for (const deployment of wanted) parts.deployments.create(deployment, 'service');
  await parts.controller.settled();
}

function creation({ id, priority, targetCondition, content }: ReturnType<typeof aNewDeployment>): PreviewChange {
  return { kind: 'create', id, priority, targetCondition, content };
}

async function preview(...changes: PreviewChange[]): Promise<Extract<PreviewAnswer, { ok: true }>> {
  const answer = await previews.preview(changes);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer;
}

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
  const first = previews.previewDevices({ previewId: answer.previewId, group: 0, after: null, limit: 200 });
  expect(first.deviceIds).toEqual(answer.groups[0]?.deviceIds);
  const rest = previews.previewDevices({ previewId: answer.previewId, group: 0, after: first.next, limit: 200 });
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
  expect(answer.groups[0]?.after.notApplied).toEqual([{ id: 'lower', reason: 'outranked by base' }]);
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

/** Five of them fit into a twin, ten do not. */
const large = (prefix: string): JsonObject =>
  Object.fromEntries(
    Array.from({ length: 5 }, (_, at) => [`properties.desired.${prefix}${at}`, 'x'.repeat(4000)] as const),
  );

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

test('when an automatic configuration would mean a device by its new tag, what its twin would hold is told', async () => {
  addDevices(1);
  parts.registry.createDevice({ deviceId: deviceId('plain'), isEdge: false }, 'service');
  const wanted = {
    ...aNewDeployment('auto', { targetCondition: 'tags.ring = 1' }),
    kind: 'device' as const,
    content: { 'properties.desired.interval': 5 },
  };
  parts.deployments.create(wanted, 'service');
  await parts.controller.settled();
  const answer = await preview({ kind: 'tag', deviceIds: ['plain'], patch: { ring: 1 } });
  expect(answer.counts).toMatchObject({ devices: 2, excluded: 0, considered: 2, changed: 1, unaffected: 1 });
  expect(answer.groups).toMatchObject([
    { deviceIds: ['plain'], modules: [], properties: [{ moduleId: '', path: ['interval'], after: 5 }] },
  ]);
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
  const answer = await previews.preview([
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

test('when a preview is cancelled, it ends; the next one is answered', async () => {
  addDevices(3);
  const leaving = new AbortController();
  const cancelled = previews.preview([creation(aBase('base'))], leaving.signal);
  const next = previews.preview([creation(aBase('base'))]);
  leaving.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'preview.cancelled' });
  expect(await next).toMatchObject({ ok: true, counts: { changed: 3 } });
});

const ask = (previewId: number, group: number) => () =>
  previews.previewDevices({ previewId, group, after: null, limit: 5 });

test('when a preview is no longer kept, its devices are refused', async () => {
  addDevices(1);
  const first = await preview(creation(aBase('base')));
  expect(ask(first.previewId, 0)().deviceIds).toEqual(['d000']);
  expect(ask(first.previewId, 1)).toThrow(expect.objectContaining({ code: 'preview.gone' }));
  for (let at = 0; at < 8; at += 1) await preview(creation(aBase('base')));
  expect(ask(first.previewId, 0)).toThrow(expect.objectContaining({ code: 'preview.gone' }));
});

test('when time is up after every device, the event loop runs on between them, and the answer is of one moment', async () => {
  addDevices(20);
  let nowMs = 0;
  const slow = createPreviewOperations({
    store: parts.store,
    clock: { ...parts.clock, monotonicMs: () => (nowMs += 5) },
  });
  const asOf = parts.store.read.journal.lastSeq();
  let turns = 0;
  const tick = (): void => {
    turns += 1;
    // The fleet changes while it is looked at.
    if (turns === 3) parts.registry.deleteDevice(deviceId('d019'), '*', 'service');
    if (turns < 30) setImmediate(tick);
  };
  setImmediate(tick);
  const answer = await slow.preview([creation(aBase('base'))]);
  expect(turns).toBeGreaterThan(10);
  expect(answer).toMatchObject({ ok: true, asOf, counts: { devices: 20, changed: 20 } });
});

test('when tags of many devices would change, the event loop runs on between these devices too', async () => {
  addDevices(30);
  let nowMs = 0;
  const slow = createPreviewOperations({
    store: parts.store,
    clock: { ...parts.clock, monotonicMs: () => (nowMs += 5) },
  });
  let turns = 0;
  let isOver = false;
  const tick = (): void => {
    turns += 1;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  const known = parts.store.read.devices.ids({ after: undefined, limit: 100 });
  // With one that is unknown nothing but the tags is looked at.
  const answer = await slow.preview([{ kind: 'tag', deviceIds: [...known, 'unknown'], patch: { ring: 1 } }]);
  isOver = true;
  expect(answer).toMatchObject({ ok: false, problems: [{ code: 'device.unknown' }] });
  expect(turns).toBeGreaterThan(30);
});

test('when a site on disk is previewed, not a byte of its files changes', async () => {
  const dir = aTemporaryFolder();
  const clock = createFakeClock();
  const store = aStoreIn(dir, { clock });
  const registry = createRegistryOperations({ store, clock });
  for (const id of ['a', 'b']) registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  const digest = () =>
    readdirSync(dir, { withFileTypes: true })
      // The shared-memory index holds readers' marks; it is no part of what is kept.
      .filter((entry) => entry.isFile() && !entry.name.endsWith('-shm'))
      .map(({ name }) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(dir, name)))
          .digest('hex'),
      ]);
  const before = digest();
  const answer = await createPreviewOperations({ store, clock }).preview([creation(aBase('base'))]);
  expect(answer).toMatchObject({ ok: true, counts: { changed: 2 } });
  expect(digest()).toEqual(before);
  expect(before.length).toBeGreaterThan(1);
});

test('when a condition is typed, the devices it means are counted, listed and explained', async () => {
  addDevices(3, { ring: 1 });
  addDevices(1, { ring: 2 }, 'e');
  parts.registry.createDevice({ deviceId: deviceId('plain'), isEdge: false }, 'service');
  parts.twins.patch(deviceIdentity('plain'), { tags: { ring: 1 } }, '*', 'service');
  const matches = (condition: string, explainFor: string | null) =>
    previews.matchesOf({ condition, explainFor, limit: 2 });
  expect(await matches('tags.ring = 1', 'e000')).toEqual({
    ok: true,
    count: 3,
    edgeDevices: 4,
    notEdge: 1,
    deviceIds: ['d000', 'd001'],
    explanation: expect.objectContaining({ isMatch: false, sentence: expect.stringContaining('tags.ring') }),
  });
  expect(await matches('*', 'unknown')).toMatchObject({ count: 4, explanation: null });
  expect(await matches('*', 'no id')).toMatchObject({ explanation: null });
  expect(await matches('tags.ring = ', null)).toMatchObject({
    ok: false,
    problems: [{ code: 'deployment.condition' }],
  });
  const leaving = AbortSignal.abort();
  await expect(previews.matchesOf({ condition: '*', explainFor: null, limit: 2 }, leaving)).rejects.toMatchObject({
    code: 'preview.cancelled',
  });
});

const own = (id: string, content: JsonObject): PreviewChange => ({
  kind: 'create',
  id,
  deploymentKind: 'device',
  priority: 1,
  targetCondition: '*',
  content,
});

test('when a device configuration would write to twins that differ elsewhere, they are one group, told by what changes', async () => {
  for (const id of ['a', 'b']) {
    parts.registry.createDevice({ deviceId: deviceId(id), isEdge: false }, 'service');
    parts.twins.patch(deviceIdentity(id), { desired: { serial: id, rate: 9 } }, '*', 'service');
  }
  await parts.controller.settled();
  const { counts, groups } = await preview(own('settings', { 'properties.desired.rate': 1 }));
  expect(counts).toMatchObject({ considered: 2, changed: 2 });
  expect(groups.map(({ deviceIds, properties }) => [deviceIds, properties])).toEqual([
    [['a', 'b'], [{ moduleId: '', path: ['rate'], before: 9, after: 1 }]],
  ]);
});

test('when what a configuration would write is too much for a twin, the refusal says whose twin', async () => {
  parts.registry.createDevice({ deviceId: deviceId('a'), isEdge: false }, 'service');
  await parts.controller.settled();
  parts.deployments.create(aNewConfiguration('some', { content: large('p') }), 'service');
  await parts.controller.settled();
  const { groups } = await preview(own('more', large('q')));
  expect(groups.map(({ refusal }) => refusal)).toEqual([expect.stringMatching(/^Its own twin would stay as it is: /)]);
});
