// What cannot be meant is refused with why, and what fits instead.
import { expect, test } from 'vitest';
import type { RolloutOrder } from '#contract/console-rollouts.ts';
import { createEffectiveOperations } from '#hub/preview/effective-view.ts';
import { aBase, aNewConfiguration, deploymentId } from '#test/support/hub-parts.ts';
import { newPolicy, newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const order = (what: RolloutOrder) => site.operations.orderRollout({ deploymentId: 'v2', order: what });

test.each(['deviceContent', 'moduleContent'])(
  'when a rollout of %s is asked for, it is told what it is',
  async (key) => {
    await site.devices('d1');
    const { kind: _edge, metricQueries: _none, schemaVersion: _one, ...deployment } = aBase('c2');
    const content = { [key]: { 'properties.desired.interval': 5 } };
    const sentence =
      "'c2' is an automatic configuration, and rollouts are for deployments of modules: make it without a rollout.";
    const request = { deployment: { ...deployment, content }, policy: newPolicy() };
    await expect(site.operations.createRollout(request)).rejects.toThrow(sentence);
    await expect(site.operations.planRollout(request)).rejects.toMatchObject({ code: 'rollout.invalid' });
    site.parts.deployments.create(aNewConfiguration('c1'), 'service');
    await expect(site.operations.planRollout({ ...request, deployment: 'c1' })).rejects.toThrow(
      "'c1' is an automatic configuration",
    );
  },
);

const backTo = (id: string) =>
  newPolicy({
    targets: { kind: 'growing', maxDevices: null },
    stop: {
      atLeastFailed: 2,
      comparison: '≥',
      percent: 1,
      action: { kind: 'roll-back-to', deploymentId: deploymentId(id) },
    },
  });

test('when a stop rule leads back to what cannot stand in its place, it is refused, and a plan tells what would do nothing', async () => {
  await site.devices('d1');
  const { kind: _edge, metricQueries: _none, schemaVersion: _one, ...deployment } = aBase('v2', { priority: 5 });
  site.parts.deployments.create(aBase('idle', { targetCondition: "deviceId = 'none'" }), 'service');
  site.parts.deployments.create({ ...aBase('extra'), content: { $edgeAgent: {} } }, 'service');
  const problems = async (of: typeof deployment | string, id: string) =>
    (await site.operations.planRollout({ deployment: of, policy: backTo(id) })).problems.map(({ message }) => message);
  expect(await problems('idle', 'idle')).toEqual([
    "'idle' cannot be rolled back to itself: name an earlier deployment.",
  ]);
  expect(await problems(deployment, 'extra')).toEqual([
    "'v2' is a base and 'extra' is none, so it cannot stand in its place: name a base.",
  ]);
  expect(await problems(deployment, 'v1')).toEqual([]);
  const fixed = { ...backTo('v1'), targets: { kind: 'fixed' } as const };
  expect((await site.operations.planRollout({ deployment, policy: fixed })).warnings).toEqual([
    'The stop rule needs ≥ 2 failed devices, and there is 1 in all, so that it never stops the rollout: ask for fewer.',
  ]);
});

test('when an order does not fit, it is refused and nothing is written', async () => {
  await site.devices('d1');
  await site.rollOut();
  const { length } = site.parts.journal();
  await expect(order('resume')).rejects.toThrow('It is not paused: it goes on by itself.');
  await expect(order('hurry')).rejects.toThrow('It has no maintenance windows');
  expect(site.parts.journal().length).toBe(length);
});

test('when it is over and devices are in mid-change, it is final all the same', async () => {
  await site.devices('d1');
  await site.rollOut();
  await order('cancel');
  await expect(order('pause')).rejects.toThrow("The rollout of 'v2' is canceled, which is final");
});

test('when two hundred newer rollouts were made, a device is still told why one does not reach it', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ waves: [newWave({ name: 'a', members: { kind: 'count', count: 1 } }), newWave()] });
  const { read } = site.parts.store;
  const head = read.rollouts.head(read.rollouts.numberOf(deploymentId('v2')) ?? 0);
  if (head === undefined) throw new Error('there is no rollout');
  site.parts.store.change((write) => {
    for (let more = 1; more <= 201; more += 1) {
      const state = { ...head.state, deploymentId: deploymentId(`more-${more}`), devices: new Map() };
      write.rollouts.insert({ ...head, number: head.number + more, isOpen: false, state });
    }
  });
  const view = createEffectiveOperations(read).effective({ deviceId: 'd2', revision: null, after: 0, limit: 1 });
  expect(view.notApplied).toMatchObject([
    { id: 'v2', reason: 'waits for its turn in the rollout: wave 2 of 2 is not open yet' },
  ]);
});
