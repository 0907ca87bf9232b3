// What a deployment may hold: the shape IoT Hub asks for, and what an agent could only stumble over.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { contentWrites } from '#domain/records/content-writes.ts';
import { deploymentType, readModulesContent } from '#domain/deployments/deployment-content.ts';
import { problemText } from '#domain/values/problem-text.ts';

function texts(content: unknown): readonly string[] {
  const result = readModulesContent(content);
  if (result.ok) return [];
  expect(result.problems.map(({ code }) => code)).toEqual(result.problems.map(() => 'deployment.content'));
  return result.problems.map(problemText);
}

function parsed(text: string): ModulesContent {
  return JSON.parse(text) as ModulesContent;
}

const camera = { type: 'docker', status: 'running', restartPolicy: 'always', settings: { image: 'camera:1' } };
const full: JsonObject = {
  $edgeAgent: {
    'properties.desired': {
      schemaVersion: '1.1',
      runtime: {
        type: 'docker',
        settings: { registryCredentials: { r: { username: 'u', password: 'p', address: 'a' } } },
      },
      systemModules: { edgeAgent: {}, edgeHub: { settings: { image: '' } } },
      modules: {
        camera: {
          ...camera,
          version: '1',
          imagePullPolicy: 'never',
          startupOrder: 4_294_967_295,
          env: { A: { value: 'x' }, B: { value: 1 }, C: { value: false }, GONE: null },
          settings: { image: 'camera:1', createOptions: '{}', createOptions01: 'x', createOptions02: null, digest: 5 },
          unknown: { passes: true },
          restartPolicy: null,
        },
        gone: null,
      },
      integrity: { passes: 1 },
    },
  },
  $edgeHub: { 'properties.desired': { schemaVersion: '1.3', routes: { up: 'FROM /messages/* INTO $upstream' } } },
  camera: { 'properties.desired': {}, 'properties.desired.a.b': [1] },
};

function inAgent(path: string, value: Json): JsonObject {
  return { $edgeAgent: { [`properties.desired${path}`]: value } };
}

function inModule(key: string, value: Json): JsonObject {
  return { $edgeAgent: {}, m: { [key]: value } };
}

function cameraWith(parts: JsonObject): JsonObject {
  return inAgent('.modules.camera', { ...camera, ...parts });
}

const agentCamera = 'modulesContent.$edgeAgent["properties.desired.modules.camera"]';

describe('what is accepted', () => {
  test.each<[string, JsonObject]>([
    ['a full manifest', full],
    ['a layer of nothing', { $edgeAgent: {} }],
    ['a whole module in a layer', { $edgeAgent: { 'properties.desired.modules.camera': camera } }],
    ['a module taken away', { $edgeAgent: { 'properties.desired.modules.camera': null } }],
    ['all modules at once', { $edgeAgent: { 'properties.desired.modules': { camera } } }],
    ['one variable', { $edgeAgent: { 'properties.desired.modules.camera.env.B': { value: '2' } } }],
    ['a part of a variable', { $edgeAgent: { 'properties.desired.modules.camera.env.B.value': '2' } }],
    ['a part of settings', { $edgeAgent: { 'properties.desired.modules.camera.settings.image': 'camera:2' } }],
    ['one field of a module', { $edgeAgent: { 'properties.desired.modules.camera.status': 'stopped' } }],
    ['an unknown field', { $edgeAgent: { 'properties.desired.modules.camera.toString': 1 } }],
    ['credentials', { $edgeAgent: { 'properties.desired.runtime.settings.registryCredentials.r': { username: 'u' } } }],
    ['a schema version', { $edgeAgent: { 'properties.desired.schemaVersion': '1.0' } }],
    ['a section of null values', { $edgeAgent: {}, m: { 'properties.desired.a': null } }],
  ])('when it holds %s', (_title, content) => {
    expect(texts(content)).toEqual([]);
    expect(readModulesContent(content)).toEqual({ ok: true, value: content });
  });
});

