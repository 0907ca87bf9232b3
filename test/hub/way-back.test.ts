// A rollout that goes back by its stop rule or by a person's order, where the rule asks for what ran before, or for something where no
// base is left: what devices are given, and what is said before.
import { describe, expect, test } from 'vitest';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { mostWayBackContents } from '#hub/rollouts/way-back.ts';
import { aBase, aLayer, deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { inTwo, rollbackSite, without } from '#test/support/rollback-site.ts';

const { site, back, folded, given, narrow } = rollbackSite();

type Action = NonNullable<RolloutPolicy['stop']>['action'];
const stopWith = (action: Action) => ({ atLeastFailed: 1, comparison: '≥' as const, percent: 1, action });
const deploymentIds = () => site.parts.store.read.deployments.list().map(({ id }) => String(id));

const modulesOf = (id: string) => Object.keys(given(id)?.modules['$edgeAgent']?.['modules'] ?? { none: null });

async function warningsOf(action: Action): Promise<readonly string[]> {
  const { kind: _edge, metricQueries: _none, schemaVersion: _one, ...deployment } = aBase('v2', { priority: 5 });
  const policy = newPolicy({ settleMs: 0, stop: stopWith(action) });
  return (await site.operations.planRollout({ deployment, policy })).warnings;
}

/** `d1` runs `v1`, which is for it alone; `d2` keeps what `v1` gave it; `d3` never had a base. */
async function threeAlike(): Promise<void> {
  await site.devices('d1', 'd2');
  await narrow();
  site.parts.registry.createDevice({ deviceId: deviceId('d3'), isEdge: true }, 'service');
  site.connect('d3');
  await site.settle();
}

/** Both ran `mid`, above `v1`, which is gone when `v2` has come; `isInTurn`: it came to one after the other. */
async function midGone(action: Action, { isInTurn = false } = {}): Promise<void> {
  await site.devices('d1', 'd2');
  site.parts.deployments.create(aBase('mid', { priority: 3, modules: ['mid'] }), 'service');
  await site.settle();
  await site.rollOut({ concurrency: isInTurn ? 1 : null, stop: stopWith(action) });
  if (isInTurn) await site.end('d1');
  site.parts.deployments.delete(deploymentId('mid'), '*', 'service');
  await site.settle();
}

/** All three had `v2`, and a rollback with a stop rule of its own takes it from `d2`. */
async function takenBackFromOne(): Promise<void> {
  await threeAlike();
  await site.rollOut();
  for (const id of ['d1', 'd2', 'd3']) await site.end(id);
  const stop = stopWith({ kind: 'roll-back', withoutBase: 'empty' });
  await back(without({ withoutBase: 'last-good', deviceIds: ['d2'] }), { stop });
}

describe('to what each device ran before', () => {
  test('when another base would apply, each gets the content it had, and one rollout tells how it goes', async () => {
    await midGone({ kind: 'roll-back-to-last-good', withoutBase: 'keep' });
    await site.end('d1', 'failed-left');
    expect(site.bases()).toEqual({ d1: 'v2-back-2', d2: 'v2-back-2' });
    expect(modulesOf('d1')).toEqual(['mid']);
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2, isRollback: true });
    await site.restart();
    for (const id of ['d1', 'd2']) await site.end(id);
    expect(site.state()).toMatchObject({ status: 'rolled-back' });
    // One content for all of them, with the label by which it is found.
    expect(deploymentIds().toSorted()).toEqual(['v1', 'v2', 'v2-back-1', 'v2-back-2']);
    expect(site.parts.deployments.get(deploymentId('v2-back-2'))).toMatchObject({ labels: { 'takes-back': 'v2' } });
    for (const id of ['v2', 'v2-back-1', 'v2-back-2']) expect(folded(id)).toEqual(site.state(id));

    // Taken back, it gives both: what it brought goes, and what it took comes.
    await back(without({ deploymentId: 'v2-back-1' }));
    for (const id of ['d1', 'd2']) await site.end(id);
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2' });
  });

  test('when the turn of a device comes later, the content that is there already is used again', async () => {
    await midGone({ kind: 'roll-back-to-last-good', withoutBase: 'keep' }, { isInTurn: true });
    await site.end('d2', 'failed-left');
    expect(site.bases()).toEqual({ d1: 'v2-back-2', d2: 'v2' });
    await site.restart();
    await site.end('d1');
    expect(site.bases()).toEqual({ d1: 'v2-back-2', d2: 'v2-back-2' });
    expect(deploymentIds()).toHaveLength(4);
  });

  test('when that content is outranked for it by now, it gets one that is not', async () => {
    await midGone({ kind: 'roll-back-to-last-good', withoutBase: 'keep' }, { isInTurn: true });
    await site.end('d2', 'failed-left');
    site.parts.deployments.create(aBase('high', { priority: 4, targetCondition: "deviceId = 'd2'" }), 'service');
    await site.settle();
    const content = site.parts.deployments.get(deploymentId('v2-back-2'));
    site.parts.deployments.update({ ...content, priority: 1 }, '*', 'service');
    await site.settle();
    await site.end('d1');
    expect(site.bases()).toMatchObject({ d2: 'v2-back-3' });
    expect(site.parts.deployments.get(deploymentId('v2-back-3')).priority).toBe(5);
  });

  test('when a base came above it meanwhile, the rollout takes nothing from its devices, and that base stays', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ waves: inTwo, stop: stopWith({ kind: 'roll-back-to-last-good', withoutBase: 'empty' }) });
    await site.end('d1');
    site.parts.deployments.create(
      aBase('high', { priority: 9, targetCondition: "deviceId = 'd1'", modules: ['high'] }),
      'service',
    );
    await site.settle();
    await site.end('d2', 'failed-left');
    for (const id of ['d1', 'd2']) await site.end(id);
    expect(site.state().status).toBe('rolled-back');
    expect(site.bases()).toEqual({ d1: 'high', d2: 'v1' });
    expect(deploymentIds().toSorted()).toEqual(['high', 'v1', 'v2', 'v2-back-1']);
  });

  test('when what applies below is just that, nothing is pinned', async () => {
    await site.devices('d1');
    await site.rollOut({ stop: stopWith({ kind: 'roll-back-to-last-good', withoutBase: 'empty' }) });
    await site.end('d1', 'failed-left');
    expect(given('d1')).toMatchObject({ base: 'v1', applied: ['v1', 'v2-back-1'] });
    expect(deploymentIds()).toHaveLength(3);
  });

  test('when a device ran nothing before, it gets what the plan told, after the next lower deployment', async () => {
    await threeAlike();
    const action = { kind: 'roll-back-to-last-good', withoutBase: 'empty' } as const;
    const told =
      'Should the stop rule roll it back: For 1 of 3 devices no revision is kept that is not known to have failed';
    expect(await warningsOf(action)).toEqual([`${told}, and no lower base exists: it gets an empty base then.`]);
    expect(await warningsOf({ ...action, withoutBase: 'keep' })).toEqual([
      `${told}, and no lower base exists: it would keep what it runs. Choose an empty base for such devices, or deploy a base first.`,
    ]);
    await site.rollOut({ stop: stopWith(action) });
    await site.end('d3', 'failed-left');
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2-back-2', d3: 'v2-back-3' });
    expect(modulesOf('d3')).toEqual([]);
    expect(modulesOf('d2')).toEqual(['web']);
    for (const id of ['d1', 'd2', 'd3']) await site.end(id);
    expect(site.state()).toMatchObject({
      status: 'rolled-back',
      cause: { reason: '3 of 3 devices were rolled back.' },
    });
  });
});

