// What a person may ask of rollouts and groups, and what is refused, in one sentence.
import { describe, expect, test } from 'vitest';
import type { RolloutRequest } from '#contract/console-rollouts.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { aBase, aNewConfiguration, deploymentId, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';
import { newGate, newPolicy, newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

function aRequest(policy: Partial<RolloutPolicy> = {}, targetCondition = '*'): RolloutRequest {
  const {
    kind: _edge,
    metricQueries: _none,
    schemaVersion: _one,
    ...deployment
  } = aBase('v2', { priority: 5, targetCondition });
  return { deployment, policy: newPolicy({ settleMs: 0, ...policy }) };
}

describe('a plan', () => {
  test('when it is asked for, the devices of each wave are named, and nothing is written', async () => {
    await site.devices('d1', 'd2', 'd3');
    site.operations.setGroup({ id: 'canaries', members: { deviceIds: ['d3'] } });
    site.parts.twins.patch({ deviceId: deviceId('d2'), moduleId: null }, { tags: { ring: 'b' } }, undefined, 'service');
    site.operations.setGroup({ id: 'ring-b', members: { condition: "tags.ring = 'b'" } });
    const { length } = site.parts.journal();
    const waves = [
      newWave({ name: 'canary', members: { kind: 'group', groupId: 'canaries' } }),
      newWave({ name: 'b', members: { kind: 'group', groupId: 'ring-b' } }),
      newWave({ name: 'rest' }),
    ];
    expect(await site.operations.planRollout(aRequest({ waves }))).toEqual({
      problems: [],
      warnings: [],
      rivals: [],
      isGrowing: false,
      waves: [
        { name: 'canary', deviceIds: ['d3'], devices: 1 },
        { name: 'b', deviceIds: ['d2'], devices: 1 },
        { name: 'rest', deviceIds: ['d1'], devices: 1 },
      ],
    });
    expect(site.parts.journal().length).toBe(length);
  });

  test('when its policy cannot be carried out, all that is wrong is told, and making it is refused', async () => {
    await site.devices('d1');
    const policy = { retries: 99, waves: [newWave({ members: { kind: 'group', groupId: 'none' } })] };
    const { problems } = await site.operations.planRollout(aRequest(policy));
    expect(problems.map(({ at }) => at)).toEqual(['waves[0].members.groupId', 'retries']);
    await expect(site.operations.createRollout(aRequest(policy))).rejects.toMatchObject({ code: 'rollout.invalid' });
    expect(site.parts.store.read.deployments.get(deploymentId('v2'))).toBeUndefined();
  });
});

describe('making one', () => {
  test('when a fixed set would have nobody, it is refused; a growing one waits', async () => {
    await site.devices('d1');
    const nobody = "tags.site = 'none'";
    await expect(site.operations.createRollout(aRequest({}, nobody))).rejects.toThrow('No edge device matches');
    const view = await site.operations.createRollout(
      aRequest({ targets: { kind: 'growing', maxDevices: null } }, nobody),
    );
    expect(view).toMatchObject({ status: 'pending', totals: { counted: 0 } });
    expect(view.explanation).toBe('A person made it. No device is in it yet: it begins when one matches.');
  });

  test('when a deployment reached devices, has a rollout, is none of modules or is not there, it is refused', async () => {
    await site.devices('d1');
    site.parts.deployments.create(aNewConfiguration('c1'), 'service');
    site.parts.deployments.create(aBase('later', { targetCondition: "deviceId = 'none'" }), 'service');
    await site.settle();
    const make = (deployment: string) =>
      site.operations.createRollout({ ...aRequest({ targets: { kind: 'growing', maxDevices: 1 } }), deployment });
    await expect(make('v1')).rejects.toThrow(
      "'v1' reached 1 devices already: make a new deployment together with its rollout.",
    );
    await expect(make('c1')).rejects.toMatchObject({ code: 'rollout.invalid' });
    await expect(make('none')).rejects.toMatchObject({ code: 'deployment.unknown' });
    await make('later');
    await expect(make('later')).rejects.toMatchObject({ code: 'rollout.exists' });
    site.parts.deployments.update(aBase('later', { priority: 9 }), undefined, 'service');
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'later' });
  });

  test('when the deployment cannot be kept, neither is there a rollout', async () => {
    await site.devices('d1');
    const request = aRequest();
    await expect(
      site.operations.createRollout({
        ...request,
        deployment: { ...(request.deployment as object), content: {} } as never,
      }),
    ).rejects.toThrow();
    expect(() => site.operations.rollout({ deploymentId: 'v2' })).toThrow("There is no rollout of 'v2' on this hub.");
    expect(site.operations.rollouts()).toEqual([]);
  });
});

