// A deployment in a file as it would be created: flags go before the file, and what is wrong has its place in the file.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { checkFileDeployment, type FileFlags } from '#domain/deployments/deployment-file-check.ts';
import { usualDeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { problemText } from '#domain/values/problem-text.ts';
import { aManifest } from '#test/support/build-manifest.ts';
import { checkedDeployment, readDeployment, readDocument } from '#test/support/deployment-in-file.ts';

const queries = { failed: "SELECT deviceId FROM devices WHERE status = 'disabled'" };
const modulesContent = aManifest();
const deviceContent = { 'properties.desired.settings': { key: 'value' } };

test('when it is one of a list, what is wrong with it has its place in the list', () => {
  const [, second] = readDocument([
    { id: 'a', modulesContent },
    { id: 'b', priority: -1, modulesContent },
  ]).deployments;
  const { problems } = checkFileDeployment(second ?? readDeployment({}), {}, usualDeploymentLimits);
  expect(problems.map(problemText)).toEqual([expect.stringMatching(/^\[1\]\.priority: it must be a whole number/)]);
});

test('when a site has limits of its own, a file is held to them, at its places', () => {
  const layer = { $edgeAgent: {}, a: {}, b: {} };
  const file = readDeployment({ id: 'a', labels: { a: '', b: '' }, content: { modulesContent: layer } });
  const limits = { ...usualDeploymentLimits, labels: 1, modulesPerDeployment: 1 };
  expect(checkFileDeployment(file, {}, limits).problems.map(problemText)).toEqual([
    expect.stringMatching(/^labels: it has 2 labels, and this hub allows 1: remove some, or raise/),
    expect.stringMatching(/^content\.modulesContent: it has 2 modules, and this hub allows 1: split it/),
  ]);
});

test('when the file is only content, it targets nothing with priority 0', () => {
  expect(checkedDeployment({ modulesContent }, { id: 'Line-Base' })).toEqual({
    wanted: {
      id: 'line-base',
      priority: 0,
      targetCondition: '',
      labels: null,
      metricQueries: {},
      schemaVersion: '2.0',
      body: { kind: 'edge', content: modulesContent },
    },
    problems: [],
    warnings: ['id: ids are in small letters: it becomes "line-base".'],
  });
});

test('when something is said beside the file, it goes before the file', () => {
  const document = {
    id: 'a',
    priority: 1,
    targetCondition: '*',
    labels: { a: 'b' },
    metrics: { queries },
    content: { modulesContent },
  };
  const flags = { id: 'b', priority: 2, targetCondition: '', labels: {}, metricQueries: {} };
  expect(checkedDeployment(document, flags).wanted).toMatchObject(flags);
  expect(checkedDeployment(document, {}).wanted).toMatchObject({
    id: 'a',
    priority: 1,
    targetCondition: '*',
    metricQueries: queries,
  });
});

test('when the manifest breaks the schema, it is refused unless the schemas are not to bind', () => {
  const document = { content: { modulesContent: { $edgeAgent: { 'properties.desired.modules.a.image': 'x' } } } };
  const words =
    'content.modulesContent.$edgeAgent["properties.desired.modules.a.image"]: "image" is no field of a module';
  expect(checkedDeployment(document).problems).toEqual([expect.stringContaining(words)]);
  expect(checkedDeployment(document, { id: 'd', noValidation: true })).toMatchObject({
    problems: [],
    warnings: [expect.stringContaining(words)],
  });
});

test.each<[string, JsonObject, FileFlags, string]>([
  ['no id', { modulesContent }, {}, 'id: there is none: give the deployment one'],
  ['an id that is a number', { id: 5, modulesContent }, {}, 'id: it must be a text.'],
  [
    'metrics that are a text',
    { metrics: 'x', modulesContent },
    { id: 'd' },
    'metrics.queries: it must be an object of texts by name.',
  ],
  ['an id that cannot be one', { modulesContent }, { id: 'a b' }, 'id: it cannot be "a b"'],
  [
    'a priority that is no whole number',
    { modulesContent },
    { id: 'd', priority: 1.5 },
    'priority: it must be a whole number',
  ],
  ['a priority below 0', { modulesContent }, { id: 'd', priority: -1 }, 'priority: it must be a whole number'],
  ['a priority too high', { modulesContent }, { id: 'd', priority: 2 ** 31 }, 'priority: it must be a whole number'],
  ['a condition that is none', { modulesContent, targetCondition: 'tags.a =' }, { id: 'd' }, 'targetCondition: at 8:'],
  [
    'a module condition without its beginning',
    { content: { moduleContent: deviceContent }, targetCondition: 'tags.a = 1' },
    { id: 'd' },
    'targetCondition: at 0: the condition of a module configuration starts with',
  ],
  [
    'a query that is none',
    { modulesContent, metrics: { queries: { q: 'SELEKT' } } },
    { id: 'd' },
    'metrics.queries.q: at 0:',
  ],
  [
    'a path that is none',
    { content: { deviceContent: { 'tags.a': 1 } } },
    { id: 'd' },
    'content.deviceContent["tags.a"]: a deployment writes desired properties only',
  ],
  [
    'a path of modules that is none',
    { moduleContent: { 'properties.desired.a..b': 1 } },
    { id: 'd' },
    'moduleContent["properties.desired.a..b"]: the path has an empty part',
  ],
  ['a content that could not be read', { modulesContent: 5 }, { id: 'd' }, 'modulesContent: it must be an object.'],
])('when there is %s, it is refused with its place in the file', (_title, document, flags, words) => {
  expect(checkedDeployment(document, flags).problems).toEqual([expect.stringContaining(words)]);
});
