// Every file that IoT Hub's tools write is read for what it is; what cannot be is refused with its path in the file.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { readDeploymentFile, readMetricQueries } from '#domain/deployments/deployment-file.ts';
import { problemText } from '#domain/values/problem-text.ts';
import { aManifest, aModuleEntry } from '#test/support/build-manifest.ts';
import { readDeployment, readDocument } from '#test/support/deployment-in-file.ts';

const queries = { failed: "SELECT deviceId FROM devices WHERE status = 'disabled'" };
const modulesContent = aManifest();
const layer = { $edgeAgent: { 'properties.desired.modules.extra': aModuleEntry() } };
const deviceContent = { 'properties.desired.settings': { key: 'value' } };

const at = (id: string, content: JsonObject, createdTimeUtc?: string) => ({
  id,
  content,
  ...(createdTimeUtc !== undefined && { createdTimeUtc }),
});

const refusal = (document: Json): string => {
  const file = readDeploymentFile(document);
  return file.ok ? 'read' : file.problems.map(problemText).join(' ');
};

describe('the wrappers of one deployment', () => {
  test.each<[string, JsonObject, string]>([
    ['bare', { modulesContent }, 'modulesContent'],
    ['in content', { content: { modulesContent } }, 'content.modulesContent'],
    [
      'with a schema',
      { $schema: 'http://json.schemastore.org/x', content: { $schema: 'y', modulesContent } },
      'content.modulesContent',
    ],
    [
      'beside empty kinds',
      { content: { modulesContent, deviceContent: null, moduleContent: null } },
      'content.modulesContent',
    ],
  ])('when modules are %s, they are a deployment of modules', (_title, document, contentAt) => {
    const { kind, content, contentAt: at, problems, notices, id } = readDeployment(document);
    expect({ kind, content, at, problems, notices, id }).toEqual({
      kind: 'edge',
      content: modulesContent,
      at: contentAt,
      problems: [],
      notices: [],
      id: null,
    });
  });

  test('when modules stand under the old name, they are read and it is said', () => {
    const { kind, content, notices } = readDeployment({ content: { moduleContent: modulesContent } });
    expect([kind, content]).toEqual(['edge', modulesContent]);
    expect(notices.map(problemText)).toEqual([
      expect.stringContaining('content.moduleContent: it is read as modulesContent'),
    ]);
    expect(readDeployment({ moduleContent: modulesContent }).notices).toHaveLength(1);
  });

  test('when it is content of device or module twins, it is an automatic configuration', () => {
    expect(readDeployment({ content: { deviceContent } })).toMatchObject({
      kind: 'device',
      content: deviceContent,
      notices: [],
    });
    expect(readDeployment({ moduleContent: deviceContent })).toMatchObject({
      kind: 'module',
      content: deviceContent,
      notices: [],
    });
  });

  test('when metrics stand beside the content, they are its metrics', () => {
    expect(readDeployment({ content: { deviceContent }, metrics: { queries, results: {} } }).metricQueries).toEqual(
      queries,
    );
    expect(readDeployment({ content: { deviceContent }, metrics: {} }).metricQueries).toEqual({});
    expect(readDeployment({ content: { deviceContent }, metrics: null }).metricQueries).toEqual({});
  });

  test('when it is a whole configuration as it is shown, all that is not the hub’s own is read', () => {
    const configuration = {
      id: 'c12',
      schemaVersion: '2.0',
      labels: { name: 'Line' },
      content: { modulesContent },
      contentType: 'assignment',
      targetCondition: "tags.site = 'north'",
      createdTimeUtc: '2026-01-02T03:04:05Z',
      lastUpdatedTimeUtc: '2026-01-02T03:04:05Z',
      priority: 7,
      systemMetrics: { results: {}, queries: {} },
      metrics: { queries, results: {} },
      etag: 'MQ==',
      unheardOf: 1,
    };
    const deployment = readDeployment(configuration);
    expect(deployment).toMatchObject({
      id: 'c12',
      schemaVersion: '2.0',
      labels: { name: 'Line' },
      targetCondition: "tags.site = 'north'",
      createdTimeUtc: '2026-01-02T03:04:05Z',
      priority: 7,
      metricQueries: queries,
      problems: [],
    });
    expect(deployment.notices.map(({ message }) => message)).toEqual([
      'contentType, createdTimeUtc, lastUpdatedTimeUtc, systemMetrics, etag: made by the hub itself, not imported.',
      'unheardOf: not known here, not imported.',
    ]);
  });

  test.each<[string, JsonObject, string]>([
    ['no content', { content: { nothing: {} } }, 'content: it has no content: give one of modulesContent'],
    ['content that is a list', { content: [] }, 'content: it has no content'],
    [
      'two contents',
      { content: { deviceContent, modulesContent } },
      'content: it has modulesContent and deviceContent: give one',
    ],
    ['two contents without wrapper', { deviceContent, modulesContent }, ': it has modulesContent and deviceContent'],
    ['a content that is a text', { modulesContent: 'x' }, 'modulesContent: it must be an object.'],
    [
      'a wrapped content that is a text',
      { content: { deviceContent: 'x' } },
      'content.deviceContent: it must be an object.',
    ],
  ])('when there is %s, it is a problem of this deployment', (_title, document, words) => {
    expect(readDeployment(document).problems.map(problemText)).toEqual([expect.stringContaining(words)]);
  });

  test('when it is a template, it is said', () => {
    expect(readDeployment({ '$schema-template': '4.0.0', modulesContent }).notices.map(problemText)).toEqual([
      '$schema-template: this is a template: build the manifest from it first.',
    ]);
  });
});