describe('watching and ordering', () => {
  test('when a wave waits for a person, the view says so, and a person opens it', async () => {
    await site.devices('d1', 'd2', 'd3');
    const waves = [
      newWave({ name: 'first', members: { kind: 'count', count: 1 }, gate: newGate({ needsPerson: true }) }),
      newWave({ name: 'rest' }),
    ];
    await site.rollOut({ waves, concurrency: 1 });
    await site.end('d1');
    const view = site.operations.rollout({ deploymentId: 'v2' });
    expect(view.waves.map(({ name, devices, successes, open }) => [name, devices, successes, open])).toEqual([
      ['first', 1, 1, 0],
      ['rest', 2, 0, 2],
    ]);
    expect(view.explanation).toContain(
      "It waits for a person to open wave 2 of 2, 'rest': 1 of 1 of wave 'first' succeeded",
    );
    const page = site.operations.rolloutDevices({ deploymentId: 'v2', after: 'd1', limit: 1 });
    expect(page).toMatchObject({ next: 'd2', rows: [{ deviceId: 'd2', standing: 'pending', attempt: 0 }] });
    expect(page.rows[0]?.explanation).toContain('wave 2 of 2 is not open yet');
    expect(await site.operations.orderRollout({ deploymentId: 'v2', order: 'releaseWave' })).toMatchObject({
      currentWave: 1,
    });
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2', d3: 'v1' });
    expect(site.operations.rollouts()).toMatchObject([{ deploymentId: 'v2', status: 'in-progress' }]);
  });

  test('when devices failed, only those are tried again, and a person takes all of it back', async () => {
    await site.devices('d1', 'd2');
    const stop = { atLeastFailed: 1, comparison: '≥', percent: 50, action: { kind: 'pause' } } as const;
    await site.rollOut({ stop });
    await site.end('d1');
    await site.end('d2', 'failed-unchanged');
    expect(site.state()).toMatchObject({ status: 'paused' });
    await site.operations.orderRollout({ deploymentId: 'v2', order: 'retryFailed' });
    await site.settle();
    expect(site.standings()).toEqual({ d1: 'success', d2: 'pending' });
    expect(site.termsOf('d2')).toMatchObject({ attempt: 2 });
    await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v1', d2: 'v1' });
    for (const id of ['d1', 'd2']) await site.end(id);
    expect(site.state()).toMatchObject({ status: 'rolled-back' });
    expect(site.operations.rollout({ deploymentId: 'v2' })).toMatchObject({
      totals: { excluded: 2, counted: 0 },
      counts: { byStanding: { 'rolled-back': 2, success: 0 }, devices: 2, meant: 2 },
    });
    expect(site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId: 'd2' })).toMatchObject([
      { attempt: 3, purpose: 'roll-back', verdict: 'done' },
      { attempt: 2, verdict: null, reason: 'The rollout was rolled back while it was under way.' },
      { attempt: 1, verdict: 'failed-unchanged' },
    ]);
  });

  test('when no base is left below, a device that is taken back keeps what it runs and says so', async () => {
    site.parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    site.connect('d1');
    await site.rollOut();
    await site.end('d1');
    expect(site.state()).toMatchObject({ status: 'finished' });
    await site.rollOut({ targets: { kind: 'growing', maxDevices: null } }, 'v3');
    site.parts.deployments.delete(deploymentId('v2'), undefined, 'service');
    await site.operations.orderRollout({ deploymentId: 'v3', order: 'rollBack' });
    await site.settle();
    expect(site.state('v3')).toMatchObject({ status: 'rolled-back' });
    expect(site.state('v3').devices.get(deviceId('d1'))).toMatchObject({
      standing: 'failure',
      verdict: 'refused',
      reason:
        'No base deployment is left for it, so that it keeps what it runs: deploy a base to it, or take the deployment back to ' +
        "the device's last good revision or to an empty base.",
    });
  });
});

