// Automatic configurations on a running hub: which twins they write to, what they leave alone, and how they are taken away.
import { describe, expect, it } from 'vitest';
import type { NewAutomaticConfiguration } from '#hub/hub-types.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import {
  aBase,
  agentSection,
  aNewConfiguration,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleIdentity,
  type HubParts,
} from '#test/support/hub-parts.ts';

const parts = runningHubParts();

async function deploy(id: string, overrides: Partial<NewAutomaticConfiguration> = {}): Promise<void> {
  parts.deployments.create(aNewConfiguration(id, overrides), 'service');
  await parts.controller.settled();
}

async function withdraw(id: string): Promise<void> {
  parts.deployments.delete(deploymentId(id), '*', 'service');
  await parts.controller.settled();
}

async function tag(identity: Parameters<HubParts['twins']['patch']>[0], tags: Record<string, string | null>) {
  parts.twins.patch(identity, { tags }, '*', 'service');
  await parts.controller.settled();
}

const addDevice = (id: string, isEdge = false) =>
  parts.registry.createDevice({ deviceId: deviceId(id), isEdge }, 'service');
const addModule = (id: string, module: string) =>
  parts.registry.createModule(moduleIdentity(id, module), null, undefined, 'service');
const desiredOf = (id: string, module?: string) =>
  parts.twins.get(module === undefined ? deviceIdentity(id) : moduleIdentity(id, module)).desired;
const statusesOf = (id: string) => parts.deployments.statuses(deviceId(id));

describe('device configurations', () => {
  it('when one matches a plain device, its paths are written, the rest stays, and the push says who wrote', async () => {
    addDevice('d1');
    parts.twins.patch(deviceIdentity('d1'), { desired: { own: 1, rate: 9 } }, '*', 'service');
    await deploy('settings');
    expect(desiredOf('d1').value).toEqual({ own: 1, rate: 1 });
    expect(statusesOf('d1')).toEqual({ '': { settings: 'Applied' } });
    expect(parts.journal('configuration-changed').at(-1)).toMatchObject({
      actor: 'hub',
      detail: { desired: [{ moduleId: null, patch: { rate: 1 }, version: 3, configurations: ['settings'] }] },
    });
    expect(parts.deployments.counts(deploymentId('settings'))).toMatchObject({ targetedCount: 1, appliedCount: 1 });
  });

  it('when two write the same path, the higher one is Applied and the other Targeted', async () => {
    addDevice('d1');
    await deploy('low', { content: { 'properties.desired.rate': 1 } });
    await deploy('high', { priority: 5, content: { 'properties.desired.rate': 2 } });
    expect(desiredOf('d1').value).toEqual({ rate: 2 });
    expect(statusesOf('d1')).toEqual({ '': { low: 'Targeted', high: 'Applied' } });
    await withdraw('high');
    expect(desiredOf('d1').value).toEqual({ rate: 1 });
    expect(statusesOf('d1')).toEqual({ '': { low: 'Applied' } });
  });

  it('when a hand changes a value, the next evaluation of the device writes it again', async () => {
    addDevice('d1');
    await deploy('settings');
    parts.twins.patch(deviceIdentity('d1'), { desired: { rate: 7 } }, '*', 'service');
    await parts.controller.settled();
    expect(desiredOf('d1').value).toEqual({ rate: 7 });
    await deploy('another', { content: { 'properties.desired.other': 1 } });
    expect(desiredOf('d1').value).toEqual({ rate: 1, other: 1 });
  });

  it('when one would make a twin too large, the device keeps what it has and the journal says why', async () => {
    addDevice('d1');
    const filler = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`k${at}`, 'x'.repeat(4000)]));
    parts.twins.patch(deviceIdentity('d1'), { desired: filler }, '*', 'service');
    await deploy('settings', { content: { 'properties.desired.more': 'y'.repeat(4000) } });
    expect(desiredOf('d1').value).toEqual(filler);
    expect(statusesOf('d1')).toEqual({ '': { settings: 'Targeted' } });
    expect(parts.journal('configuration-refused')).toMatchObject([
      { deviceId: 'd1', detail: { code: 'twin.too-large' } },
    ]);
  });
});

