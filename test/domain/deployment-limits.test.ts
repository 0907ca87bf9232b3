// The limits of deployments: what a site may set, what is kept of it, and what is told of a deployment that goes beyond one.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import {
  beyondLimit,
  countModules,
  deploymentLimits,
  keptLimits,
  limitNames,
  noMoreDeployments,
  readLimitChange,
  readNewModules,
  sizeOf,
  usualDeploymentLimits,
  widenedTo,
} from '#domain/deployments/deployment-limits.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { problemText } from '#domain/values/problem-text.ts';
import { aBase } from '#test/support/build-deployment.ts';

const limitsWith = (parts: object) => ({ ...usualDeploymentLimits, ...parts });

const read = (given: JsonObject) => {
  const result = readLimitChange(given);
  return result.ok ? result.value : result.problems.map(problemText);
};

describe('what a site sets', () => {
  const names =
    'deployments, modulesPerDeployment, customMetrics, labels, labelCharacters, metricNameCharacters, conditionCharacters';

  test('when each limit is as low, as high or as usual as may be, it is taken', () => {
    for (const name of limitNames)
      for (const value of [1, deploymentLimits[name].most, null])
        expect(read({ [name]: value })).toEqual({ [name]: value });
  });

  test.each<[JsonObject, readonly string[]]>([
    [{ labels: 0 }, ['labels: it takes a whole number from 1 to 1000, not 0.']],
    [{ labels: 1001 }, ['labels: it takes a whole number from 1 to 1000, not 1001.']],
    [{ customMetrics: 2.5 }, ['customMetrics: it takes a whole number from 1 to 50, not 2.5.']],
    [{ deployments: '7' }, ['deployments: it takes a whole number from 1 to 50000, not "7".']],
    [{ conditionCharacters: 8193 }, ['conditionCharacters: it takes a whole number from 1 to 8192, not 8193.']],
    [{ lables: 5 }, [`lables: there is no such limit: choose one of ${names}.`]],
    [JSON.parse('{ "__proto__": 1 }') as JsonObject, [`__proto__: there is no such limit: choose one of ${names}.`]],
    [
      { constructor: 1, labels: -1, customMetrics: 6 },
      [
        `constructor: there is no such limit: choose one of ${names}.`,
        'labels: it takes a whole number from 1 to 1000, not -1.',
      ],
    ],
  ])('when it is %j, everything wrong with it is told', (given, problems) => {
    expect(read(given)).toEqual(problems);
  });

  test('when a value or a name is long, only its beginning is told', () => {
    const [value = '', name = ''] = [read({ labels: 'x'.repeat(5000) }), read({ ['n'.repeat(5000)]: 1 })].map(String);
    expect([value.length, name.length].every((length) => length < 400)).toBe(true);
  });

  test.each<[Json | undefined, object]>([
    [undefined, {}],
    ['7', {}],
    [[1], {}],
    [
      { labels: 7, customMetrics: 3 },
      { labels: 7, customMetrics: 3 },
    ],
    [{ labels: 0, deployments: 5, devices: 5, customMetrics: null }, { deployments: 5 }],
  ])('when %j was kept, of it holds what is a limit', (kept, limits) => {
    expect(keptLimits(kept)).toEqual(limits);
  });
});

describe('what goes beyond', () => {
  test('when there is room, nothing is told', () => {
    expect(limitNames.map((name) => beyondLimit(name, usualDeploymentLimits[name], usualDeploymentLimits))).toEqual(
      limitNames.map(() => undefined),
    );
    expect(noMoreDeployments(9_999, usualDeploymentLimits)).toBeUndefined();
  });

  test('when there is not, the limit, the count, the mend and where to raise it are told', () => {
    const where = "(in the hub's settings, or with --limit at its start)";
    expect(beyondLimit('modulesPerDeployment', 3, limitsWith({ modulesPerDeployment: 2 }))).toBe(
      `it has 3 modules, and this hub allows 2: split it into a base and layers, or raise the limit modulesPerDeployment ${where}.`,
    );
    expect(noMoreDeployments(9, limitsWith({ deployments: 2 }))).toBe(
      `This hub allows 2 deployments and configurations, and has 9: delete one that is no longer needed, or raise the limit deployments ${where}.`,
    );
  });

  test('when the limit is as high as it goes, nobody is told to raise it', () => {
    expect(beyondLimit('conditionCharacters', 8193, usualDeploymentLimits)).toBe(
      'it has 8193 characters of a target condition, and this hub allows 8192: tag the devices and match the tag.',
    );
  });
});

describe('what a deployment takes', () => {
  test('when it has some of everything, each is counted', () => {
    const size = sizeOf({
      ...aBase({ targetCondition: "tags.a = 'b'" }),
      content: { $edgeAgent: { 'properties.desired': { modules: { a: {}, b: {} } } } },
      labels: { site: 'north', a: '' },
      metricQueries: { fine: '', finest: '' },
    });
    expect(size).toEqual({
      modulesPerDeployment: 2,
      customMetrics: 2,
      labels: 2,
      labelCharacters: 10,
      metricNameCharacters: 6,
      conditionCharacters: 12,
    });
  });

  test('when it has none of anything, all is nothing', () => {
    const empty = { targetCondition: '', labels: null, metricQueries: {} };
    const size = sizeOf({ ...empty, kind: 'device', content: { 'properties.desired.a': 1 } });
    expect(new Set(Object.values(size))).toEqual(new Set([0]));
  });

  test.each<[ModulesContent, number]>([
    [{}, 0],
    [{ $edgeAgent: {} }, 0],
    [{ $edgeAgent: { 'properties.desired': {} } }, 0],
    [{ $edgeAgent: { 'properties.desired': 5 } }, 0],
    [{ $edgeAgent: { 'properties.desired.modules': { a: {}, b: {} } } }, 2],
    [{ $edgeAgent: { 'properties.desired.modules.a': {}, 'properties.desired.modules.a.env': {} }, b: {} }, 2],
    [{ $edgeAgent: { 'properties.desired.systemModules.edgeHub': {} }, $edgeHub: {}, a: {} }, 1],
  ])('when the content is %j, it names %i modules', (content, count) => {
    expect(countModules(content)).toBe(count);
  });

  test('when content comes anew, what cannot be read is told, and else the modules too many', () => {
    const content = { $edgeAgent: {}, a: {}, b: {} };
    const limits = limitsWith({ modulesPerDeployment: 1 });
    const problems = (given: unknown) => {
      const read = readNewModules(given, limits);
      return read.ok ? [] : read.problems.map(problemText);
    };
    expect(readNewModules(content, usualDeploymentLimits)).toEqual({ ok: true, value: content });
    expect(problems(content)).toEqual([
      expect.stringMatching(/^modulesContent: it has 2 modules, and this hub allows 1: split/),
    ]);
    expect(problems({ ...content, $edgeAgent: 5 })).toEqual([expect.stringMatching(/edgeAgent/)]);
    expect(problems({ $edgeAgent: {}, a: {} })).toEqual([]);
  });

  test('when it is there already, it may stay as large as it is, and no other limit is wider for it', () => {
    const size = { ...sizeOf(aBase()), labels: 9, customMetrics: 2 };
    const limits = limitsWith({ labels: 5, customMetrics: 3, deployments: 1 });
    expect(widenedTo(size, limits)).toEqual({ ...limits, labels: 9 });
  });
});
