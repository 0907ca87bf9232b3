// The check as a whole: everything at once, how strict it is, and what hostile documents do to it.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import { problemText } from '#domain/values/problem-text.ts';
import { aManifest, aModuleEntry, inAgent } from '#test/support/build-manifest.ts';

const check = (content: unknown) => checkManifest(content, { schema: true });
const problemsOf = (content: unknown) => check(content).problems.map(problemText);

const withModule = (module: JsonObject) => aManifest({ agent: { modules: { camera: module } } });
const withAgent = (agent: JsonObject) => aManifest({ agent });
const withHub = (hub: JsonObject) => aManifest({ hub });

describe('all at once', () => {
  test('when a hundred things are wrong, all are told at once, each at its place', () => {
    const content = {
      $edgeAgent: {
        'properties.desired': { schemaVersion: '1.1', modules: { a: {}, b: { status: 'on' } } },
        'tags.x': 1,
      },
      $edgeHub: { 'properties.desired': { routes: { r: '' } } },
      'a/b': {},
    };
    const root = 'modulesContent.$edgeAgent["properties.desired"]';
    expect(check(content).problems.map(({ at }) => at)).toEqual([
      'modulesContent.$edgeAgent["tags.x"]',
      'modulesContent["a/b"]',
      `${root}.modules.a.type`,
      `${root}.modules.a.status`,
      `${root}.modules.a.restartPolicy`,
      `${root}.modules.a.settings`,
      `${root}.modules.b.status`,
      `${root}.modules.b.type`,
      `${root}.modules.b.restartPolicy`,
      `${root}.modules.b.settings`,
      `${root}.runtime`,
      `${root}.systemModules`,
      'modulesContent.$edgeHub["properties.desired"].routes.r',
      'modulesContent.$edgeHub["properties.desired"].schemaVersion',
    ]);
  });

  test('when a manifest is beyond all measure, that alone is said, at once', () => {
    const modules = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`m${index}`, aModuleEntry()]));
    expect(problemsOf(withAgent({ modules }))).toEqual([
      expect.stringMatching(
        /^modulesContent\.\$edgeAgent: it holds \d+ bytes of keys and values, and a twin takes 32768/,
      ),
    ]);
    const ids = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`m ${index}`, {}]));
    expect(problemsOf(ids)).toEqual(['modulesContent: it names 10001 modules, at most 10000 are read: split it.']);
    const wrong = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`m ${index}`, {}]));
    expect(problemsOf({ $edgeAgent: {}, ...wrong })).toHaveLength(100);
  });

  test('when a hostile manifest has thousands of faults, two hundred are told', () => {
    const env = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`A+${index}`, 1]));
    expect(check(withModule(aModuleEntry({ env }))).problems.length).toBeLessThanOrEqual(202);
  });
});

describe('how strict it is', () => {
  test('when the schemas only warn, as IoT Hub has it, what no agent can run is still refused', () => {
    const content = inAgent('modules.camera', { status: 'paused', settings: { image: 'a:1' } });
    const lenient = checkManifest(content, { schema: false });
    expect(lenient.problems.map(problemText)).toEqual([expect.stringContaining('it must be "running" or "stopped".')]);
    expect(lenient.warnings).toHaveLength(2);
    expect(check(content).problems).toHaveLength(3);
  });

  test('when it is no object at all, one sentence says so', () => {
    expect(problemsOf([])).toEqual([expect.stringContaining('modulesContent: it must be an object of module ids')]);
    expect(problemsOf({})).toEqual([expect.stringContaining('$edgeAgent is missing')]);
    expect(problemsOf({ $edgeAgent: 5 })).toEqual([expect.stringContaining('it must be an object with keys')]);
  });

  test('when inherited names are used, they are names like any other', () => {
    expect(problemsOf(inAgent('modules.constructor', aModuleEntry()))).toEqual([]);
    expect(problemsOf(inAgent('toString', 1))).toEqual([expect.stringContaining('"toString" is no field of')]);
    expect(problemsOf(withHub({ schemaVersion: 'constructor' }))).toHaveLength(1);
  });
});