describe('module configurations', () => {
  const forCameras = { kind: 'module', targetCondition: "from devices.modules where tags.role = 'camera'" } as const;

  it('when a module’s own tags match, its twin is written, and no system module’s ever', async () => {
    addDevice('d1', true);
    addModule('d1', 'cam');
    addModule('d1', 'other');
    await deploy('cameras', forCameras);
    expect(desiredOf('d1', 'cam').value).toEqual({});
    await tag(moduleIdentity('d1', 'cam'), { role: 'camera' });
    await tag(moduleIdentity('d1', '$edgeAgent'), { role: 'camera' });
    expect(desiredOf('d1', 'cam').value).toEqual({ rate: 1 });
    expect(desiredOf('d1', 'other').value).toEqual({});
    expect(desiredOf('d1', '$edgeAgent').value).toEqual({});
    expect(statusesOf('d1')).toEqual({ cam: { cameras: 'Applied' } });
    await tag(moduleIdentity('d1', 'cam'), { role: null });
    expect(statusesOf('d1')).toEqual({});
  });

  it('when a module reports what a condition reads, it is matched at once', async () => {
    addDevice('d1');
    addModule('d1', 'cam');
    await deploy('ready', {
      kind: 'module',
      targetCondition: 'from devices.modules where properties.reported.ready = true',
    });
    await parts.twins.report(moduleIdentity('d1', 'cam'), { ready: true });
    await parts.controller.settled();
    expect(desiredOf('d1', 'cam').value).toEqual({ rate: 1 });
  });

  it('when a deployment writes the module whole, its section comes first and the configuration on top, in one evaluation', async () => {
    addDevice('d1', true);
    await deploy('all', { kind: 'module', targetCondition: "from devices.modules where moduleId = 'cam'" });
    const base = aBase('base', { modules: ['cam'] });
    const content = { ...base.content, cam: { 'properties.desired': { rate: 5, keep: true } } };
    parts.deployments.create({ ...base, content }, 'service');
    await parts.controller.settled();
    expect(desiredOf('d1', 'cam')).toMatchObject({ value: { rate: 1, keep: true }, version: 2 });
    expect(statusesOf('d1')['cam']).toEqual({ base: 'Applied', all: 'Applied' });
    const seq = parts.store.read.journal.lastSeq();
    await parts.controller.stop();
    parts.controller.start();
    await parts.controller.settled();
    expect(parts.store.read.journal.lastSeq()).toBe(seq);
    await withdraw('all');
    expect(desiredOf('d1', 'cam').value).toEqual({ rate: 5, keep: true });
    expect(parts.deployments.leftValues()).toEqual([]);
  });
});

describe('removal', () => {
  it('when a configuration is deleted and its rule is leave, its values stay and are offered for removal', async () => {
    addDevice('d1');
    addDevice('d2');
    await deploy('settings', { content: { 'properties.desired.rate': 1, 'properties.desired.at.night': true } });
    parts.twins.patch(deviceIdentity('d2'), { desired: { rate: 3, own: 1 } }, '*', 'service');
    await withdraw('settings');
    expect(desiredOf('d1').value).toEqual({ rate: 1, at: { night: true } });
    expect(parts.deployments.leftValues()).toEqual([{ configurationId: 'settings', twins: 2, isBeingRemoved: false }]);
    expect(parts.deployments.removeLeftValues(deploymentId('settings'), 'console')).toBe(2);
    await parts.controller.settled();
    expect(desiredOf('d1').value).toEqual({});
    // What a hand changed is no longer the configuration's.
    expect(desiredOf('d2').value).toEqual({ rate: 3, own: 1 });
    expect(parts.deployments.leftValues()).toEqual([]);
    expect(parts.journal('configuration-cleared').map((entry) => entry.deviceId)).toEqual(['d1', 'd2']);
    expect(parts.deployments.removeLeftValues(deploymentId('settings'), 'console')).toBe(0);
  });

  it('when its rule is remove, its values go with it, also when the rule was set last of all', async () => {
    addDevice('d1');
    await deploy('a', { onRemoval: 'remove', content: { 'properties.desired.a': 1 } });
    await deploy('b', { content: { 'properties.desired.b': 1 } });
    const { version } = parts.deployments.setOnRemoval(deploymentId('b'), 'remove', 'console');
    expect(version).toBe(1);
    parts.deployments.delete(deploymentId('b'), '*', 'service');
    await withdraw('a');
    expect(desiredOf('d1').value).toEqual({});
  });

  it('when a device no longer matches, the rule holds for it alone', async () => {
    addDevice('d1');
    addDevice('d2');
    await tag(deviceIdentity('d1'), { ring: 'one' });
    await tag(deviceIdentity('d2'), { ring: 'one' });
    await deploy('ring', { targetCondition: "tags.ring = 'one'", onRemoval: 'remove' });
    await tag(deviceIdentity('d1'), { ring: 'two' });
    expect(desiredOf('d1').value).toEqual({});
    expect(desiredOf('d2').value).toEqual({ rate: 1 });
  });

  it('when the rule of a deployment of modules is set, it is refused', () => {
    parts.deployments.create(aBase('base'), 'service');
    expect(() => parts.deployments.setOnRemoval(deploymentId('base'), 'remove', 'console')).toThrow(
      expect.objectContaining({ code: 'request.invalid' }),
    );
  });
});

