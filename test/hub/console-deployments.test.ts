// What the console does with deployments: through its own router, by the operations that every door shares.
import { expect, test } from 'vitest';
import type { ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { consoleCaller } from '#test/support/console-caller.ts';
import { aModule, aReport } from '#test/support/console-site.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, aLayer, aNewConfiguration, deviceId } from '#test/support/hub-parts.ts';

const parts = runningHubParts();

const wanted = {
  id: 'cameras',
  kind: 'edge' as const,
  priority: 5,
  targetCondition: "tags.line = 'a'",
  labels: { owner: 'team <b>&' },
  metricQueries: { all: 'SELECT deviceId FROM devices' },
  content: { $edgeAgent: { 'properties.desired.modules.a.env.X': { value: '1' } } },
};

test('when a deployment is created, it is read back whole, and the console is who did it', async () => {
  const api = consoleCaller(parts);
  parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
  const { id, etag } = await api.createDeployment(wanted);
  const { metricQueries, ...rest } = wanted;
  expect(await api.deployment({ id })).toMatchObject({
    ...rest,
    etag,
    type: 'layer',
    onRemoval: null,
    metrics: [{ name: 'all', query: metricQueries.all, count: 1 }],
  });
  expect(parts.journal('deployment-created')).toMatchObject([{ actor: 'console', deploymentId: 'cameras' }]);
});

test('when content has a key that names a prototype, it is kept as any other key', async () => {
  const api = consoleCaller(parts);
  const content = JSON.parse('{"properties.desired.__proto__":{"a":1}}') as object;
  await api.createDeployment({ ...wanted, id: 'plain', kind: 'device', content: content as never, metricQueries: {} });
  const { content: kept } = await api.deployment({ id: 'plain' });
  expect(JSON.stringify(kept)).toBe('{"properties.desired.__proto__":{"a":1}}');
});

test.each([
  ['its id', { id: 'No Id' }, 'request.invalid'],
  ['its condition', { targetCondition: 'tags.line = a' }, 'deployment.condition'],
  ['its content', { content: {} }, 'deployment.content'],
  ['a metric', { metricQueries: { bad: 'SELECT' } }, 'deployment.metrics'],
])('when %s cannot be, it is refused and nothing is kept', async (_what, wrong, code) => {
  const api = consoleCaller(parts);
  await expect(api.createDeployment({ ...wanted, ...wrong })).rejects.toMatchObject({ cause: { code } });
  expect(parts.deployments.list()).toEqual([]);
});

test('when one is changed, what is not named stays, and whoever saw an older version is refused', async () => {
  const api = consoleCaller(parts);
  const { id, etag } = await api.createDeployment(wanted);
  const changed = await api.changeDeployment({ id, etag, priority: 9, labels: null });
  expect(changed.etag).not.toBe(etag);
  const { targetCondition, content } = wanted;
  expect(await api.deployment({ id })).toMatchObject({ priority: 9, labels: null, targetCondition, content });
  for (const late of [etag, 'not an etag'])
    await expect(api.changeDeployment({ id, etag: late, priority: 1 })).rejects.toMatchObject({
      cause: { code: 'etag.mismatch' },
    });
  expect(parts.journal('deployment-updated')).toMatchObject([{ actor: 'console' }]);
});

test('when one is deleted, it is gone; a version that changed meanwhile stays', async () => {
  const api = consoleCaller(parts);
  const { id, etag } = await api.createDeployment(wanted);
  const changed = await api.changeDeployment({ id, etag, priority: 9 });
  await expect(api.deleteDeployment({ id, etag })).rejects.toMatchObject({ cause: { code: 'etag.mismatch' } });
  await api.deleteDeployment({ id, etag: changed.etag });
  expect(parts.deployments.list()).toEqual([]);
  expect(parts.journal('deployment-deleted')).toMatchObject([{ actor: 'console', deploymentId: 'cameras' }]);
});

test('when it does not apply somewhere, the reason is told device by device', async () => {
  const api = consoleCaller(parts);
  for (const id of ['d1', 'd2']) parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  parts.deployments.create(aBase('base', { priority: 5 }), 'service');
  parts.deployments.create(aLayer('low', 'web', { priority: 5, targetCondition: "deviceId = 'd1'" }), 'service');
  await parts.controller.settled();
  const rows = await api.deploymentReasons({ id: 'low', deviceIds: ['d2', 'gone', 'd1'] });
  expect(rows.map(({ deviceId, notApplied }) => [deviceId, notApplied.map(({ reason }) => reason)])).toEqual([
    ['d2', []],
    ['d1', [expect.stringContaining('base')]],
  ]);
});

test('when others wrote over a part of a configuration, it applies and that part is told', async () => {
  const api = consoleCaller(parts);
  parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
  const both = { 'properties.desired.rate': 1, 'properties.desired.level': 2 };
  parts.deployments.create(aNewConfiguration('low', { priority: 1, content: both }), 'service');
  const one = { 'properties.desired.rate': 3 };
  parts.deployments.create(aNewConfiguration('high', { priority: 2, content: one }), 'service');
  await parts.controller.settled();
  expect(await api.deploymentReasons({ id: 'low', deviceIds: ['d1'] })).toEqual([
    {
      deviceId: 'd1',
      notApplied: [],
      overwritten: [{ moduleId: '', reason: expect.stringContaining('high') }],
      troubles: [],
    },
  ]);
});

test('when what it gave went wrong on a device, each module that is not as wanted is told with it', async () => {
  const api = consoleCaller(parts);
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  parts.deployments.create(aBase('base', { modules: ['web'] }), 'service');
  await parts.controller.settled();
  const identity = { deviceId: deviceId('d1'), moduleId: '$edgeAgent' as ModuleId };
  const troubles = async (reported: JsonObject) => {
    parts.store.change((write) => write.twins.updateReported(identity, { value: reported, metadata: {}, version: 2 }));
    const [row] = await api.deploymentReasons({ id: 'base', deviceIds: ['d1'] });
    return row?.troubles;
  };
  const { version } = parts.store.read.twins.get(identity)?.desired ?? { version: 0 };
  const crashed = aModule('web:1', 'backoff', { exitCode: 3 });
  expect(await troubles(aReport(version, { web: crashed }, 500))).toEqual([
    { module: 'web', reason: expect.stringContaining('ended with code 3') },
  ]);
  expect(await troubles(aReport(version, { web: aModule('web:1', 'running') }))).toEqual([]);
  const refused = { lastDesiredVersion: version, lastDesiredStatus: { code: 400, description: 'no such <b>' } };
  expect(await troubles({ ...aReport(version, { web: aModule('web:1', 'running') }), ...refused })).toEqual([
    { module: null, reason: 'no such <b>' },
  ]);
});

test('when metrics are asked of several, those that are there and have any are told', async () => {
  const api = consoleCaller(parts);
  parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
  await api.createDeployment(wanted);
  parts.deployments.create(aBase('base'), 'service');
  expect(await api.customMetrics({ ids: ['base', 'gone', 'cameras', 'No Id'] })).toEqual([
    { id: 'cameras', metrics: [{ name: 'all', query: wanted.metricQueries.all, count: 1 }] },
  ]);
});