describe('what is refused', () => {
  test.each<[string, unknown, string]>([
    [
      'an unknown system module',
      { $edgeAgent: {}, $weird: {} },
      'modulesContent.$weird: only $edgeAgent and $edgeHub begin with $: rename the module.',
    ],
    ['a list', [], 'modulesContent: it must be an object of module ids'],
    ['nothing', undefined, 'modulesContent: it must be an object of module ids'],
    ['no $edgeAgent', { $edgeHub: {} }, 'modulesContent: $edgeAgent is missing: add "$edgeAgent": {}'],
    ['an odd module id', { $edgeAgent: {}, 'a/b': {} }, 'modulesContent["a/b"]: a module id has 1 to 128 letters'],
    [
      'a module that is no object',
      { $edgeAgent: {}, m: 1 },
      'modulesContent.m: it must be an object with keys such as',
    ],
    ['tags', inModule('tags.x', 1), 'modulesContent.m["tags.x"]: a deployment writes desired properties only'],
    [
      'a key that only begins like one',
      inModule('properties.desiredX', 1),
      'a deployment writes desired properties only',
    ],
    ['an empty path part', inModule('properties.desired.a..b', 1), 'the path has an empty part: remove the extra dot.'],
    ['a path that ends in a dot', inModule('properties.desired.', 1), 'the path has an empty part'],
    ['a key no twin may hold', inModule('properties.desired.a b', 1), 'a key may not contain a space'],
    ['a whole section that is no object', inModule('properties.desired', null), 'a whole section must be an object'],
    [
      'a value no twin may hold',
      inModule('properties.desired.a', { 'b#': 1 }),
      `["properties.desired.a"]["b#"]: a key may not contain '#'`,
    ],
    [
      'more than a section may hold',
      inModule(
        'properties.desired',
        Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`${index}`, 'x'.repeat(4000)])),
      ),
      'more than the 32768 allowed',
    ],
    [
      'an odd schema version',
      inAgent('', { schemaVersion: '2.0' }),
      '["properties.desired"].schemaVersion: agents read schema versions "1.0" and "1.1"',
    ],
    ['a schema version as a number', inAgent('.schemaVersion', 1.1), 'agents read schema versions'],
    [
      'modules that are a list',
      inAgent('', { modules: [] }),
      '["properties.desired"].modules: it must be an object of modules by name.',
    ],
    [
      'an odd module name',
      inAgent('', { modules: { größe: camera } }),
      '["größe"]: a module name has letters, digits, - and _ only',
    ],
    ['an odd module name in a path', inAgent('.modules.a*b', camera), 'a module name has letters'],
    [
      'a module that is a text',
      inAgent('.modules.camera', 'camera:1'),
      `${agentCamera}: a module must be an object with its settings.`,
    ],
    [
      'no settings',
      inAgent('.modules.camera', { status: 'running' }),
      `${agentCamera}.settings: settings.image is missing`,
    ],
    ['settings that are a text', cameraWith({ settings: 'x' }), `${agentCamera}.settings: settings.image is missing`],
    ['no image', cameraWith({ settings: {} }), 'settings.image is missing: name the image'],
    ['a blank image', cameraWith({ settings: { image: ' ' } }), 'settings.image is missing'],
    [
      'create options as an object',
      cameraWith({ settings: { image: 'a', createOptions: {} } }),
      '.settings.createOptions: it must be JSON written as text',
    ],
    [
      'a chunk as a number',
      cameraWith({ settings: { image: 'a', createoptions01: 1 } }),
      '.settings.createoptions01: it must be JSON',
    ],
    ['an odd type', cameraWith({ type: 'snap' }), '.type: it must be "docker".'],
    ['an odd status', cameraWith({ status: 'paused' }), '.status: it must be "running" or "stopped".'],
    [
      'an odd policy',
      cameraWith({ restartPolicy: 'sometimes' }),
      '.restartPolicy: it must be "always" or "on-unhealthy" or "on-failure" or "never".',
    ],
    ['an odd policy in a path', inAgent('.modules.camera.restartPolicy', 5), 'it must be "always"'],
    [
      'an odd pull policy',
      cameraWith({ imagePullPolicy: 'always' }),
      '.imagePullPolicy: it must be "on-create" or "never".',
    ],
    [
      'a startup order below 0',
      cameraWith({ startupOrder: -1 }),
      '.startupOrder: it must be a whole number from 0 to 4294967295.',
    ],
    ['a startup order too high', cameraWith({ startupOrder: 4_294_967_296 }), 'it must be a whole number'],
    ['a startup order as text', cameraWith({ startupOrder: '1' }), 'it must be a whole number'],
    ['an environment as a list', cameraWith({ env: ['A=1'] }), '.env: it must be an object of variables'],
    [
      'an odd variable name',
      cameraWith({ env: { 'A+B': { value: 1 } } }),
      '.env["A+B"]: a variable name may not contain',
    ],
    [
      'a bare variable',
      cameraWith({ env: { A: 'x' } }),
      '.env.A: a variable is an object with a text, number or Boolean',
    ],
    ['a variable that is an object', cameraWith({ env: { A: { value: {} } } }), '.env.A: a variable is an object'],
    ['a bare variable in a path', inAgent('.modules.camera.env.A', 'x'), 'a variable is an object'],
    [
      'nesting too deep',
      inModule('properties.desired.a.b.c.d.e.f.g.h.i.j', { k: 1, l: { m: {} } }),
      'a twin nests at most 10 levels deep',
    ],
  ])('when there is %s', (_title, content, text) => {
    expect(texts(content)).toHaveLength(1);
    expect(texts(content)[0]).toContain(text);
  });

  test('when many things are wrong, all are told at once', () => {
    const content = { $edgeHub: { 'tags.a': 1, routes: 1 }, m: 5 };
    expect(texts(content).map((text) => text.split(':')[0])).toEqual([
      'modulesContent',
      'modulesContent.$edgeHub["tags.a"]',
      'modulesContent.$edgeHub.routes',
      'modulesContent.m',
    ]);
  });
});