describe('before it begins', () => {
  test('when an image is for another architecture, the device is left out and says why', async () => {
    await site.devices('d1');
    await site.report('d1', { runtime: { platform: { architecture: 'aarch64' } } });
    await site.rollOut({}, 'v2-amd64', ['app']);
    expect(site.standings('v2-amd64')).toEqual({ d1: 'pending' });
    const content = { $edgeAgent: { 'properties.desired.modules.app': { settings: { image: 'app:1.0-amd64' } } } };
    const deployment = { id: 'layer', priority: 9, targetCondition: "deviceId = 'd1'", content };
    await site.operations.createRollout({ deployment, policy: newPolicy() });
    await site.settle();
    expect(site.state('layer').devices.get(deviceId('d1'))).toMatchObject({
      standing: 'not-applicable',
      reason: "Image 'app:1.0-amd64' of module 'app' is for amd64, and the device is aarch64: deploy one for it.",
    });
  });

  test('when a layer has no base to lie on, it waits for one and then begins', async () => {
    site.parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    site.connect('d1');
    const content = { $edgeAgent: { 'properties.desired.modules.app': { settings: { image: 'app:1' } } } };
    await site.operations.createRollout({
      deployment: { id: 'layer', priority: 9, targetCondition: '*', content },
      policy: newPolicy(),
    });
    await site.settle();
    const [row] = site.operations.rolloutDevices({ deploymentId: 'layer', after: null, limit: 1 }).rows;
    expect(row?.explanation).toContain('No base deployment applies to it');
    site.parts.deployments.create(aBase('base'), 'service');
    await site.settle();
    await site.pass(31_000);
    expect(site.state('layer').devices.get(deviceId('d1'))).toMatchObject({ isAdmitted: true });
    const { value } = site.parts.twins.get(moduleIdentity('d1', '$edgeAgent')).desired;
    expect(value).toMatchObject({ modules: { app: {} }, lanyard: { attempt: 1 } });
  });

  test('when a group keeps devices up, so many are never in change, whoever is none of the rollout among them', async () => {
    await site.devices('d1', 'd2', 'd3');
    site.operations.setGroup({ id: 'line', members: { deviceIds: ['d1', 'd2', 'd3'] } });
    const modules = { web: { runtimeStatus: 'running', settings: { image: 'web:1' } } };
    for (const id of ['d1', 'd2', 'd3']) await site.report(id, { modules });
    const { deployment, policy } = aRequest(
      { budgets: [{ groupId: 'line', atLeastUp: 2 }] },
      "deviceId IN ['d1', 'd2']",
    );
    await site.operations.createRollout({ deployment, policy });
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1', d3: 'v1' });
    site.connect('d3', 'Disconnected');
    await site.settle();
    await site.end('d1');
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v1', d3: 'v1' });
    site.connect('d3');
    await site.report('d1', { modules: { web: null } });
    await site.settle();
    expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2', d3: 'v1' });
  });
});

test('when it is over, that is final, and what can be done for those that failed is said', async () => {
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut();
  const retry = () => site.operations.orderRollout({ deploymentId: 'v2', order: 'retryFailed' });
  await site.end('d1', 'failed-rolled-back');
  await site.end('d2', 'failed-rolled-back');
  await site.end('d3');
  expect(site.state().status).toBe('finished');
  await expect(retry()).rejects.toThrow(
    "The rollout of 'v2' is finished, which is final: roll it out again, as a new deployment, to the 2 that failed.",
  );
  expect(site.operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 1 }).rows[0]?.explanation).toContain(
    'roll it out again to those that failed, or roll out a mended one.',
  );
  // So done, it reaches those alone, and above what they were given since.
  const {
    kind: _edge,
    metricQueries: _none,
    schemaVersion: _one,
    ...again
  } = aBase('v3', { priority: 6, modules: ['web', 'v2'] });
  const deployment = { ...again, targetCondition: "deviceId IN ['d1', 'd2']" };
  await site.operations.createRollout({ deployment, policy: newPolicy({ settleMs: 0 }) });
  await site.settle();
  expect(site.bases()).toEqual({ d1: 'v3', d2: 'v3', d3: 'v2' });
});

describe('groups', () => {
  test('when groups are made, changed, ordered and deleted, the list says so', async () => {
    await site.devices('d1', 'd2');
    const { operations } = site;
    operations.setGroup({ id: 'b', members: { deviceIds: ['d1'] } });
    operations.setGroup({ id: 'a', members: { condition: '*' } });
    operations.setGroup({ id: 'b', members: { deviceIds: ['d2', 'd1', 'd1'] } });
    expect(operations.setRings({ ids: ['b'] })).toEqual([
      { id: 'b', condition: null, ring: 0, deviceIds: ['d1', 'd2'] },
      { id: 'a', condition: '*', ring: null, deviceIds: null },
    ]);
    expect(operations.deleteGroup({ id: 'b' })).toEqual({ id: 'b' });
    expect(operations.groups()).toMatchObject([{ id: 'a' }]);
  });

  test('when a group cannot be what is asked, it is refused', async () => {
    await site.devices('d1');
    const { operations } = site;
    expect(() => operations.setGroup({ id: 'a', members: { deviceIds: ['d1', 'none'] } })).toThrow(
      "There is no device 'none'",
    );
    expect(() => operations.setGroup({ id: 'a', members: { condition: 'tags.' } })).toThrow();
    for (const id of [' ', 'a ', 'a\u0000'])
      expect(() => operations.setGroup({ id, members: { condition: '*' } })).toThrow(
        'A group is named by what people can read: leave out control characters, and spaces at its ends.',
      );
    expect(() => operations.deleteGroup({ id: 'a' })).toThrow("There is no group 'a' on this hub.");
    operations.setGroup({ id: 'a', members: { deviceIds: ['d1'] } });
    expect(() => operations.setRings({ ids: ['a', 'a'] })).toThrow('more than once');
    await site.rollOut({ waves: [newWave({ members: { kind: 'group', groupId: 'a' } })] });
    expect(() => operations.deleteGroup({ id: 'a' })).toThrow('is named by a rollout that is under way');
  });
});
