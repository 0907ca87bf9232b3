// Deployments without a rollout and devices without a lower base: what is said before, and what becomes of them.
import { describe, expect, test } from 'vitest';
import { admittedAfter } from '#hub/rollouts/rollback-admission.ts';
import { aBase, deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { inTwo, rollbackSite, without } from '#test/support/rollback-site.ts';

const { site, back, folded, given, narrow, plan, rolledOut, sent } = rollbackSite();

describe('a deployment that has no rollout', () => {
  test('it is taken back in waves all the same, and reaches no further device', async () => {
    await site.devices('d1', 'd2');
    site.parts.deployments.create(aBase('plain', { priority: 3, modules: ['p'] }), 'service');
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'plain', d2: 'plain' });
    const way = without({ deploymentId: 'plain' });
    expect(await plan(way)).toMatchObject({
      groups: [{ outcome: "base 'v1' applies", devices: 2 }],
      warnings: [
        "'plain' has no rollout: it is given one, so that it can be rolled back device by device, and from then on it reaches " +
          'no further device.',
      ],
    });
    await back(way, { waves: inTwo });
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'plain' });
    site.parts.registry.createDevice({ deviceId: deviceId('d3'), isEdge: true }, 'service');
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'plain', d3: 'v1' });
    expect(site.standings('plain')).toEqual({ d1: 'already-installed', d2: 'already-installed' });
    await site.end('d1');
    await site.end('d2');
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1', d3: 'v1' });
    for (const id of ['plain', 'plain-back-1']) expect(folded(id)).toEqual(site.state(id));
  });
});

test('when many go back, they join part by part, and whom it does not reach any more is not among them', async () => {
  const ids = Array.from({ length: 300 }, (_, index) => `d${1000 + index}`);
  for (const id of ids) site.parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  site.connect('d1000');
  site.parts.deployments.create(aBase('v1'), 'service');
  site.parts.deployments.create(aBase('plain', { priority: 3, modules: ['p'] }), 'service');
  await site.settle();
  await back(without({ deploymentId: 'plain', deviceIds: ['d1000'] }));
  await site.end('d1000');
  expect(site.standings('plain-back-1')).toEqual({ d1000: 'success' });
  const { rollout } = await back(without({ deploymentId: 'plain' }), { waves: inTwo });
  expect(rollout.waves).toMatchObject([{ devices: 1 }, { devices: 298 }]);
  expect(site.state('plain-back-2').devices.has(deviceId('d1000'))).toBe(false);
  const joins = site.parts.journal('rollout-advanced').filter(({ deploymentId: of }) => of === 'plain-back-2');
  expect(JSON.stringify(joins[0]?.detail['events']).length).toBeLessThan(40_000);
  expect(folded('plain-back-2')).toEqual(site.state('plain-back-2'));
});

