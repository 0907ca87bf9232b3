// The plan as sentences, stage by stage: what the agent does next, and what it leaves alone.
import { describe, expect, test } from 'vitest';
import { plan } from '#domain/updates/agent-plan.ts';
import type { RestartRecord } from '#domain/updates/agent-state.ts';
import type { PlanInput } from '#domain/updates/plan-input.ts';
import { aContainer } from '#test/support/fake-engine.ts';
import { planText } from '#test/support/plan-text.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

const now = 1_000_000_000;

function imagesOf(...images: readonly string[]): PlanInput['images'] {
  return new Map(images.map((image) => [image, 'linux/amd64']));
}

function input(overrides: Partial<PlanInput> = {}): PlanInput {
  return {
    wanted: [aWantedModule()],
    containers: [],
    coming: null,
    trial: null,
    canGoBack: true,
    canRemember: true,
    phaseForMs: 0,
    ranForMs: new Map(),
    images: imagesOf('web:1', 'web:2', 'db:1'),
    platform: 'linux/amd64',
    pulling: new Set(),
    restarts: {},
    attempts: new Map(),
    nowMs: now,
    monotonicMs: 500_000,
    ...overrides,
  };
}

function record(overrides: Partial<RestartRecord> = {}): RestartRecord {
  return {
    specHash: 'hash-1',
    restartCount: 0,
    lastRestartAtMs: null,
    stoppedRunAtMs: null,
    everStarted: true,
    ...overrides,
  };
}

const oldRunning = aContainer({ specHash: 'hash-0', image: 'web:0' });
const oldExited = aContainer({ specHash: 'hash-0', image: 'web:0', state: 'exited', finishedAtMs: now });
const successor = aContainer({ id: 'id-next', name: 'web.next', state: 'created', startedAtMs: 0 });

const stages: [string, Partial<PlanInput>, string[]][] = [
  ['nothing is known of what is wanted, it touches nothing', { wanted: null, containers: [aContainer()] }, []],
  ['nothing is wanted, it stops what runs', { wanted: [], containers: [aContainer()] }, ["stop module 'web'"]],
  ['a stopped module is not wanted, it removes it', { wanted: [], containers: [oldExited] }, ["remove module 'web'"]],
  ['another made the container, it leaves it alone', { wanted: [], containers: [aContainer({ module: null })] }, []],
  ['the image is missing, it pulls', { images: imagesOf() }, ["pull image 'web:1'"]],
  ['the image is being pulled, it waits', { images: imagesOf(), pulling: new Set(['web:1']) }, []],
  ['the image is there, it creates', {}, ["create module 'web'"]],
  ['the key is not known, it does not create', { wanted: [aWantedModule({}, null)] }, []],
  ['the container is new, it starts it', { containers: [{ ...successor, name: 'web' }] }, ["start module 'web'"]],
  ['all is as wanted, it does nothing', { containers: [aContainer()] }, []],
  [
    'it should be stopped, it stops it',
    { wanted: [aWantedModule({ status: 'stopped' })], containers: [aContainer()] },
    ["stop module 'web'"],
  ],
  [
    'the new image is missing, it pulls and leaves the old',
    { images: imagesOf(), containers: [oldRunning] },
    ["pull image 'web:1'"],
  ],
  ['the new image is there, it makes a successor', { containers: [oldRunning] }, ["create successor of module 'web'"]],
  ['the successor is made, it stops the old', { containers: [oldRunning, successor] }, ["stop module 'web'"]],
  ['the old is stopped, it removes it', { containers: [oldExited, successor] }, ["remove module 'web'"]],
  ['the old is gone, it renames', { containers: [successor] }, ["rename 'web.next' to 'web'"]],
  [
    'the successor is outdated, it removes it',
    { containers: [oldRunning, { ...successor, specHash: 'x' }] },
    ["remove container 'web.next'"],
  ],
  [
    'an outdated successor is all there is, it takes its place',
    { containers: [{ ...successor, specHash: 'x' }] },
    ["rename 'web.next' to 'web'"],
  ],
  [
    'someone started the successor, it stops that',
    { containers: [oldRunning, { ...successor, state: 'running' }] },
    ["stop container 'web.next'"],
  ],
  [
    'the old is wanted again, it drops the successor',
    { containers: [aContainer(), successor] },
    ["remove container 'web.next'"],
  ],
  [
    'someone renamed our container, it gives its name back',
    { containers: [aContainer({ name: 'web_old' })] },
    ["rename 'web_old' to 'web'"],
  ],
  [
    'a container that is not wanted is being removed, it waits',
    { wanted: [], containers: [aContainer({ state: 'removing' })] },
    [],
  ],
  [
    'the container is sick, it is restarted',
    { containers: [aContainer({ health: 'unhealthy' })] },
    ["restart module 'web'"],
  ],
  ['the engine removes a container, it waits', { containers: [aContainer({ state: 'removing' })] }, []],
  ['the key is not known, the old runs on', { wanted: [aWantedModule({}, null)], containers: [oldRunning] }, []],
  [
    'a pull is not wanted any more, it cancels it',
    { pulling: new Set(['other:1']), containers: [aContainer()] },
    ["cancel pull of image 'other:1'"],
  ],
];

