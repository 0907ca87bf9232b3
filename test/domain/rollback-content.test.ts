// What a rollback deploys, as IoT Hub takes it and as evaluation folds it.
import { expect, test } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import type { EdgeDeployment, ModulesContent } from '#domain/records/deployment.ts';
import { layer } from '#domain/layering/layering.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import {
  createContentGroups,
  emptiedContent,
  nothingWritten,
  wholeContent,
  writesNothing,
} from '#domain/deployments/rollback-content.ts';
import { agentSection } from '#test/support/hub-parts.ts';

const deployed = (id: string, priority: number, content: ModulesContent): EdgeDeployment => ({
  kind: 'edge',
  id: id as DeploymentId,
  priority,
  content,
  createdAtMs: priority,
  updatedAtMs: 0,
  targetCondition: '*',
  labels: null,
  metricQueries: {},
  schemaVersion: '1.0',
  version: 1,
});
const base = deployed('base', 1, { $edgeAgent: { 'properties.desired': agentSection(['web']) } });

test('when nothing is written, it is a layer that IoT Hub takes and that changes no device', () => {
  expect(checkManifest(nothingWritten, { schema: true })).toEqual({ problems: [], warnings: [] });
  expect(deploymentType(nothingWritten)).toBe('layer');
  const folded = layer([base, deployed('back', 2, nothingWritten)]);
  expect(folded).toMatchObject({ base: 'base', applied: ['base', 'back'] });
  expect(folded.modules).toEqual(layer([base]).modules);
  expect(writesNothing(nothingWritten)).toBe(true);
  expect(writesNothing(base.content)).toBe(false);
});

test('when a whole is deployed, a device gets the very sections, whatever their keys', () => {
  const modules = JSON.parse('{"$edgeAgent": {"modules": {}}, "__proto__": {"a": {"b": [null]}}, "idle": {}}');
  const content = wholeContent(modules);
  expect(deploymentType(content)).toBe('base');
  expect(JSON.parse(JSON.stringify(layer([deployed('x', 1, content)]).modules))).toEqual(modules);
});

test('when a device is emptied, its runtime and system modules stay, and no module and no route', () => {
  const agent = agentSection(['web', 'db']);
  const hub = { schemaVersion: '1.1', routes: { up: 'FROM /* INTO $upstream' }, storeAndForwardConfiguration: {} };
  expect(emptiedContent({ $edgeAgent: agent, $edgeHub: hub, web: { rate: 1 } })).toEqual({
    $edgeAgent: { 'properties.desired': { ...agent, modules: {} } },
    $edgeHub: { 'properties.desired': { ...hub, routes: {} } },
  });
  expect(emptiedContent({ $edgeAgent: agent })).toEqual({
    $edgeAgent: { 'properties.desired': { ...agent, modules: {} } },
  });
  expect(emptiedContent({ web: {} })).toBeNull();
});

test('when devices are to run the same, they are one group, whoever wrote it in which order', () => {
  const groups = createContentGroups();
  const one = wholeContent({ $edgeAgent: { a: 1, b: 2 } });
  const same = wholeContent({ $edgeAgent: { b: 2, a: 1 } });
  const other = wholeContent({ $edgeAgent: { a: 2 } });
  for (const [id, content] of Object.entries({ d1: one, d2: other, d3: same, d4: one }))
    groups.add(id as DeviceId, content);
  expect(groups.groups().map(({ deviceIds }) => deviceIds)).toEqual([['d1', 'd3', 'd4'], ['d2']]);
});
