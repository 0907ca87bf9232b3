// The numbers of deployments as the fleet changes: always what a count from nothing says, whatever happened in between.
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { deviceHealth } from '#domain/journal/device-health.ts';
import { createMetricsOperations, type MetricsOperations } from '#hub/evaluation/deployment-metrics.ts';
import { createQueryOperations } from '#hub/operations/query-operations.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import {
  aBase,
  aLayer,
  aNewDeployment,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

let metrics: MetricsOperations;
const parts = runningHubParts();

beforeEach(startMetrics);
afterEach(() => metrics.stop());

function startMetrics(): void {
  metrics = createMetricsOperations({ ...parts, queries: createQueryOperations(parts) });
}

const agent = (device: string) => moduleIdentity(device, '$edgeAgent');

async function report(device: string, runtimeStatus: string, parts_: JsonObject = {}): Promise<void> {
  const { version } = parts.twins.get(agent(device)).desired;
  const { behind = 0, code = 200, ...module } = parts_;
  await parts.twins.report(agent(device), {
    lastDesiredVersion: version - Number(behind),
    lastDesiredStatus: { code },
    modules: { m1: { runtimeStatus, exitCode: 0, restartCount: 0, settings: { image: 'm1:1' }, ...module } },
  });
}

async function numbersOf(id: string) {
  const deployment = parts.deployments.get(deploymentId(id));
  return (await metrics.of([deployment])).get(deployment.id);
}

function addDevices(...names: string[]): void {
  for (const name of names) parts.registry.createDevice({ deviceId: deviceId(name), isEdge: true }, 'service');
}

test('when devices succeed, fail, crash and say nothing, each number counts its own', async () => {
  addDevices('well', 'crashing', 'failed', 'silent', 'late');
  parts.deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  parts.deployments.create(aBase('lower', { modules: ['m1'] }), 'service');
  await parts.controller.settled();
  await report('well', 'running');
  await report('crashing', 'running', { restartCount: 5 });
  await report('failed', 'running', { code: 500 });
  await report('late', 'running', { behind: 1 });
  expect(await numbersOf('lower')).toEqual({
    counts: { targetedCount: 5, appliedCount: 5, reportedSuccessfulCount: 2, reportedFailedCount: 1 },
    healthyCount: 1,
    custom: {},
  });
  expect(await numbersOf('base')).toMatchObject({
    counts: { targetedCount: 5, appliedCount: 0, reportedSuccessfulCount: 0, reportedFailedCount: 0 },
    healthyCount: 0,
  });
});

test('when a device goes, or its deployment does, it is counted no more; an id that comes back starts anew', async () => {
  addDevices('d1', 'd2');
  parts.deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  await parts.controller.settled();
  await report('d1', 'running');
  expect(await numbersOf('base')).toMatchObject({ counts: { appliedCount: 2 }, healthyCount: 1 });
  parts.registry.deleteDevice(deviceId('d2'), '*', 'service');
  expect(await numbersOf('base')).toMatchObject({ counts: { appliedCount: 1 }, healthyCount: 1 });
  parts.deployments.delete(deploymentId('base'), '*', 'service');
  const again = parts.deployments.create(aBase('base', { targetCondition: '' }), 'service');
  expect(metrics.glance(again)).toMatchObject({ counts: { targetedCount: 0 }, healthyCount: 0 });
  await parts.controller.settled();
  expect(await numbersOf('base')).toMatchObject({ counts: { targetedCount: 0, appliedCount: 0 }, healthyCount: 0 });
});

test('when there is more to count than a turn allows, it goes on where it stopped', async () => {
  addDevices('d1', 'd2', 'd3');
  const base = parts.deployments.create(aBase('base'), 'service');
  await parts.controller.settled();
  // The clock stands still, so that no time at all is a turn that is over after one device.
  let turns = 1;
  while (!metrics.catchUp(0)) turns += 1;
  expect(turns).toBeGreaterThan(3);
  expect(metrics.glance(base)).toMatchObject({ counts: { appliedCount: 3 } });
});

function measuredBy(metricQueries: Readonly<Record<string, string>>): Deployment {
  return { ...parts.deployments.create(aNewDeployment('a'), 'service'), metricQueries };
}

const failingCount = () => Promise.reject(new Error('a bug'));

test('when custom metrics are asked for, their queries are counted, and one that cannot be is absent', async () => {
  addDevices('d1', 'd2');
  parts.twins.patch(deviceIdentity('d1'), { tags: { site: 'north' } }, '*', 'service');
  const metricQueries = {
    north: "SELECT deviceId FROM devices WHERE tags.site = 'north'",
    all: 'SELECT * FROM devices',
  };
  const made = parts.deployments.create(aNewDeployment('measured', { metricQueries }), 'service');
  expect((await metrics.of([made])).get(made.id)?.custom).toEqual({ north: 1, all: 2 });
  addDevices('d3');
  parts.twins.patch(deviceIdentity('d3'), { tags: { site: 'north' } }, '*', 'service');
  const stored = { ...made, metricQueries: { ...metricQueries, wrong: 'how many?' } };
  expect((await metrics.of([stored])).get(made.id)?.custom).toEqual({ north: 2, all: 3 });
});