describe('plan', () => {
  test.each(stages)('when %s', (_title, overrides, expected) => {
    expect(planText(plan(input(overrides)).steps)).toEqual(expected);
  });

  test('when two modules need one image, it pulls it once', () => {
    const both = [aWantedModule({ name: 'aa' }), aWantedModule({ name: 'bb' })];
    expect(planText(plan(input({ wanted: both, images: imagesOf() })).steps)).toEqual(["pull image 'web:1'"]);
  });

  test('when a container that is not ours has the name, it says so and does nothing', () => {
    const result = plan(input({ containers: [aContainer({ module: null })] }));
    expect(result.steps).toEqual([]);
    expect(result.failures).toEqual([{ module: 'web', message: expect.stringContaining('did not make') as string }]);
    expect(result.isApplied).toBe(false);
  });

  test('when a stranger has the name of the successor, it says so and the old is still looked after', () => {
    const stranger = aContainer({ id: 'other', name: 'web.next', module: null });
    const crashed = aContainer({ specHash: 'older', state: 'exited', exitCode: 1, finishedAtMs: 1_000 });
    const result = plan(input({ containers: [crashed, stranger] }));
    expect(planText(result.steps)).toEqual(["start again module 'web'"]);
    expect(result.failures[0]?.message).toContain("A container named 'web.next' exists");
    expect(result.isApplied).toBe(false);
  });

  test('when the image is missing and must not be pulled, it says so and the old runs on', () => {
    const never = [aWantedModule({ imagePullPolicy: 'never' })];
    const result = plan(input({ wanted: never, images: imagesOf(), containers: [oldRunning] }));
    expect(result.steps).toEqual([]);
    expect(result.failures[0]?.message).toContain("Image 'web:1' is not on the device");
  });

  test('when the old crashed while its successor cannot be obtained, it is started again', () => {
    const crashed = { ...oldExited, exitCode: 1, finishedAtMs: now - 10_000 };
    const result = plan(input({ images: imagesOf(), pulling: new Set(['web:1']), containers: [crashed] }));
    expect(planText(result.steps)).toEqual(["start again module 'web'"]);
  });

  test('when a pull failed, it waits 10 s, then twice as long after each failure, at most 300 s', () => {
    const waits = [1, 2, 3, 10].map((count) => {
      const attempts = new Map([['pull web:1', { count, lastAtMonotonicMs: 500_000, message: 'no' }]]);
      const result = plan(input({ images: imagesOf(), attempts }));
      expect(result.steps).toEqual([]);
      return result.waitMs;
    });
    expect(waits).toEqual([10_000, 20_000, 40_000, 300_000]);
  });

  test('when a step on a container failed, its module is told and it waits', () => {
    const attempts = new Map([['create web', { count: 1, lastAtMonotonicMs: 499_000, message: 'disk full' }]]);
    const result = plan(input({ attempts }));
    expect(result).toMatchObject({ steps: [], failures: [{ module: 'web', message: 'disk full' }], waitMs: 9_000 });
  });

  test('when a pull cannot be cancelled, that concerns no module and it waits', () => {
    const attempts = new Map([['cancelPull web:0', { count: 1, lastAtMonotonicMs: 500_000, message: 'no' }]]);
    const result = plan(input({ attempts, pulling: new Set(['web:0']), containers: [aContainer()] }));
    expect(result).toMatchObject({ steps: [], failures: [], waitMs: 10_000 });
  });

  test('when making the successor fails and the old one only waits, the successor is tried', () => {
    const attempts = new Map([['create web.next', { count: 1, lastAtMonotonicMs: 0, message: 'no' }]]);
    expect(planText(plan(input({ attempts, containers: [oldRunning] })).steps)).toEqual([
      "create successor of module 'web'",
    ]);
  });

  test('when making the successor failed, the old one is still looked after', () => {
    const attempts = new Map([['create web.next', { count: 1, lastAtMonotonicMs: 0, message: 'no' }]]);
    const crashed = { ...oldExited, exitCode: 1, finishedAtMs: now - 10_000 };
    expect(planText(plan(input({ attempts, containers: [crashed] })).steps)).toEqual(["start again module 'web'"]);
  });

  test('when it ran before, is stopped by the agent and wanted again, it starts whatever its policy', () => {
    const stopped = aContainer({ state: 'exited', exitCode: 137, finishedAtMs: now });
    const never = [aWantedModule({ restartPolicy: 'never' })];
    const restarts = { web: record({ stoppedRunAtMs: stopped.startedAtMs }) };
    expect(planText(plan(input({ wanted: never, containers: [stopped], restarts })).steps)).toEqual([
      "start module 'web'",
    ]);
    expect(plan(input({ wanted: never, containers: [stopped] })).steps).toEqual([]);
  });

  test('when a module has a one-letter name, its container has one Docker accepts', () => {
    expect(planText(plan(input({ wanted: [aWantedModule({ name: 'm' })] })).steps)).toEqual(["create module 'm'"]);
    const step = plan(input({ wanted: [aWantedModule({ name: 'm' })] })).steps[0];
    expect(step).toMatchObject({ containerName: 'm.m' });
  });
});