describe('what kind it is and what it writes', () => {
  test.each<[string, ModulesContent, string]>([
    ['the whole $edgeAgent section', { $edgeAgent: { 'properties.desired': {} } }, 'base'],
    ['the section and paths', { $edgeAgent: { 'properties.desired.a': 1, 'properties.desired': {} } }, 'base'],
    ['paths only', { $edgeAgent: { 'properties.desired.modules.a': null }, m: { 'properties.desired': {} } }, 'layer'],
    ['nothing', { $edgeAgent: {} }, 'layer'],
    ['no $edgeAgent', {}, 'layer'],
    [
      'an $edgeAgent only by inheritance',
      Object.create({ $edgeAgent: { 'properties.desired': {} } }) as ModulesContent,
      'layer',
    ],
  ])('when it carries %s, it is a %s', (_title, content, type) => expect(deploymentType(content)).toBe(type));

  test('when it is listed as writes, shorter paths come first and __proto__ is a segment', () => {
    const { m } = parsed(
      '{"m":{"properties.desired.__proto__.x":1,"properties.desired.a":null,"properties.desired":{}}}',
    );
    expect(contentWrites(m ?? {})).toEqual([
      { path: [], value: {} },
      { path: ['a'], value: null },
      { path: ['__proto__', 'x'], value: 1 },
    ]);
  });

  test('when a module is called __proto__, it is a module', () => {
    const content = parsed('{"$edgeAgent":{},"__proto__":{"properties.desired":{"a":1},"bad":1}}');
    expect(texts(content)).toEqual([expect.stringContaining('modulesContent.__proto__.bad: a deployment writes')]);
  });
});