test('when nothing happened in between, a query is not counted again; when too many take too long, they wait their turn', async () => {
  const asked: string[] = [];
  let nowMs = 0;
  const clock = { ...parts.clock, monotonicMs: () => nowMs };
  const count = (query: string): Promise<number> => {
    asked.push(query);
    nowMs += 150;
    return Promise.resolve(asked.length);
  };
  metrics.stop();
  metrics = createMetricsOperations({ store: parts.store, clock, queries: { count } });
  const made = measuredBy({ x: 'X', y: 'Y', z: 'Z', same: 'X' });
  await parts.controller.settled();
  const results = async () => (await metrics.of([made])).get(made.id)?.custom;
  expect(await results()).toEqual({ x: 1, same: 1, y: 2 });
  expect(await results()).toEqual({ x: 1, same: 1, y: 2, z: 3 });
  expect(await results()).toEqual({ x: 1, same: 1, y: 2, z: 3 });
  expect(asked).toEqual(['X', 'Y', 'Z']);
  addDevices('d1');
  await parts.controller.settled();
  expect(await results()).toEqual({ x: 4, same: 4, y: 5, z: 3 });
});

test('when a query fails by our own fault, the request does, and is not told a number', async () => {
  metrics.stop();
  metrics = createMetricsOperations({ ...parts, queries: { count: failingCount } });
  const made = measuredBy({ x: 'X' });
  await expect(metrics.of([made])).rejects.toThrow('a bug');
});

test('when an automatic configuration is asked about, its twins are counted, and nobody calls them healthy', async () => {
  addDevices('d1', 'd2');
  const made = parts.deployments.create(
    {
      ...aNewDeployment('auto'),
      kind: 'device',
      content: { 'properties.desired.interval': 5 },
    },
    'service',
  );
  await parts.controller.settled();
  expect((await metrics.of([made])).get(made.id)).toEqual({
    counts: { targetedCount: 2, appliedCount: 2, reportedSuccessfulCount: 0, reportedFailedCount: 0 },
    healthyCount: null,
    custom: {},
  });
});

const names = ['d1', 'd2', 'd3'] as const;
const ids = ['a', 'b', 'c'] as const;
const name = fc.constantFrom(...names);
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), name, isEdge: fc.constantFrom(true, true, false) }),
  fc.record({ kind: fc.constant('remove' as const), name }),
  fc.record({ kind: fc.constant('tag' as const), name, role: fc.constantFrom('x', null) }),
  fc.record({
    kind: fc.constant('report' as const),
    name,
    status: fc.constantFrom('running', 'failed'),
    code: fc.constantFrom(200, 500),
    behind: fc.constantFrom(0, 0, 1),
  }),
  fc.record({
    kind: fc.constant('deploy' as const),
    id: fc.constantFrom(...ids),
    isBase: fc.boolean(),
    targetCondition: fc.constantFrom('*', "tags.role = 'x'"),
    priority: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({ kind: fc.constant('withdraw' as const), id: fc.constantFrom(...ids) }),
  fc.record({ kind: fc.constant('settle' as const) }),
  fc.record({ kind: fc.constant('look' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(made: Step): Promise<void> {
  const { registry, twins, deployments, controller } = parts;
  switch (made.kind) {
    case 'add':
      registry.createDevice({ deviceId: deviceId(made.name), isEdge: made.isEdge }, 'service');
      break;
    case 'remove':
      registry.deleteDevice(deviceId(made.name), '*', 'service');
      break;
    case 'tag':
      twins.patch(deviceIdentity(made.name), { tags: { role: made.role } }, '*', 'service');
      break;
    case 'report':
      await report(made.name, made.status, { code: made.code, behind: made.behind });
      break;
    case 'deploy': {
      const { id, targetCondition, priority } = made;
      const wanted = made.isBase ? aBase(id, { modules: ['m1'] }) : aLayer(id, 'm2');
      deployments.create({ ...wanted, targetCondition, priority }, 'service');
      break;
    }
    case 'withdraw':
      deployments.delete(deploymentId(made.id), '*', 'service');
      break;
    case 'settle':
      await controller.settled();
      break;
    case 'look':
      metrics.catchUp(0);
  }
}

function healthyFromNothing(id: string): number {
  const { read } = parts.store;
  return names.filter((device) => {
    const standing = read.agentStandings.get(deviceId(device));
    if (standing?.statuses[id] !== 'Applied') return false;
    return deviceHealth(standing.desired, standing.desiredVersion, standing.reported).isHealthy;
  }).length;
}

test('when anything happens in any order, the numbers kept are those counted from nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      metrics.stop();
      await parts.renew();
      startMetrics();
      // A step that is refused (no such device, id taken) is part of the game.
      for (const made of steps)
        await take(made).catch((error: unknown) => expect(error).toMatchObject({ kind: 'refused' }));
      await parts.controller.settled();
      for (const deployment of parts.deployments.list()) {
        const { counts, healthyCount } = (await metrics.of([deployment])).get(deployment.id) ?? {};
        expect(counts).toEqual(parts.store.read.deployments.counts(deployment.id));
        expect(healthyCount).toBe(healthyFromNothing(deployment.id));
      }
    }),
    { numRuns: 80, seed: 20261121 },
  );
});