describe('startup order', () => {
  const db = aWantedModule({ name: 'db', image: 'db:1', startupOrder: 1 }, 'hash-db');
  const dbContainer = aContainer({ id: 'id-db', name: 'db', module: 'db', specHash: 'hash-db', image: 'db:1' });
  const created = { ...successor, name: 'web' };

  test('when both can start, the lower starts first', () => {
    const dbCreated = { ...dbContainer, state: 'created' as const, startedAtMs: 0 };
    const first = plan(input({ wanted: [aWantedModule(), db], containers: [created, dbCreated] }));
    expect(planText(first.steps)).toEqual(["start module 'db'"]);
    const second = plan(input({ wanted: [aWantedModule(), db], containers: [created, dbContainer] }));
    expect(planText(second.steps)).toEqual(["start module 'web'"]);
  });

  test('when the lower is still being pulled, a first start waits', () => {
    const world = input({
      wanted: [aWantedModule(), db],
      containers: [created],
      images: imagesOf('web:1'),
      pulling: new Set(['db:1']),
    });
    expect(plan(world).steps).toEqual([]);
  });

  test('when the lower cannot be pulled, the higher starts', () => {
    const attempts = new Map([['pull db:1', { count: 1, lastAtMonotonicMs: 499_999, message: 'no' }]]);
    const world = input({ wanted: [aWantedModule(), db], containers: [created], images: imagesOf('web:1'), attempts });
    expect(planText(plan(world).steps)).toEqual(["start module 'web'"]);
  });

  test('when the higher ran before, it does not wait for a pull', () => {
    const stopped = aContainer({ state: 'exited', exitCode: 0, finishedAtMs: now - 1 });
    const world = input({
      wanted: [aWantedModule(), db],
      containers: [stopped],
      images: imagesOf('web:1'),
      pulling: new Set(['db:1']),
    });
    expect(planText(plan(world).steps)).toEqual(["start again module 'web'"]);
  });
});