describe('to the next lower deployment, where none is left', () => {
  test.each([
    ['last-good', { d1: 'v1', d2: 'v2-back-2', d3: null }],
    ['empty', { d1: 'v1', d2: 'v2-back-2', d3: 'v2-back-2' }],
    ['keep', { d1: 'v1', d2: null, d3: null }],
  ] as const)('with %s chosen, that is what its devices get', async (withoutBase, bases) => {
    await threeAlike();
    await site.rollOut({ stop: stopWith({ kind: 'roll-back', withoutBase }) });
    await site.end('d1', 'failed-left');
    expect(site.bases()).toEqual(bases);
    for (const id of ['d1', 'd2', 'd3']) await site.end(id);
    expect(site.state()).toMatchObject({ status: 'rolled-back' });
  });

  test('when a rollback is itself taken back, what it took is the base that is left', async () => {
    await takenBackFromOne();
    expect(site.bases()['d2']).toBe('v2-back-2');
    await site.end('d2', 'failed-left');
    expect(site.bases()['d2']).toBe('v2');
    await site.end('d2');
    expect(site.state('v2-back-1').status).toBe('rolled-back');
    expect(site.state('v2').devices.get(deviceId('d2'))).toMatchObject({ standing: 'success', isAdmitted: true });
    for (const id of ['v2', 'v2-back-1', 'v2-back-2', 'v2-back-3']) expect(folded(id)).toEqual(site.state(id));
  });

  test('when what the rollback had taken is gone by then, no base is left, also not the one it brought', async () => {
    await takenBackFromOne();
    site.parts.deployments.delete(deploymentId('v2'), '*', 'service');
    await site.settle();
    await site.end('d2', 'failed-left');
    expect(modulesOf('d2')).toEqual([]);
  });

  test('when the base below a layer went meanwhile, its devices do not keep the layer', async () => {
    await site.devices('d1');
    const { kind: _edge, metricQueries: _none, schemaVersion: _one, ...deployment } = aLayer('v2', 'extra');
    const stop = stopWith({ kind: 'roll-back', withoutBase: 'last-good' });
    await site.operations.createRollout({ deployment, policy: newPolicy({ settleMs: 0, stop }) });
    await site.settle();
    site.parts.deployments.delete(deploymentId('v1'), '*', 'service');
    await site.settle();
    expect(modulesOf('d1')).toEqual(['web', 'extra']);
    await site.end('d1', 'failed-left');
    expect(site.bases()).toEqual({ d1: 'v2-back-2' });
    expect(modulesOf('d1')).toEqual(['web']);
  });

  test('when there would be too many contents, the rest of the devices keep what they run, and it says so', async () => {
    const ids = Array.from({ length: mostWayBackContents + 2 }, (_, index) => `d${1000 + index}`);
    for (const id of ids) {
      site.parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
      site.connect(id);
      const own = { targetCondition: `deviceId = '${id}'`, modules: [id] };
      site.parts.deployments.create(aBase(`own-${id}`, own), 'service');
    }
    await site.settle();
    await site.rollOut({ stop: stopWith({ kind: 'roll-back', withoutBase: 'last-good' }) });
    for (const id of ids) site.parts.deployments.delete(deploymentId(`own-${id}`), '*', 'service');
    await site.settle();
    await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
    await site.settle();
    const lead = site.state('v2-back-1').devices;
    const [inTime, tooLate] = ['d1000', `d${1000 + mostWayBackContents}`] as const;
    expect(lead.get(deviceId(inTime))?.reason).toBe("It came as 'v2' was rolled back.");
    expect(lead.get(deviceId(tooLate))?.reason).toContain('one content more than the 100 that are made');
    const bases = ids.map((id) => given(id)?.base);
    expect(bases.filter((base) => base === null)).toHaveLength(2);
    expect(new Set(bases).size).toBe(mostWayBackContents + 1);
  });

  test('it is told before what is left for whom, and what to choose', async () => {
    await threeAlike();
    expect(await warningsOf({ kind: 'roll-back' })).toEqual([
      'Should the stop rule roll it back: For 2 of 3 devices no lower base exists: they would keep what they run. Roll them ' +
        'back to their last good revision, or to an empty base, or deploy a base first.',
    ]);
    expect(await warningsOf({ kind: 'roll-back', withoutBase: 'last-good' })).toEqual([
      'Should the stop rule roll it back: For 1 of 3 devices no revision is kept that is not known to have failed, and no ' +
        'lower base exists: it would keep what it runs. Choose an empty base for such devices, or deploy a base first.',
    ]);
    expect(await warningsOf({ kind: 'roll-back', withoutBase: 'empty' })).toEqual([]);
  });
});
