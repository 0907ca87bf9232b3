// A deployment taken back to what applies without it: told before and made as told, in waves of its own, and undone in the same way.
import { describe, expect, test } from 'vitest';
import { deploymentId } from '#test/support/hub-parts.ts';
import { inTwo, rollbackSite, without } from '#test/support/rollback-site.ts';

const { site, back, folded, given, plan, rolledOut, sent } = rollbackSite();

describe('what applies without it', () => {
  test('it is told before, reaches wave by wave, and gives each device the very configuration it had', async () => {
    await site.devices('d1', 'd2');
    const before = given('d1')?.modules;
    const sentBefore = sent('d1');
    await site.rollOut();
    for (const id of ['d1', 'd2']) await site.end(id);

    expect(await plan(without(), { waves: inTwo })).toEqual({
      problems: [],
      warnings: [],
      groups: [{ outcome: "base 'v1' applies", deploymentId: null, devices: 2, deviceIds: ['d1', 'd2'] }],
      deployments: [
        { id: 'v2-back-1', content: 'nothing: it takes away what is rolled back', priority: 6, devices: 2 },
      ],
      waves: [
        { name: 'first', deviceIds: ['d1'], devices: 1 },
        { name: 'rest', deviceIds: ['d2'], devices: 1 },
      ],
    });
    expect(site.parts.store.read.deployments.count()).toBe(2);

    const { deploymentIds } = await back(without(), { waves: inTwo });
    expect(deploymentIds).toEqual(['v2-back-1']);
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2' });
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1 });
    await site.end('d1');
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    await site.end('d2');

    expect(site.state('v2-back-1')).toMatchObject({ status: 'finished' });
    expect(site.standings('v2-back-1')).toEqual({ d1: 'success', d2: 'success' });
    expect(given('d1')).toMatchObject({ modules: before, base: 'v1', applied: ['v1', 'v2-back-1'] });
    expect(sent('d1')).toEqual(sentBefore);
    // What succeeded stays so, and says what became of it.
    expect(site.standings()).toEqual({ d1: 'success', d2: 'success' });
    expect(site.operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 1 }).rows).toMatchObject([
      {
        explanation: "It ran what was rolled out, since attempt 1. It was rolled back by deployment 'v2-back-1'.",
      },
    ]);
    for (const id of ['v2', 'v2-back-1']) expect(folded(id)).toEqual(site.state(id));
  });

  test('the history has it: a deployment with its label, its rows in the journal, its rollout among the others', async () => {
    await rolledOut('d1');
    await back(without());
    expect(site.parts.deployments.get(deploymentId('v2-back-1'))).toMatchObject({
      labels: { 'takes-back': 'v2' },
      content: { $edgeAgent: {} },
    });
    expect(site.parts.journal('rollout-created').at(-1)).toMatchObject({
      deploymentId: 'v2-back-1',
      actor: 'console',
      detail: { takesBackNumber: site.parts.deployments.get(deploymentId('v2')).createdAtMs },
    });
    expect(site.operations.rollouts()[0]).toMatchObject({
      deploymentId: 'v2-back-1',
      cause: { by: 'hub' },
    });
  });

  test('when a device fails in it, its own stop rule stops it, and whoever it had not come to keeps the deployment', async () => {
    await rolledOut('d1', 'd2');
    const stop = { atLeastFailed: 1, comparison: '≥' as const, percent: 1, action: { kind: 'pause' as const } };
    await back(without(), { waves: inTwo, stop });
    await site.end('d1', 'failed-left');
    expect(site.state('v2-back-1').status).toBe('paused');
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2' });
  });

  test('when it is itself taken back, the deployment comes again, and the journal tells it so', async () => {
    await rolledOut('d1', 'd2');
    const had = given('d1')?.modules;
    await back(without(), { waves: inTwo });
    await site.operations.orderRollout({ deploymentId: 'v2-back-1', order: 'rollBack' });
    await site.settle();
    await site.end('d1');
    expect(site.state('v2-back-1').status).toBe('rolled-back');
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2' });
    expect(given('d1')?.modules).toEqual(had);
    expect(folded('v2')).toEqual(site.state('v2'));
  });

  test('when a finished one is taken back, what it took comes again, with waves of its own', async () => {
    await rolledOut('d1', 'd2');
    const had = given('d1')?.modules;
    await back(without());
    for (const id of ['d1', 'd2']) await site.end(id);
    const undo = without({ deploymentId: 'v2-back-1' });
    expect((await plan(undo)).groups).toMatchObject([{ outcome: "base 'v2' applies", devices: 2 }]);
    expect((await back(undo, { waves: inTwo })).deploymentIds).toEqual(['v2-back-2']);
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1' });
    for (const id of ['d1', 'd2']) await site.end(id);
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2' });
    expect(given('d2')?.modules).toEqual(had);
  });

  test('when the hub is started anew in the middle, it goes on where it was', async () => {
    await rolledOut('d1', 'd2');
    await back(without(), { waves: inTwo });
    await site.restart();
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2' });
    await site.end('d1');
    await site.restart();
    await site.end('d2');
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    expect(site.state('v2-back-1').status).toBe('finished');
  });

  test('when the deployment is deleted meanwhile, the rest have what they get, and prove it when their turn comes', async () => {
    await rolledOut('d1', 'd2');
    await back(without(), { waves: inTwo });
    site.parts.deployments.delete(deploymentId('v2'), '*', 'service');
    await site.settle();
    await site.end('d1');
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    expect(site.standings('v2-back-1')).toEqual({ d1: 'success', d2: 'pending' });
    await site.end('d2');
    expect(site.state('v2-back-1').status).toBe('finished');
  });

  test('when a newer rollout comes meanwhile, it takes its place, and what was taken back stays so', async () => {
    await rolledOut('d1', 'd2');
    await back(without(), { waves: inTwo });
    await site.end('d1');
    await site.settle();
    await site.rollOut({ concurrency: 1 }, 'v3');
    expect(site.state('v2-back-1').status).toBe('superseded');
    await site.end('d2');
    await site.end('d1');
    await site.end('d2');
    expect(site.bases()).toEqual({ d1: 'v3', d2: 'v3' });
  });

  test('when only some of the devices are named, the others keep it', async () => {
    await rolledOut('d1', 'd2', 'd3');
    await back(without({ deviceIds: ['d2'] }));
    await site.end('d2');
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1', d3: 'v2' });
    expect(await plan(without({ deviceIds: ['d1', 'd2', 'x'] }))).toMatchObject({
      problems: [{ at: 'way.deviceIds', message: "'v2' does not reach 'd2', 'x': leave out what it does not reach." }],
    });
  });

  test('when its own rollout is under way, that ends, and whoever it had not begun never gets it', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ concurrency: 1 });
    expect((await plan(without())).warnings).toEqual([
      "The rollout of 'v2' is under way: it ends, and whoever it has not begun does not get it.",
    ]);
    await back(without());
    // What it has in change comes to its end before the way back begins.
    await site.end('d1');
    await site.end('d1');
    expect(site.state('v2')).toMatchObject({ status: 'superseded' });
    expect(site.standings('v2')).toMatchObject({ d2: 'aborted' });
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    expect(folded('v2')).toEqual(site.state('v2'));
  });
});
