// A rollout that goes back by its stop rule or by a person's order is a deployment in the history, which is found by its label, among
// the rollouts and in the journal, and can be taken back like any other.
import { expect, test } from 'vitest';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { aBase, deploymentId } from '#test/support/hub-parts.ts';
import { inTwo, rollbackSite, without } from '#test/support/rollback-site.ts';

const { site, back, folded, given, plan } = rollbackSite();

type Action = NonNullable<RolloutPolicy['stop']>['action'];
const stopWith = (action: Action) => ({ atLeastFailed: 1, comparison: '≥' as const, percent: 1, action });
const deploymentIds = () => site.parts.store.read.deployments.list().map(({ id }) => String(id));

test('when a stop rule takes a rollout back, it is a deployment with a label, a rollout, and rows of the journal', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ waves: inTwo, stop: stopWith({ kind: 'roll-back' }) });
  await site.end('d1', 'failed-left');
  const made = site.parts.deployments.get(deploymentId('v2-back-1'));
  expect(made).toMatchObject({ labels: { 'takes-back': 'v2' }, content: { $edgeAgent: {} }, priority: 6 });
  const [created, rollout] = ['deployment-created', 'rollout-created'].map((kind) =>
    site.parts.journal(kind as 'rollout-created').at(-1),
  );
  expect(created).toMatchObject({ deploymentId: 'v2-back-1', actor: 'hub' });
  expect(rollout).toMatchObject({
    deploymentId: 'v2-back-1',
    detail: {
      status: 'finished',
      takesBackNumber: site.parts.deployments.get(deploymentId('v2')).createdAtMs,
      cause: {
        by: 'hub',
        reason:
          "It takes 'v2' back. 1 of 1 device tried so far failed, which is 100 %: the stop rule is ≥ 1 % and ≥ 1 device.",
      },
    },
  });
  await site.end('d1');
  expect(site.state()).toMatchObject({ status: 'rolled-back' });
  // It reaches those that went back, and nobody else; and once is enough.
  expect(site.standings('v2-back-1')).toEqual({ d1: 'already-installed' });
  expect(given('d1')).toMatchObject({ base: 'v1', applied: ['v1', 'v2-back-1'] });
  expect(given('d2')).toMatchObject({ base: 'v1', applied: ['v1'] });
  expect(deploymentIds()).toHaveLength(3);
  await site.restart();
  expect(given('d1')).toMatchObject({ base: 'v1', applied: ['v1', 'v2-back-1'] });
  for (const id of ['v2', 'v2-back-1']) expect(folded(id)).toEqual(site.state(id));
});

test('when a person orders it, the history has it in the same way, and it can be taken back itself', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ waves: inTwo });
  await site.end('d1');
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
  await site.settle();
  for (const id of ['d1', 'd2']) await site.end(id);
  expect(site.state().status).toBe('rolled-back');
  expect(site.parts.deployments.get(deploymentId('v2-back-1'))).toMatchObject({ labels: { 'takes-back': 'v2' } });
  expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
  const undo = without({ deploymentId: 'v2-back-1' });
  expect((await plan(undo)).groups).toMatchObject([{ outcome: "base 'v2' applies" }]);
  await back(undo);
  for (const id of ['d1', 'd2']) await site.end(id);
  expect(site.bases()['d1']).toBe('v2');
  for (const id of ['v2', 'v2-back-1', 'v2-back-2']) expect(folded(id)).toEqual(site.state(id));
});

test('when it goes back to an earlier content, that deployment says what it takes back', async () => {
  await site.devices('d1');
  site.parts.deployments.create(
    aBase('old', { targetCondition: "deviceId = 'none'", modules: ['old'], labels: { of: 'spring' } }),
    'service',
  );
  await site.rollOut({ stop: stopWith({ kind: 'roll-back-to', deploymentId: deploymentId('old') }) });
  await site.end('d1', 'failed-left');
  expect(site.parts.deployments.get(deploymentId('old-again-1'))).toMatchObject({
    labels: { of: 'spring', 'takes-back': 'v2' },
  });
  expect(site.bases()).toEqual({ d1: 'old-again-1' });
  expect(deploymentIds()).not.toContain('v2-back-1');
});

test('when the earlier one is gone by then, what applies below does', async () => {
  await site.devices('d1');
  site.parts.deployments.create(aBase('old', { targetCondition: "deviceId = 'none'" }), 'service');
  await site.rollOut({ stop: stopWith({ kind: 'roll-back-to', deploymentId: deploymentId('old') }) });
  site.parts.deployments.delete(deploymentId('old'), '*', 'service');
  await site.settle();
  await site.end('d1', 'failed-left');
  expect(given('d1')).toMatchObject({ base: 'v1', applied: ['v1', 'v2-back-1'] });
});
