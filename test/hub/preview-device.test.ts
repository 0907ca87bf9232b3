// What one device would be given, whole: as it is and as it would be, without what is secret, and nothing written.
import { expect, test } from 'vitest';
import { consoleCaller } from '#test/support/console-caller.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, agentSection, deviceId } from '#test/support/hub-parts.ts';

const parts = runningHubParts();

const layer = {
  kind: 'create' as const,
  id: 'debug',
  priority: 5,
  targetCondition: '*',
  content: { $edgeAgent: { 'properties.desired.modules.web.env.LEVEL': { value: 'debug' } } },
};

test('when a layer is thought of, a device is told as it is and as it would be, and stays as it is', async () => {
  const api = consoleCaller(parts);
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  parts.deployments.create(aBase('base', { modules: ['web'] }), 'service');
  await parts.controller.settled();
  const told = await api.previewDevice({ changes: [layer], deviceId: 'd1' });
  if (!told.ok) throw new Error('it could be previewed');
  expect(told.before['$edgeAgent']).toEqual(agentSection(['web']));
  expect(told.after['$edgeAgent']).toMatchObject({ modules: { web: { env: { LEVEL: { value: 'debug' } } } } });
  expect(parts.deployments.list()).toHaveLength(1);
});

test('when nothing would change for it, both are the same', async () => {
  const api = consoleCaller(parts);
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  parts.deployments.create(aBase('base', { modules: ['web'] }), 'service');
  await parts.controller.settled();
  const other = { ...layer, targetCondition: "deviceId = 'd2'" };
  const told = await api.previewDevice({ changes: [other], deviceId: 'd1' });
  if (!told.ok) throw new Error('it could be previewed');
  expect(told.after).toEqual(told.before);
  expect(told.before['$edgeAgent']).toEqual(agentSection(['web']));
});

test('when it holds the password of a registry, that is not told', async () => {
  const api = consoleCaller(parts);
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  const section = agentSection(['web']);
  const registryCredentials = { site: { address: 'r', username: 'u', password: 'top-secret' } };
  const runtime = { ...section.runtime, settings: { ...section.runtime.settings, registryCredentials } };
  const content = { $edgeAgent: { 'properties.desired': { ...section, runtime } } };
  const told = await api.previewDevice({ changes: [{ ...layer, content }], deviceId: 'd1' });
  expect(JSON.stringify(told)).toContain('contains a secret');
  expect(JSON.stringify(told)).not.toContain('top-secret');
});

test('when there is no such device, or the change cannot be, that is said', async () => {
  const api = consoleCaller(parts);
  await expect(api.previewDevice({ changes: [layer], deviceId: 'gone' })).rejects.toMatchObject({
    cause: { code: 'device.unknown' },
  });
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  const wrong = { ...layer, targetCondition: 'tags.' };
  expect(await api.previewDevice({ changes: [wrong], deviceId: 'd1' })).toMatchObject({ ok: false });
});
