// One device or deployment that fails holds up no other, is told, and is well again once its cause is gone.
import { expect, it } from 'vitest';
import { unready } from '#base/errors.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { evaluationSite } from '#test/support/evaluation-site.ts';
import { aBase, aLayer, aNewDeployment, deploymentId, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

const { parts, start, agentModules } = evaluationSite();

it('when the fold is too large for one device, it is reported and the other devices go on', async () => {
  const { deployments, twins, controller } = await start({ devices: ['big', 'small'] });
  deployments.create(aBase('base'), 'service');
  const big = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`k${index}`, 'x'.repeat(4000)]));
  for (const id of ['one', 'two']) {
    const content = { $edgeAgent: {}, m: { [`properties.desired.${id}`]: big } };
    deployments.create(aNewDeployment(id, { priority: 5, targetCondition: 'tags.big = true', content }), 'service');
  }
  twins.patch(deviceIdentity('big'), { tags: { big: true } }, '*', 'service');
  deployments.create(aLayer('later', 'm3'), 'service');
  await controller.settled();
  expect(controller.failures().get(deviceId('big'))).toMatchObject({ code: 'twin.too-large', kind: 'refused' });
  expect(agentModules('small')).toEqual(['m3']);
  twins.patch(deviceIdentity('big'), { tags: { big: true } }, '*', 'service');
  await controller.settled();
  expect(parts.journal('configuration-refused')).toMatchObject([
    { deviceId: 'big', detail: { code: 'twin.too-large', reason: expect.stringMatching(/big\/m.*more than/) } },
  ]);
  expect(deployments.statuses(deviceId('big'))['$edgeAgent']?.['two']).toBe('Targeted');
  expect(deployments.counts(deploymentId('two'))).toMatchObject({ targetedCount: 1, appliedCount: 0 });
  deployments.delete(deploymentId('two'), '*', 'service');
  await controller.settled();
  expect(controller.failures().size).toBe(0);
  expect(agentModules('big')).toEqual(['m3']);
});

it('when the disk refuses for a while, the device is tried again after a backoff', async () => {
  const { store, clock, log, registry, deployments } = parts;
  let isFull = true;
  const changeSoon: typeof store.changeSoon = (work) =>
    isFull ? Promise.reject(unready('store.full', 'The disk is full.')) : store.changeSoon(work);
  const controller = new EvaluationController({
    store: { ...store, changeSoon },
    clock,
    log,
    random: () => 0.5,
  });
  registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  controller.start();
  await controller.settled();
  expect(controller.failureOf(deviceId('d1'))).toMatchObject({ code: 'store.full' });
  isFull = false;
  clock.advance(2000);
  await controller.settled();
  expect(agentModules()).toEqual(['m1']);
  expect(controller.failures().size).toBe(0);
  await controller.stop();
});

it('when a stored condition cannot be read, that deployment matches nothing and the others work', async () => {
  const { store, deployments, controller } = await start();
  store.change((write) => {
    const unreadable = {
      ...aBase('odd', { targetCondition: 'FUTURE SYNTAX' }),
      createdAtMs: 1,
      updatedAtMs: 1,
      version: 1,
    };
    write.deployments.insert(unreadable);
    write.journal.append({ kind: 'deployment-created', actor: 'service', deploymentId: unreadable.id });
  });
  deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  await controller.settled();
  expect(agentModules()).toEqual(['m1']);
});
