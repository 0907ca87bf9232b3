// Changes only thought of: applied in order, and everything wrong with them told at once.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { usualDeploymentLimits, type DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { hypothesise, type PreviewChange } from '#domain/layering/preview-change.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';

const d1 = 'd1' as DeviceId;
const tags = new Map<DeviceId, JsonObject>([
  [d1, { role: 'a', site: 'north' }],
  ['d2' as DeviceId, {}],
]);
const deployments = [aBase({ createdAtMs: 10 }), aDeployment({ id: 'layer', createdAtMs: 500 })];
const create = (parts: object = {}): PreviewChange => ({
  kind: 'create',
  id: 'new',
  priority: 5,
  targetCondition: '*',
  content: { $edgeAgent: {} },
  ...parts,
});

const manyMetrics = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, 'SELECT *']));

function hypothesis(...changes: PreviewChange[]) {
  return hypothesisWithin({}, ...changes);
}

function hypothesisWithin(limits: Partial<DeploymentLimits>, ...changes: PreviewChange[]) {
  const present = { deployments, tagsOf: (deviceId: DeviceId) => tags.get(deviceId), nowMs: 100 };
  const steps = hypothesise({ ...present, limits: { ...usualDeploymentLimits, ...limits } }, changes);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function problems(...changes: PreviewChange[]) {
  const result = hypothesis(...changes);
  return result.ok ? [] : result.problems.map(({ change, at, code }) => [change, at, code]);
}

test('when a deployment would be created, it is the newest of all, whatever the clock says', () => {
  const result = hypothesis(create());
  expect(result).toMatchObject({
    ok: true,
    value: { deployments: [{ id: 'base' }, { id: 'layer' }, { id: 'new', createdAtMs: 501, priority: 5 }] },
  });
});

test('when a deployment would be aimed anew, what is not given stays', () => {
  const result = hypothesis(
    { kind: 'update', id: 'layer', priority: 7 },
    { kind: 'update', id: 'base', targetCondition: "tags.role = 'a'" },
  );
  expect(result).toMatchObject({
    ok: true,
    value: {
      deployments: [
        { id: 'base', priority: 10, targetCondition: "tags.role = 'a'", createdAtMs: 10 },
        { id: 'layer', priority: 7, targetCondition: '', createdAtMs: 500 },
      ],
    },
  });
});

test('when automatic configurations would be created or aimed anew, they are of their kind, and modules are aimed at in their language', () => {
  const content = { 'properties.desired.rate': 1 };
  const ofModules = "from devices.modules where moduleId = 'm'";
  const result = hypothesis(
    create({ id: 'own', deploymentKind: 'device', content }),
    create({ id: 'm', deploymentKind: 'module', content, targetCondition: ofModules }),
    { kind: 'update', id: 'm', priority: 6 },
  );
  expect(result.ok && result.value.deployments.slice(2)).toMatchObject([
    { id: 'own', kind: 'device', content, onRemoval: 'leave' },
    { id: 'm', kind: 'module', content, targetCondition: ofModules, priority: 6 },
  ]);
  const wrong = { 'tags.a': 1 };
  expect(problems(create({ deploymentKind: 'module', content: wrong }))).toEqual([
    [0, 0, 'deployment.condition'],
    [0, 'moduleContent["tags.a"]', 'deployment.content'],
  ]);
});

test('when changes build on each other, each sees those before it', () => {
  const result = hypothesis(
    { kind: 'delete', id: 'base' },
    create({ id: 'base' }),
    { kind: 'update', id: 'base', priority: 9 },
    { kind: 'tag', deviceIds: ['d1'], patch: { role: null } },
    { kind: 'tag', deviceIds: ['d1', 'd2'], patch: { line: 4 } },
  );
  expect(result).toMatchObject({ ok: true, value: { deployments: [{ id: 'layer' }, { id: 'base', priority: 9 }] } });
  expect(result.ok && Object.fromEntries(result.value.tags)).toEqual({
    d1: { site: 'north', line: 4 },
    d2: { line: 4 },
  });
});

test('when nothing would change, the site stays as it is', () => {
  expect(hypothesis()).toEqual({ ok: true, value: { deployments, tags: new Map() } });
});

test.each<readonly [string, PreviewChange, readonly unknown[]]>([
  ['the id is taken', create({ id: 'base' }), [[0, 'id', 'deployment.exists']]],
  [
    'the id is taken and the priority wrong',
    create({ id: 'base', priority: -1 }),
    [
      [0, 'id', 'deployment.exists'],
      [0, 'priority', 'request.invalid'],
    ],
  ],
  ['the content is none', create({ content: 7 }), [[0, 'modulesContent', 'deployment.content']]],
  ['the id is none', create({ id: 'A b' }), [[0, 'id', 'request.invalid']]],
  ['a condition cannot be read', create({ targetCondition: 'tags.a = "x"' }), [[0, 9, 'deployment.condition']]],
  [
    'everything is wrong',
    create({ id: '', priority: -1, targetCondition: 'tags.', content: 7 }),
    [
      [0, 'id', 'request.invalid'],
      [0, 'priority', 'request.invalid'],
      [0, expect.any(Number), 'deployment.condition'],
      [0, 'modulesContent', 'deployment.content'],
    ],
  ],
  [
    'labels and metrics are wrong',
    create({ labels: { a: 1 }, metricQueries: { q: 'SELEKT', r: 5 }, schemaVersion: 2 }),
    [
      [0, 'labels.a', 'request.invalid'],
      [0, 'schemaVersion', 'request.invalid'],
      [0, 'metrics.queries.r', 'deployment.metrics'],
    ],
  ],
  [
    'a metric cannot be read',
    create({ metricQueries: { q: 'SELEKT' } }),
    [[0, 'metrics.queries.q', 'deployment.metrics']],
  ],
  ['a condition is no text', create({ targetCondition: 5 }), [[0, 'targetCondition', 'deployment.condition']]],
  [
    'texts are endless',
    create({ schemaVersion: '1'.repeat(129), targetCondition: ' '.repeat(8193), metricQueries: manyMetrics }),
    [
      [0, 'schemaVersion', 'request.invalid'],
      [0, 'targetCondition', 'deployment.condition'],
      [0, 'metrics.queries', 'deployment.metrics'],
    ],
  ],
  [
    'texts hold half of a character',
    create({ labels: { a: '\ud83d', '\udd27': 'b' }, schemaVersion: '\ud83d' }),
    [
      [0, 'labels.a', 'request.invalid'],
      [0, expect.stringMatching(/^labels\[/), 'request.invalid'],
      [0, 'schemaVersion', 'request.invalid'],
    ],
  ],
  [
    'a name of a metric is endless',
    create({ metricQueries: { ['x'.repeat(1025)]: 'SELECT *' } }),
    [[0, 'metrics.queries', 'deployment.metrics']],
  ],
  ['an update names nothing', { kind: 'update', id: 'x' }, [[0, 'id', 'deployment.unknown']]],
  [
    'an update has a wrong priority',
    { kind: 'update', id: 'base', priority: 1.5 },
    [[0, 'priority', 'request.invalid']],
  ],
  ['a deletion names nothing', { kind: 'delete', id: 'x' }, [[0, 'id', 'deployment.unknown']]],
  [
    'a device is unknown',
    { kind: 'tag', deviceIds: ['d9', 'no id'], patch: {} },
    [
      [0, 'deviceIds', 'device.unknown'],
      [0, 'deviceIds', 'device.unknown'],
    ],
  ],
  [
    'a tag cannot stand in a twin',
    { kind: 'tag', deviceIds: ['d1'], patch: { 'a.b': 1 } },
    [[0, 'tags["a.b"]', 'twin.invalid']],
  ],
])('when %s, the preview says so', (_what, change, expected) => {
  expect(problems(change)).toEqual(expected);
});

test('when several changes are wrong, the problems of all of them are told, each with its change', () => {
  expect(problems({ kind: 'delete', id: 'x' }, create(), create({ priority: -1, id: 'other' }))).toEqual([
    [0, 'id', 'deployment.unknown'],
    [2, 'priority', 'request.invalid'],
  ]);
});

test('when a site has limits of its own, a preview keeps to them, each change after those before it', () => {
  const limits = { deployments: 3, modulesPerDeployment: 1 };
  const content = { $edgeAgent: {}, a: {}, b: {} };
  const changes = [create(), create({ id: 'more' }), { kind: 'delete', id: 'layer' }, create({ id: 'less' })] as const;
  expect(hypothesisWithin(limits, ...changes, create({ id: 'large', content }))).toMatchObject({
    ok: false,
    problems: [
      { change: 1, at: 'id', code: 'deployment.limit', message: expect.stringContaining('allows 3 ') },
      { change: 4, at: 'modulesContent', code: 'deployment.content', message: expect.stringContaining('2 modules') },
    ],
  });
  expect(hypothesisWithin({ deployments: 1 }, { kind: 'update', id: 'base', priority: 3 }).ok).toBe(true);
});

test('when a list of devices is wrong in each, no more than a hundred problems are told', () => {
  const deviceIds = Array.from({ length: 1000 }, (_, at) => `unknown-${at}`);
  expect(problems({ kind: 'tag', deviceIds, patch: {} }, { kind: 'delete', id: 'x' })).toHaveLength(100);
});
