// The devices and modules a condition means while it is typed: how many, which, and why one of them is meant or not.
import { expect, test } from 'vitest';
import { aNewConfiguration, deploymentId, deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';
import { previewSite } from '#test/support/preview-site.ts';

const site = previewSite();
const { parts, addDevices } = site;

const matchDevices = (condition: string, explainFor: string | null) =>
  site.previews.matchesOf({ condition, explainFor, limit: 2 });
const matchModules = (condition: string, explainModule: string | null = null, explainFor: string | null = 'd002') =>
  site.previews.matchesOf({ condition, explainFor, explainModule, limit: 2 });

test('when a condition is typed, the devices it means are counted, listed and explained', async () => {
  addDevices(3, { ring: 1 });
  addDevices(1, { ring: 2 }, 'e');
  parts.registry.createDevice({ deviceId: deviceId('plain'), isEdge: false }, 'service');
  parts.twins.patch(deviceIdentity('plain'), { tags: { ring: 1 } }, '*', 'service');
  expect(await matchDevices('tags.ring = 1', 'e000')).toEqual({
    ok: true,
    of: 'devices',
    count: 3,
    edgeDevices: 4,
    notEdge: 1,
    deviceIds: ['d000', 'd001'],
    explanation: expect.objectContaining({ isMatch: false, sentence: expect.stringContaining('tags.ring') }),
  });
  expect(await matchDevices('*', 'unknown')).toMatchObject({ count: 4, explanation: null });
  expect(await matchDevices('*', 'no id')).toMatchObject({ explanation: null });
  expect(await matchDevices('tags.ring = ', null)).toMatchObject({
    ok: false,
    problems: [{ code: 'deployment.condition' }],
  });
  const leaving = AbortSignal.abort();
  await expect(site.previews.matchesOf({ condition: '*', explainFor: null, limit: 2 }, leaving)).rejects.toMatchObject({
    code: 'preview.cancelled',
  });
});

test('when a condition of modules is typed, modules are counted, listed and explained, whatever device they are on', async () => {
  addDevices(3, {});
  parts.registry.createDevice({ deviceId: deviceId('plain'), isEdge: false }, 'service');
  for (const [device, module, ring] of [
    ['d000', 'camera', 1],
    ['d000', 'lamp', 1],
    ['d002', 'camera', 2],
    ['plain', 'camera', 1],
  ] as const) {
    parts.registry.createModule(moduleIdentity(device, module), null, undefined, 'service');
    parts.twins.patch(moduleIdentity(device, module), { tags: { ring } }, '*', 'service');
  }
  expect(await matchModules('FROM devices.modules WHERE tags.ring = 1', 'camera')).toEqual({
    ok: true,
    of: 'modules',
    count: 3,
    modules: 4,
    devices: 2,
    moduleIds: [
      { deviceId: 'd000', moduleId: 'camera' },
      { deviceId: 'd000', moduleId: 'lamp' },
    ],
    explanation: expect.objectContaining({ isMatch: false, sentence: 'tags.ring = 1 is false: tags.ring is 2.' }),
  });
  // The runtime's own modules are never meant.
  expect(await matchModules("from devices.modules where moduleId != 'lamp'")).toMatchObject({
    count: 3,
    explanation: null,
  });
  for (const module of ['$edgeAgent', 'unknown', 'no id'])
    expect(await matchModules("from devices.modules where moduleId = 'lamp'", module)).toMatchObject({
      explanation: null,
    });
  expect(await matchModules("from devices.modules where moduleId = 'x'", 'camera', null)).toMatchObject({
    count: 0,
    explanation: null,
  });
});

test.each(["from devices where deviceId = 'a'", 'from devices.modules where ', 'from devices.modules where *'])(
  'when %s is typed, it is refused in the words of module conditions',
  async (condition) => {
    const answer = await site.previews.matchesOf({ condition, explainFor: null, limit: 2 });
    expect(answer).toMatchObject({ ok: false, problems: [{ code: 'deployment.condition' }] });
    expect(JSON.stringify(answer)).toMatch(/module/);
  },
);

test('when modules are counted and the answer is no longer wanted, the counting ends', async () => {
  addDevices(2, {});
  const asked = { condition: "from devices.modules where moduleId = 'a'", explainFor: null, limit: 2 };
  await expect(site.previews.matchesOf(asked, AbortSignal.abort())).rejects.toMatchObject({
    code: 'preview.cancelled',
  });
});

test('when a module configuration is created, it reaches the very modules that were counted', async () => {
  const condition = 'from devices.modules where tags.ring > 1';
  addDevices(4, {});
  for (const [at, device] of ['d000', 'd001', 'd002', 'd003'].entries()) {
    parts.registry.createModule(moduleIdentity(device, 'camera'), null, undefined, 'service');
    parts.twins.patch(moduleIdentity(device, 'camera'), { tags: { ring: at } }, '*', 'service');
  }
  const answer = await site.previews.matchesOf({ condition, explainFor: null, limit: 9 });
  if (!answer.ok || answer.of !== 'modules') throw new Error('no answer of modules');
  parts.deployments.create(aNewConfiguration('rings', { kind: 'module', targetCondition: condition }), 'service');
  parts.controller.start();
  await parts.controller.settled();
  expect(parts.deployments.counts(deploymentId('rings')).targetedCount).toBe(answer.count);
  expect(answer.moduleIds.map((module) => module.deviceId)).toEqual(['d002', 'd003']);
});
