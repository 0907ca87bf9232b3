// The routes of devices as deployments make them: read once, shared where they are equal, new with the commit that changes them.
import { expect, test, vi } from 'vitest';
import type { Json } from '#base/json.ts';
import { createRouteTables, type RouteTables } from '#hub/device-link/route-tables.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, agentSection, aLayer, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';

const parts = freshHubParts();

function start(): RouteTables {
  for (const id of ['d1', 'd2', 'd3']) parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  const tables = createRouteTables(parts);
  parts.store.onCommitted((entries) => tables.review(entries));
  return tables;
}

const names = (tables: RouteTables, id: string) => tables.of(deviceId(id))?.routes.map(({ name }) => name) ?? null;
const up = 'FROM /* INTO $upstream';

function setRoutes(id: string, routes: Record<string, Json>): void {
  parts.twins.replace(moduleIdentity(id, '$edgeHub'), { desired: { routes } }, undefined, 'service');
}

test('when deployments give, change and take routes, each next look has what the device has', async () => {
  const tables = start();
  parts.controller.start();
  await parts.controller.settled();
  expect(names(tables, 'd1')).toBeNull();
  const content = { $edgeAgent: { 'properties.desired': agentSection() } };
  const $edgeHub = { 'properties.desired': { schemaVersion: '1.1', routes: { base: up } } };
  parts.deployments.create(aBase('base', { content: { ...content, $edgeHub } }), 'service');
  await parts.controller.settled();
  expect(names(tables, 'd1')).toEqual(['base']);
  const layer = { $edgeAgent: {}, $edgeHub: { 'properties.desired.routes.layer': { route: up, priority: 1 } } };
  parts.deployments.create(aLayer('layer', 'm', { content: layer }), 'service');
  await parts.controller.settled();
  expect(names(tables, 'd1')).toEqual(['layer', 'base']);
  parts.deployments.delete(aLayer('layer', 'm').id, undefined, 'service');
  await parts.controller.settled();
  expect(names(tables, 'd1')).toEqual(['base']);
});

const withRoute = (route: string) => ({ 'properties.desired': { schemaVersion: '1.1', routes: { [route]: up } } });

test('when a fleet is given other routes with one commit, each of its devices has them', async () => {
  const tables = start();
  const content = { $edgeAgent: { 'properties.desired': agentSection() } };
  parts.deployments.create(aBase('base', { content: { ...content, $edgeHub: withRoute('old') } }), 'service');
  parts.controller.start();
  await parts.controller.settled();
  const ids = ['d1', 'd2', 'd3'];
  expect(ids.map((id) => names(tables, id))).toEqual([['old'], ['old'], ['old']]);
  const next = { priority: 5, content: { ...content, $edgeHub: withRoute('new') } };
  parts.deployments.create(aBase('next', next), 'service');
  await parts.controller.settled();
  expect(ids.map((id) => names(tables, id))).toEqual([['new'], ['new'], ['new']]);
});

const gives = (module: string) => ({ desired: [{ moduleId: module, patch: { a: 1 }, version: 2 }] });

test('when one commit gives two devices different things, only whose routes changed is read anew', () => {
  const tables = start();
  for (const id of ['d1', 'd2']) setRoutes(id, { up });
  const before = ['d1', 'd2'].map((id) => tables.of(deviceId(id)));
  const row = {
    seq: 1,
    atMs: 0,
    kind: 'configuration-changed',
    actor: 'hub',
    moduleId: null,
    deploymentId: null,
  } as const;
  const read = vi.spyOn(parts.store.read.twins, 'desiredOf');
  tables.review([
    { ...row, deviceId: deviceId('d1'), detail: gives('$edgeAgent') },
    { ...row, deviceId: deviceId('d2'), detail: gives('$edgeHub') },
  ]);
  expect(['d1', 'd2'].map((id) => tables.of(deviceId(id)))).toEqual(before);
  expect(read.mock.calls).toEqual([['d2']]);
});

test('when devices have equal routes, they share one table; when nothing changed, it is the same one', () => {
  const tables = start();
  for (const id of ['d1', 'd2']) setRoutes(id, { up });
  setRoutes('d3', { other: up });
  const [first, second, third] = ['d1', 'd2', 'd3'].map((id) => tables.of(deviceId(id)));
  expect(first).not.toBeNull();
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  parts.twins.patch(moduleIdentity('d1', '$edgeAgent'), { desired: { a: 1 } }, undefined, 'service');
  expect(tables.of(deviceId('d1'))).toBe(first);
  tables.forget(deviceId('d1'));
  expect(tables.of(deviceId('d1'))).toBe(first);
});

test('when a device is deleted and made again, it has no routes', () => {
  const tables = start();
  setRoutes('d1', { up });
  expect(names(tables, 'd1')).toEqual(['up']);
  parts.registry.deleteDevice(deviceId('d1'), undefined, 'service');
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  expect(names(tables, 'd1')).toBeNull();
});

test('when several devices have a route that cannot be read, each is told once, also when it comes and goes', async () => {
  const tables = start();
  for (const id of ['d1', 'd2']) setRoutes(id, { bad: 'FROM nowhere' });
  for (const id of ['d1', 'd2', 'd1']) {
    tables.of(deviceId(id));
    tables.forget(deviceId(id));
  }
  setRoutes('d1', { up });
  await parts.store.changeSoon(() => undefined);
  expect(names(tables, 'd1')).toEqual(['up']);
  expect(parts.journal('routes-skipped').map((entry) => entry.deviceId)).toEqual(['d1', 'd2']);
});
