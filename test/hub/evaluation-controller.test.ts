// Every device ends up at what its deployments say, whatever comes first, and nothing is written twice.
import { describe, expect, it } from 'vitest';
import { evaluationSite } from '#test/support/evaluation-site.ts';
import {
  aBase,
  aLayer,
  aModule,
  aNewDeployment,
  agentSection,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleId,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

const { parts, start, agentDesired, agentModules } = evaluationSite();

describe('evaluation', () => {
  it.each(['m1', 'constructor', '__proto__'])(
    'when a module %s has no section of a deployment, what a person set on it stays',
    async (name) => {
      const { deployments, controller, twins } = await start();
      deployments.create(aBase('base', { modules: [name] }), 'service');
      await controller.settled();
      twins.patch(moduleIdentity('d1', name), { desired: { byHand: 1 } }, undefined, 'service');
      deployments.create(aLayer('layer', 'm2'), 'service');
      await controller.settled();
      expect(agentModules()).toEqual([name, 'm2'].toSorted());
      expect(twins.get(moduleIdentity('d1', name)).desired.value).toEqual({ byHand: 1 });
    },
  );

  it('when a base and a layer match, their fold is written with statuses, a revision and the journal', async () => {
    const { deployments, controller, store, registry, journal } = await start();
    deployments.create(aBase('base', { modules: ['m1'] }), 'service');
    deployments.create(aLayer('layer', 'm2'), 'service');
    await controller.settled();
    expect(agentModules()).toEqual(['m1', 'm2']);
    expect(deployments.statuses(deviceId('d1'))['$edgeAgent']).toEqual({ base: 'Applied', layer: 'Applied' });
    expect(registry.listModules(deviceId('d1')).map(({ moduleId }) => moduleId)).toEqual(
      expect.arrayContaining(['m1', 'm2']),
    );
    expect(store.read.revisions.latest(deviceId('d1'))?.effective.applied).toEqual(['base', 'layer']);
    expect(journal('configuration-changed').at(-1)).toMatchObject({
      actor: 'hub',
      deviceId: 'd1',
      detail: {
        base: 'base',
        applied: ['base', 'layer'],
        notApplied: {},
        desired: [{ moduleId: '$edgeAgent', patch: { modules: { m2: aModule('m2:1') } }, version: 2 }],
      },
    });
    expect(journal('desired-changed')).toEqual([]);
    expect(deployments.counts(deploymentId('base'))).toMatchObject({ targetedCount: 1, appliedCount: 1 });
  });

  it('when a tag changes, only that device is given another configuration', async () => {
    const { deployments, twins, controller } = await start({ devices: ['d1', 'd2'] });
    deployments.create(aBase('base'), 'service');
    deployments.create(aLayer('layer', 'm', { targetCondition: "tags.role = 'camera'" }), 'service');
    await controller.settled();
    twins.patch(deviceIdentity('d2'), { tags: { role: 'camera' } }, '*', 'service');
    await controller.settled();
    expect(agentModules('d1')).toEqual([]);
    expect(agentModules('d2')).toEqual(['m']);
  });

  it('when a layer stops matching or is deleted, what it wrote is gone, its own module section included', async () => {
    const { deployments, twins, controller } = await start();
    const content = {
      $edgeAgent: { 'properties.desired.modules.m': aModule('m:1') },
      m: { 'properties.desired.rate': 5 },
      other: { 'properties.desired': { a: 1 } },
    };
    deployments.create(aBase('base', { modules: ['other'] }), 'service');
    deployments.create(aNewDeployment('layer', { priority: 5, content }), 'service');
    await controller.settled();
    expect(twins.get(moduleIdentity('d1', 'm')).desired.value).toEqual({ rate: 5 });
    deployments.delete(deploymentId('layer'), '*', 'service');
    await controller.settled();
    expect(agentModules()).toEqual(['other']);
    expect(twins.get(moduleIdentity('d1', 'm')).desired.value).toEqual({});
    expect(twins.get(moduleIdentity('d1', 'other')).desired.value).toEqual({});
  });

  it('when the last base goes, the device keeps what it runs and is unmanaged; the next base takes over all of it', async () => {
    const { deployments, twins, controller, store } = await start();
    deployments.create(aBase('base', { modules: ['m1'] }), 'service');
    deployments.create(
      aNewDeployment('layer', { priority: 5, content: { $edgeAgent: {}, m1: { 'properties.desired.rate': 5 } } }),
      'service',
    );
    await controller.settled();
    deployments.delete(deploymentId('base'), '*', 'service');
    await controller.settled();
    expect(agentModules()).toEqual(['m1']);
    expect(twins.get(moduleIdentity('d1', 'm1')).desired.value).toEqual({ rate: 5 });
    expect(store.read.revisions.latest(deviceId('d1'))?.effective).toMatchObject({
      base: null,
      applied: [],
      notApplied: { layer: { reason: 'no-base' } },
    });
    deployments.delete(deploymentId('layer'), '*', 'service');
    deployments.create(aBase('next', { modules: ['m2'] }), 'service');
    await controller.settled();
    expect(agentModules()).toEqual(['m2']);
    expect(twins.get(moduleIdentity('d1', 'm1')).desired.value).toEqual({});
  });

  it('when nothing changed, evaluating everything again writes nothing', async () => {
    const { deployments, controller, store } = await start({ devices: ['d1', 'd2', 'd3'] });
    deployments.create(aBase('base', { modules: ['m1'] }), 'service');
    deployments.create(aLayer('layer', 'm2'), 'service');
    await controller.settled();
    const lastSeq = store.read.journal.lastSeq();
    await controller.stop();
    controller.start();
    await controller.settled();
    expect(store.read.journal.lastSeq()).toBe(lastSeq);
  });

  it('when a desired property is changed by hand, it stays until the next evaluation and is then overwritten', async () => {
    const { deployments, twins, controller, store } = await start();
    deployments.create(aBase('base', { modules: ['m1'] }), 'service');
    deployments.create(aLayer('layer', 'm2', { targetCondition: 'tags.hall > 5' }), 'service');
    await controller.settled();
    const revision = store.read.revisions.latest(deviceId('d1'))?.revision;
    twins.patch(moduleIdentity('d1', '$edgeAgent'), { desired: { byHand: true } }, '*', 'service');
    twins.patch(deviceIdentity('d1'), { tags: { nobodyReads: 1 } }, '*', 'service');
    await controller.settled();
    expect(agentDesired()).toMatchObject({ byHand: true });
    twins.patch(deviceIdentity('d1'), { tags: { hall: 1 } }, '*', 'service');
    await controller.settled();
    expect(agentDesired()).toEqual(agentSection(['m1']));
    expect(store.read.revisions.latest(deviceId('d1'))?.revision).toBe(revision);
  });

  it('when a module that a deployment names is deleted by hand, it comes back', async () => {
    const { deployments, registry, controller } = await start();
    deployments.create(aBase('base', { modules: ['m1'] }), 'service');
    await controller.settled();
    registry.deleteModule(deviceId('d1'), moduleId('m1'), '*', 'service');
    await controller.settled();
    expect(registry.getModule(deviceId('d1'), moduleId('m1'))).toMatchObject({ managedBy: 'iotEdge' });
  });

  it('when a condition reads reported properties, a report brings the device in', async () => {
    const { deployments, twins, controller } = await start();
    deployments.create(aBase('base'), 'service');
    deployments.create(aLayer('layer', 'm', { targetCondition: "properties.reported.model = '4000x'" }), 'service');
    await controller.settled();
    expect(agentModules()).toEqual([]);
    await twins.report(deviceIdentity('d1'), { model: '4000x' });
    await controller.settled();
    expect(agentModules()).toEqual(['m']);
  });

  it('when the device is no edge device, deployments pass it by', async () => {
    const { deployments, registry, controller } = await start();
    registry.createDevice({ deviceId: deviceId('plain') }, 'service');
    deployments.create(aBase('base'), 'service');
    await controller.settled();
    expect(deployments.counts(deploymentId('base')).targetedCount).toBe(1);
    expect(registry.listModules(deviceId('plain'))).toEqual([]);
  });

  it('when a deployment goes and the tag it matched by changes in one commit, the device is looked at', async () => {
    const { store, deployments, twins, controller } = await start();
    deployments.create(aBase('base'), 'service');
    deployments.create(aLayer('layer', 'm', { targetCondition: "tags.role = 'camera'" }), 'service');
    const twin = twins.patch(deviceIdentity('d1'), { tags: { role: 'camera' } }, '*', 'service');
    await controller.settled();
    expect(agentModules()).toEqual(['m']);
    store.change((write) => {
      const id = deploymentId('layer');
      write.deployments.delete(id);
      write.journal.append({ kind: 'deployment-deleted', actor: 'service', deploymentId: id });
      write.twins.update({ ...twin, tags: {} });
      const detail = { patch: { role: null }, version: 3 };
      write.journal.append({ kind: 'tags-changed', actor: 'service', ...deviceIdentity('d1'), detail });
    });
    await controller.settled();
    expect(agentModules()).toEqual([]);
  });

  it('when somebody who hears of a deployment first changes a tag at once, the device is looked at', async () => {
    const { store, registry, deployments, twins, controller } = parts;
    registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    twins.patch(deviceIdentity('d1'), { tags: { role: 'camera' } }, '*', 'service');
    deployments.create(aBase('base'), 'service');
    deployments.create(aLayer('layer', 'm', { targetCondition: "tags.role = 'camera'" }), 'service');
    store.onCommitted((entries) => {
      if (entries.some(({ kind }) => kind === 'deployment-deleted'))
        twins.patch(deviceIdentity('d1'), { tags: { role: null } }, '*', 'service');
    });
    controller.start();
    await controller.settled();
    expect(agentModules()).toEqual(['m']);
    deployments.delete(deploymentId('layer'), '*', 'service');
    await controller.settled();
    expect(agentModules()).toEqual([]);
  });

  it('when many devices are due, each gets the configuration of its own tags', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `d${index}`);
    const { deployments, twins, controller } = await start({ devices: ids });
    for (const [index, id] of ids.entries())
      twins.patch(deviceIdentity(id), { tags: { group: index % 3 } }, '*', 'service');
    deployments.create(aBase('base'), 'service');
    for (const group of [0, 1, 2])
      deployments.create(
        aLayer(`layer-${group}`, `m${group}`, { targetCondition: `tags.group = ${group}` }),
        'service',
      );
    await controller.settled();
    expect(ids.map((id) => agentModules(id).join())).toEqual(ids.map((_, index) => `m${index % 3}`));
  });
});