const manifest = (module: string) => ({
  modulesContent: {
    $edgeAgent: { 'properties.desired': agentSection([module]) },
    [module]: { 'properties.desired': { set: true } },
  },
});

describe('a manifest set on one device', () => {
  it('when a base applies to the device, it is refused with the way out, and afterwards it is not', async () => {
    addDevice('d1', true);
    parts.deployments.create(aBase('base'), 'service');
    await parts.controller.settled();
    expect(() => parts.deployments.applyContent(deviceId('d1'), manifest('m'), 'service')).toThrow(
      expect.objectContaining({
        code: 'deployment.in-charge',
        message: expect.stringMatching(/'d1' has its modules from the deployment 'base': .* or delete it/),
      }),
    );
    await withdraw('base');
    parts.deployments.applyContent(deviceId('d1'), manifest('m'), 'service');
    expect(desiredOf('d1', 'm').value).toEqual({ set: true });
    expect(parts.journal('manifest-set')).toMatchObject([{ deviceId: 'd1', detail: { modules: ['$edgeAgent', 'm'] } }]);
  });

  it('when only layers match the device, it is taken', async () => {
    addDevice('d1', true);
    parts.deployments.create({ ...aBase('layer'), content: { $edgeAgent: {} } }, 'service');
    await parts.controller.settled();
    parts.deployments.applyContent(deviceId('d1'), manifest('m'), 'service');
    expect(desiredOf('d1', '$edgeAgent').value).toEqual(agentSection(['m']));
  });

  it('when a base matches later, it takes over and the journal says so', async () => {
    addDevice('d1', true);
    parts.deployments.applyContent(deviceId('d1'), manifest('m'), 'service');
    parts.deployments.create(aBase('base', { modules: ['n'] }), 'service');
    await parts.controller.settled();
    expect(desiredOf('d1', '$edgeAgent').value).toEqual(agentSection(['n']));
    expect(parts.journal('configuration-changed').at(-1)?.detail).toMatchObject({ base: 'base', takesOver: true });
  });

  it('when nobody set a manifest, a base takes over nothing', async () => {
    addDevice('d1', true);
    parts.deployments.create(aBase('base', { modules: ['n'] }), 'service');
    await parts.controller.settled();
    expect(parts.journal('configuration-changed').at(-1)?.detail).not.toHaveProperty('takesOver');
  });

  it('when configurations match its modules, their values are on top again at once', async () => {
    addDevice('d1', true);
    await deploy('all', { kind: 'module', targetCondition: "from devices.modules where moduleId = 'm'" });
    parts.deployments.applyContent(deviceId('d1'), manifest('m'), 'service');
    await parts.controller.settled();
    expect(desiredOf('d1', 'm').value).toEqual({ set: true, rate: 1 });
  });

  it('when a plain device is given settings, its own twin has them; modules are refused', () => {
    addDevice('d1');
    const deviceContent = { 'properties.desired.a.b': { c: 1, d: null } };
    parts.deployments.applyContent(deviceId('d1'), { deviceContent }, 'service');
    expect(desiredOf('d1').value).toEqual({ a: { b: { c: 1 } } });
    expect(() => parts.deployments.applyContent(deviceId('d1'), manifest('m'), 'service')).toThrow(
      expect.objectContaining({ code: 'device.invalid' }),
    );
    expect(() => parts.deployments.applyContent(deviceId('d1'), { deviceContent: { 'tags.a': 1 } }, 'service')).toThrow(
      expect.objectContaining({ code: 'deployment.content' }),
    );
  });
});