describe('what is no file of deployments', () => {
  test.each<[string, Json, string]>([
    ['a text', 'x', 'file: it holds neither an object nor a list'],
    ['modules without wrapper', modulesContent, 'write {"modulesContent": {…}} around them.'],
    ['properties without wrapper', deviceContent, 'write {"deviceContent": {…}} around them.'],
    ['metrics alone', { metrics: { queries } }, 'it holds metrics and no deployment'],
    ['queries alone', { queries }, 'it holds metrics and no deployment'],
    ['something else', { version: 3 }, 'it is no file of a deployment'],
    ['a list with a text', [{ modulesContent }, 'x'], '[1]: it must be an object'],
    ['devices that are a list', { devices: [] }, 'devices: it must be an object.'],
    ['configurations that are a text', { configurations: 'x' }, 'configurations: it must be an object.'],
    [
      'a group that is a list',
      { configurations: { edgeDeployments: [] } },
      'configurations.edgeDeployments: it must be an object.',
    ],
  ])('when it is %s, the whole file is refused', (_title, document, words) => {
    expect(refusal(document)).toContain(words);
  });
});

describe('metrics files', () => {
  test('when the queries are wrapped or not, they are read', () => {
    expect(readMetricQueries({ queries })).toEqual({ ok: true, value: queries });
    expect(readMetricQueries({ metrics: { queries } })).toEqual({ ok: true, value: queries });
  });

  test.each<[Json, string]>([
    [[], 'a metrics file is an object'],
    [{ metrics: {} }, 'metrics.queries: it must be an object of texts by name.'],
    [{ failed: 'SELECT' }, 'queries: it must be an object of texts by name.'],
    [{ queries: { a: 1 } }, 'queries.a: it must be a text.'],
    [{ metrics: 5 }, 'metrics.queries: it must be'],
    [{ metrics: { queries: null } }, 'metrics.queries: it must be'],
  ])('when it is %j, it is refused', (document, words) => {
    const result = readMetricQueries(document);
    expect(result.ok ? '' : result.problems.map(problemText).join(' ')).toContain(words);
  });
});

describe('lists', () => {
  test('when there are several, bases come before layers and older before newer', () => {
    const file = readDocument([
      at('layer-new', { modulesContent: layer }, '2026-02-01T00:00:00Z'),
      at('base-new', { modulesContent }, '2026-02-01T00:00:00Z'),
      at('layer-old', { modulesContent: layer }, '2026-01-01T00:00:00Z'),
      at('base-old', { modulesContent }, '2026-01-01T00:00:00Z'),
      at('base-ageless', { modulesContent }),
      at('settings', { deviceContent }),
      at('base-same', { modulesContent }, '2026-02-01T00:00:00Z'),
    ]);
    expect(file.format).toBe('list');
    expect(file.deployments.map(({ id }) => id)).toEqual([
      'settings',
      'base-ageless',
      'base-old',
      'base-new',
      'base-same',
      'layer-old',
      'layer-new',
    ]);
    expect(file.deployments.map(({ at: place }) => place)).toEqual(['[5]', '[4]', '[3]', '[1]', '[6]', '[2]', '[0]']);
  });
});