describe('devices without a lower base', () => {
  test('it is said before, with what else can be done; kept, it keeps what it runs and stands so', async () => {
    await rolledOut('d1', 'd2');
    await narrow();
    const had = sent('d2');
    const told = await plan(without());
    expect(told.warnings).toEqual([
      'For 1 of 2 devices no lower base exists: it would keep what it runs. Roll it back to its last good revision, or to an ' +
        'empty base, or deploy a base first.',
    ]);
    expect(told.groups).toEqual([
      { outcome: "base 'v1' applies", deploymentId: null, devices: 1, deviceIds: ['d1'] },
      { outcome: 'keeps what it runs: no base is left', deploymentId: null, devices: 1, deviceIds: ['d2'] },
    ]);
    await back(without());
    await site.end('d1');
    expect(site.standings('v2-back-1')).toEqual({ d1: 'success', d2: 'not-applicable' });
    expect(site.bases()).toEqual({ d1: 'v1', d2: null });
    expect(sent('d2')).toMatchObject(had);
    expect(site.state('v2-back-1').status).toBe('finished');

    // What was kept can be taken back later.
    await back({ kind: 'to-empty', deploymentId: 'v2', deviceIds: ['d2'] });
    await site.end('d2');
    expect(given('d2')?.modules['$edgeAgent']).toMatchObject({ modules: {} });
  });

  test('one that never had another is not offered its last good revision', async () => {
    await site.devices('d1');
    await narrow();
    site.parts.registry.createDevice({ deviceId: deviceId('d2'), isEdge: true }, 'service');
    site.connect('d2');
    await site.settle();
    await site.rollOut();
    await site.end('d1');
    await site.end('d2');
    for (const withoutBase of ['keep', 'last-good'] as const) {
      const told = await plan(without({ withoutBase, deviceIds: ['d2'] }));
      expect(told.warnings).toEqual([
        'For 1 of 1 device no lower base exists: it would keep what it runs. Roll it back to an empty base, or deploy a base first.',
      ]);
    }
  });

  test('with a choice made, each gets its own: one rollout leads both', async () => {
    await rolledOut('d1', 'd2');
    await narrow();
    const first = site.parts.store.read.revisions.get(deviceId('d2'), 1)?.effective.modules;
    const way = without({ withoutBase: 'last-good' });
    expect((await plan(way)).groups).toEqual([
      { outcome: "base 'v1' applies", deploymentId: null, devices: 1, deviceIds: ['d1'] },
      {
        outcome: 'the newest revision from before applies again, of which no failure is known',
        deploymentId: 'v2-back-2',
        devices: 1,
        deviceIds: ['d2'],
      },
    ]);
    const { deploymentIds } = await back(way, { concurrency: 1 });
    expect(deploymentIds).toEqual(['v2-back-1', 'v2-back-2']);
    const { rollouts } = site.parts.store.read;
    const admitted = (id: string) => rollouts.admittedTo(deviceId(id)).admitted;
    const lead = rollouts.numberOf(deploymentId('v2-back-1')) ?? 0;
    const foreseen = admittedAfter(site.parts.store.read, deviceId('d2'), {
      number: lead,
      isReached: true,
      admitted: admitted('d2'),
    });
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2' });
    await site.end('d1');
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2-back-2' });
    expect(admitted('d2')).toEqual(foreseen);
    await site.end('d2');
    expect(given('d2')?.modules).toEqual(first);
    expect(site.standings('v2-back-1')).toEqual({ d1: 'success', d2: 'success' });
    for (const id of ['v2', 'v2-back-1', 'v2-back-2']) expect(folded(id)).toEqual(site.state(id));
  });

  test('when its own stop rule took it back to nothing, what the device keeps can still be taken back', async () => {
    await site.devices('d1');
    await narrow();
    site.parts.registry.createDevice({ deviceId: deviceId('d2'), isEdge: true }, 'service');
    site.connect('d2');
    await site.settle();
    const stop = { atLeastFailed: 1, comparison: '≥' as const, percent: 1, action: { kind: 'roll-back' as const } };
    await site.rollOut({ stop });
    await site.end('d2', 'failed-left');
    await site.end('d1');
    expect(site.state()).toMatchObject({ status: 'rolled-back' });
    expect(site.standings()).toEqual({ d1: 'rolled-back', d2: 'failure' });
    expect(
      site.operations.rolloutDevices({ deploymentId: 'v2', after: 'd1', limit: 1 }).rows[0]?.explanation,
    ).toContain(
      'No base deployment is left for it, so that it keeps what it runs: deploy a base to it, or take the deployment back to ' +
        "the device's last good revision or to an empty base.",
    );
    const way = { kind: 'to-empty', deploymentId: 'v2', deviceIds: null } as const;
    expect((await plan(way)).groups).toMatchObject([{ deviceIds: ['d2'] }]);
    await back(way);
    await site.end('d2');
    expect(given('d2')?.modules['$edgeAgent']).toMatchObject({ modules: {} });
  });

  test('one that is switched off is told of before, and gets it when it wakes', async () => {
    await rolledOut('d1', 'd2');
    site.connect('d2', 'Disconnected');
    await site.settle();
    expect((await plan(without())).warnings).toEqual(['1 of 2 is switched off: it gets it when it wakes.']);
    await back(without());
    await site.end('d1');
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v2' });
    site.connect('d2');
    await site.settle();
    await site.end('d2');
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    expect(site.state('v2-back-1').status).toBe('finished');
  });

  test('when a stop rule may roll it back, a plan of the rollout says it', async () => {
    await site.devices('d1', 'd2');
    await narrow();
    site.parts.registry.createDevice({ deviceId: deviceId('d3'), isEdge: true }, 'service');
    await site.settle();
    const action = { kind: 'roll-back' } as const;
    const stop = { atLeastFailed: 1, comparison: '≥' as const, percent: 1, action };
    const { kind: _edge, metricQueries: _none, schemaVersion: _one, ...deployment } = aBase('v2', { priority: 5 });
    const told = await site.operations.planRollout({ deployment, policy: newPolicy({ stop }) });
    expect(told.warnings).toEqual([
      'Should the stop rule roll it back: For 2 of 3 devices no lower base exists: they would keep what they run. Roll them ' +
        'back to their last good revision, or to an empty base, or deploy a base first.',
    ]);
  });
});
