// Contents that devices go back to, each byte for byte, and what cannot be gone back to.
import { describe, expect, test } from 'vitest';
import type { RollbackWay } from '#contract/console-rollbacks.ts';
import { aBase, aLayer, deploymentId, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';
import { consoleCaller } from '#test/support/console-caller.ts';
import { inTwo, rollbackSite, without } from '#test/support/rollback-site.ts';

const { site, back, given, plan, rolledOut, sent } = rollbackSite();

describe('a content instead', () => {
  test('an earlier deployment, outranked now, takes the place, and layers above stay', async () => {
    await site.devices('d1');
    site.parts.deployments.create(aBase('old', { targetCondition: "deviceId = 'none'", modules: ['old'] }), 'service');
    site.parts.deployments.create(aLayer('extra', 'x', { priority: 9 }), 'service');
    await site.rollOut();
    await site.end('d1');
    const way: RollbackWay = { kind: 'to-deployment', deploymentId: 'v2', deviceIds: null, earlierId: 'old' };
    expect((await plan(way)).groups).toMatchObject([
      { outcome: "the content of 'old' applies again with layer 'extra'", deploymentId: 'v2-back-1' },
    ]);
    await back(way);
    await site.end('d1');
    expect(given('d1')).toMatchObject({ base: 'v2-back-1', applied: ['v2-back-1', 'extra'] });
    expect(given('d1')?.modules['$edgeAgent']).toHaveProperty('modules.old');
    expect(given('d1')?.modules['$edgeAgent']).toHaveProperty('modules.x');
  });

  test('the last good revision is given byte for byte, whatever layers are there now', async () => {
    await site.devices('d1', 'd2');
    site.parts.deployments.create(aLayer('extra', 'x', { priority: 3, targetCondition: "deviceId = 'd2'" }), 'service');
    await site.settle();
    const before = [given('d1')?.modules, given('d2')?.modules];
    await site.rollOut();
    for (const id of ['d1', 'd2']) await site.end(id);
    site.parts.deployments.create(aLayer('later', 'y', { priority: 70 }), 'service');
    await site.settle();
    const way: RollbackWay = { kind: 'to-last-good', deploymentId: 'v2', deviceIds: null };
    expect(await plan(way)).toMatchObject({
      deployments: [{ id: 'v2-back-1' }, { id: 'v2-back-2', priority: 70 }, { id: 'v2-back-3', priority: 70 }],
      warnings: [
        'Its base has priority 70, the highest of all that match these devices, so that no layer changes it: a later base ' +
          'needs at least 70 there, and a layer more.',
      ],
    });
    await back(way);
    for (const id of ['d1', 'd2']) await site.end(id);
    expect([given('d1')?.modules, given('d2')?.modules]).toEqual(before);
    expect(sent('d2')).toEqual(before[1]?.['$edgeAgent']);
    expect(site.state('v2-back-1').status).toBe('finished');
  });

  test('a revision that its rollout told had failed is no good one: the one before it is', async () => {
    await site.devices('d1');
    const good = given('d1')?.modules;
    await site.rollOut({}, 'bad');
    await site.end('d1', 'failed-left');
    await site.rollOut({}, 'v2');
    await site.end('d1');
    await back({ kind: 'to-last-good', deploymentId: 'v2', deviceIds: null });
    await site.end('d1');
    expect(given('d1')?.modules).toEqual(good);
  });

  test('one that its rollout proved is told to be proved', async () => {
    await rolledOut('d1');
    const good = given('d1')?.modules;
    await site.rollOut({}, 'v3');
    await site.end('d1');
    const way: RollbackWay = { kind: 'to-last-good', deploymentId: 'v3', deviceIds: null };
    expect((await plan(way)).groups).toMatchObject([
      { outcome: 'its last good revision, which a rollout proved, applies again' },
    ]);
    await back(way);
    await site.end('d1');
    expect(given('d1')?.modules).toEqual(good);
  });

  test('an empty base keeps the runtime and its system modules, and takes every module', async () => {
    await rolledOut('d1');
    await back({ kind: 'to-empty', deploymentId: 'v2', deviceIds: null });
    await site.end('d1');
    const { modules: _gone, ...kept } = given('d1')?.modules['$edgeAgent'] ?? {};
    expect(given('d1')?.modules['$edgeAgent']).toEqual({ ...kept, modules: {} });
    expect(kept).toMatchObject({ runtime: { type: 'docker' }, systemModules: { edgeAgent: {}, edgeHub: {} } });
    expect(site.parts.twins.get(moduleIdentity('d1', '$edgeAgent')).desired.value['modules']).toEqual({});
  });
});

describe('one device, set back to a revision', () => {
  test('it alone gets what it had then, above all layers', async () => {
    await rolledOut('d1', 'd2');
    const first = site.parts.store.read.revisions.get(deviceId('d1'), 1)?.effective.modules;
    site.parts.deployments.create(aLayer('extra', 'x', { priority: 2_147_483_647 }), 'service');
    await site.settle();
    const { deploymentIds } = await back({ kind: 'to-revision', deviceId: 'd1', revision: 1 });
    expect(deploymentIds).toEqual(['d1-back-1']);
    await site.end('d1');
    expect(given('d1')?.modules).toEqual(first);
    expect(given('d2')?.base).toBe('v2');
    expect(site.parts.deployments.get(deploymentId('d1-back-1'))).toMatchObject({
      targetCondition: "deviceId = 'd1'",
      labels: { 'sets-back': 'd1', 'to-revision': '1' },
    });
  });

  test.each([
    [9, "Device 'd1' has no revision 9: its revisions are 1 to 2."],
    [2, "Revision 2 is what 'd1' is given now: choose one that differs from it."],
  ])('when that is revision %i, it is refused and told why', async (revision, sentence) => {
    await rolledOut('d1');
    await expect(plan({ kind: 'to-revision', deviceId: 'd1', revision })).rejects.toThrow(sentence);
  });
});

describe('what is refused', () => {
  test.each<[string, () => RollbackWay, string]>([
    ['an unknown deployment', () => without({ deploymentId: 'none' }), "There is no deployment 'none' on this hub."],
    [
      'a base to a layer',
      () => ({ kind: 'to-deployment', deploymentId: 'v2', deviceIds: null, earlierId: 'layer' }),
      "'v2' is a base and 'layer' is none, so it cannot stand in its place: name a base.",
    ],
    [
      'one to itself',
      () => ({ kind: 'to-deployment', deploymentId: 'v2', deviceIds: null, earlierId: 'v2' }),
      "'v2' cannot be rolled back to itself: name an earlier deployment.",
    ],
  ])('%s is refused with what to do', async (_what, way, sentence) => {
    await rolledOut('d1');
    site.parts.deployments.create(aLayer('layer', 'x'), 'service');
    await expect(plan(way())).rejects.toThrow(sentence);
  });

  test('one that is being taken back, or that reaches nobody, is refused', async () => {
    await rolledOut('d1', 'd2');
    await back(without(), { waves: inTwo });
    await expect(back(without())).rejects.toThrow(
      "'v2' is being rolled back already, by 'v2-back-1': wait for the end of its rollout, or cancel it first.",
    );
    for (const id of ['d1', 'd2']) await site.end(id);
    await expect(back(without())).rejects.toThrow("'v2' reaches no device, so there is nothing to roll back.");
  });

  test('one whose rollout is rolling back is refused', async () => {
    await site.devices('d1');
    await site.rollOut();
    await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
    await expect(back(without())).rejects.toThrow(
      "'v2' is being rolled back already, by its own rollout: wait for its end, or hurry it.",
    );
  });

  test('what the window asks is checked for its shape', async () => {
    await rolledOut('d1');
    const console = consoleCaller(site.parts);
    const way = { kind: 'without', deploymentId: 'v2' } as const;
    const gate = { successPercent: 100, soakMs: 0, needsPerson: false };
    const limits = { concurrency: null, startsAtMs: null, windows: [], retries: 0, stop: null, budgets: [] };
    const policy = {
      ...limits,
      targets: { kind: 'fixed' as const },
      waves: [{ name: 'all', members: { kind: 'rest' as const }, gate }],
      stepLimitMs: 600_000,
      settleMs: 0,
    };
    expect((await console.planRollback({ way, policy })).groups).toMatchObject([{ devices: 1 }]);
    await expect(console.createRollback({ way: { ...way, withoutBase: 'drop' as 'keep' }, policy })).rejects.toThrow(
      'withoutBase',
    );
    await expect(console.planRollback({ way: { ...way, deviceIds: [] }, policy })).rejects.toThrow('deviceIds');
  });

  test('more contents than are made at once are refused, with how to take fewer', async () => {
    const ids = Array.from({ length: 21 }, (_, index) => `d${index + 10}`);
    for (const id of ids) {
      site.parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
      site.parts.deployments.create(
        aBase(`of-${id}`, { targetCondition: `deviceId = '${id}'`, modules: [id] }),
        'service',
      );
    }
    await site.settle();
    site.parts.deployments.create(aBase('all', { priority: 3 }), 'service');
    await site.settle();
    expect(await plan({ kind: 'to-last-good', deploymentId: 'all', deviceIds: null })).toMatchObject({
      problems: [
        {
          message:
            'these devices would go back to 21 different contents, and at most 20 are made at once: roll back some of the ' +
            'devices at a time, with deviceIds.',
        },
      ],
    });
  });

  test('a policy that makes no sense, or a growing set, is told whole', async () => {
    await rolledOut('d1');
    expect(await plan(without(), { waves: [], targets: { kind: 'growing', maxDevices: null } })).toMatchObject({
      problems: [{ at: 'policy.waves' }, { at: 'policy.targets' }],
    });
  });
});
