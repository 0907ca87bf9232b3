// Everything a manifest is refused for, each with its path and how to mend it.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import { problemText } from '#domain/values/problem-text.ts';
import {
  aModuleEntry,
  anAgentSection,
  aSystemModules,
  inAgent,
  inHub,
  withAgent,
  withHub,
  withModule,
} from '#test/support/build-manifest.ts';

const problemsOf = (content: unknown) => checkManifest(content, { schema: true }).problems.map(problemText);

describe('what is refused', () => {
  const agent = 'modulesContent.$edgeAgent["properties.desired"]';
  const hub = 'modulesContent.$edgeHub["properties.desired"]';
  test.each<[string, JsonObject, string]>([
    [
      'no schema version',
      withAgent({ schemaVersion: null }),
      `${agent}.schemaVersion: it is missing: add "schemaVersion": "1.1".`,
    ],
    [
      'a future schema',
      withAgent({ schemaVersion: '2.0' }),
      `${agent}.schemaVersion: agents read schema versions "1.0" and "1.1": use one of them.`,
    ],
    ['no runtime', withAgent({ runtime: null }), `${agent}.runtime: it is missing: add "runtime"`],
    [
      'another runtime',
      withAgent({ runtime: { type: 'kubernetes', settings: {} } }),
      `${agent}.runtime.type: it must be "docker".`,
    ],
    [
      'a runtime without settings',
      withAgent({ runtime: { type: 'docker' } }),
      `${agent}.runtime.settings: it is missing`,
    ],
    [
      'runtime settings of another kind',
      withAgent({ runtime: { type: 'docker', settings: 'x' } }),
      'it must be an object: write {} for none.',
    ],
    [
      'a runtime of another kind',
      withAgent({ runtime: 5 }),
      `${agent}.runtime: it must be an object with type and settings.`,
    ],
    ['a version of Docker that is a number', inAgent('runtime.settings.minDockerVersion', 1.25), 'it must be a text.'],
    ['no system modules', withAgent({ systemModules: null }), `${agent}.systemModules: it is missing`],
    [
      'system modules of another kind',
      withAgent({ systemModules: [] }),
      'it must be an object with edgeAgent and edgeHub.',
    ],
    [
      'an edge agent of another kind',
      withAgent({ systemModules: { ...aSystemModules(), edgeAgent: 'x' } }),
      'it must be an object with type and settings.',
    ],
    [
      'an edge hub of another kind',
      withAgent({ systemModules: { ...aSystemModules(), edgeHub: 'x' } }),
      'it must be an object with type, status, restartPolicy and settings.',
    ],
    [
      'a third system module',
      withAgent({ systemModules: { ...aSystemModules(), proxy: {} } }),
      '"proxy" is no field of systemModules: take it out, or write one of edgeAgent, edgeHub.',
    ],
    [
      'an edge hub without status',
      withAgent({ systemModules: aSystemModules({ edgeHub: { status: null } }) }),
      'edgeHub.status: it is missing: add "status": "running".',
    ],
    [
      'an edge agent without image',
      withAgent({ systemModules: aSystemModules({ edgeAgent: { settings: { image: '' } } }) }),
      'edgeAgent.settings: settings.image is missing',
    ],
    ['no modules', withAgent({ modules: null }), `${agent}.modules: it is missing: add "modules": {}.`],
    [
      'an unknown field of the section',
      withAgent({ module: {} }),
      `${agent}.module: "module" is no field of the $edgeAgent section`,
    ],
    [
      'a field in the wrong case',
      withModule(aModuleEntry({ RestartPolicy: 'always' })),
      '"RestartPolicy" is no field of a module: write "restartPolicy".',
    ],
    [
      'a module without type',
      withModule(aModuleEntry({ type: null })),
      'camera.type: it is missing: add "type": "docker".',
    ],
    [
      'a module without settings',
      withModule(aModuleEntry({ settings: null })),
      'camera.settings: settings.image is missing',
    ],
    ['a version that is a number', withModule(aModuleEntry({ version: 1 })), 'camera.version: it must be a text.'],
    [
      'a policy misspelt',
      withModule(aModuleEntry({ restartPolicy: 'on-failured' })),
      'it must be "always" or "on-unhealthy" or "on-failure" or "never".',
    ],
    [
      'a template variable as image',
      withModule(aModuleEntry({}, { image: '${MODULES.camera}' })),
      'camera.settings.image: it is a variable of a template: build the manifest first',
    ],
    [
      'a variable in an image',
      withModule(aModuleEntry({}, { image: '${REGISTRY}/camera:1' })),
      'it is a variable of a template',
    ],
    [
      'an image that cannot be one',
      withModule(aModuleEntry({}, { image: 'https://reg/camera:1' })),
      'it cannot be an image: write it as [registry/]name[:tag].',
    ],
    [
      'a template variable as user',
      inAgent('runtime.settings.registryCredentials.r', { username: '$REGISTRY_USER', password: 'p', address: 'a' }),
      'username: it is a variable of a template',
    ],
    [
      'a template variable as address',
      inAgent('runtime.settings.registryCredentials.r.address', '${REGISTRY}'),
      'it is a variable of a template',
    ],
    [
      'an address with a space',
      inAgent('runtime.settings.registryCredentials.r.address', 'a b'),
      'it must be a host or host:port, without white space.',
    ],
    ['a user that is a number', inAgent('runtime.settings.registryCredentials.r.username', 5), 'it must be a text.'],
    [
      'a password that is a number',
      inAgent('runtime.settings.registryCredentials.r.password', 5),
      'it must be a text.',
    ],
    [
      'a password with parts',
      inAgent('runtime.settings.registryCredentials.r.password.x', 'y'),
      '"x" would stand below a plain value: write the path without it.',
    ],
    [
      'credentials without a password',
      inAgent('runtime.settings.registryCredentials.r', { username: 'u', address: 'a' }),
      'password: it is missing',
    ],
    [
      'credentials of another kind',
      inAgent('runtime.settings.registryCredentials', 'x'),
      'it must be an object of registries',
    ],
    [
      'one registry of another kind',
      inAgent('runtime.settings.registryCredentials.r', 'x'),
      'a registry is an object with address, username and password.',
    ],
    [
      'options that are no JSON',
      withModule(aModuleEntry({}, { createOptions: '{"a":' })),
      'createOptions: its text is no JSON: line 1, column 6:',
    ],
    [
      'options that are no object',
      withModule(aModuleEntry({}, { createOptions: '[]' })),
      'createOptions: its text must be a JSON object',
    ],
    [
      'a gap between the parts',
      withModule(aModuleEntry({}, { createOptions: '{', createOptions02: '}' })),
      'createOptions02: the parts are not numbered in a row',
    ],
    [
      'parts without a first',
      withModule(aModuleEntry({}, { createOptions: null, createOptions01: '{}' })),
      'createOptions01: the parts are not numbered in a row',
    ],
    [
      'the same part twice',
      withModule(aModuleEntry({}, { createOptions: '{', createoptions: '}' })),
      'createoptions: the parts are not numbered in a row',
    ],
    ['an unknown setting', withModule(aModuleEntry({}, { options: 1 })), '"options" is no field of the settings'],
    [
      'a variable with more than a value',
      withModule(aModuleEntry({ env: { A: { value: 1, secret: true } } })),
      'A.secret: "secret" is no field of a variable',
    ],
    ['a value below a value', inAgent('modules.camera.env.A.value', {}), 'a variable is an object with a text'],
    [
      'a variable name by path',
      { $edgeAgent: { 'properties.desired.modules.camera.env.A+B': { value: 1 } } },
      'a variable name may not contain',
    ],
    [
      'a path that was meant otherwise',
      inAgent('module.camera', aModuleEntry()),
      '"module" is no field of the $edgeAgent section',
    ],
    ['a blank image by path', inAgent('modules.camera.settings.image', ' '), 'settings.image is missing'],
    [
      'something below an image',
      inAgent('modules.camera.settings.image.name', 'x'),
      '"name" would stand below a plain value',
    ],
    [
      'something below the options',
      inAgent('modules.camera.settings.createOptions.HostConfig', {}),
      '"HostConfig" would stand below',
    ],
    ['modules that are a list', inAgent('modules', []), 'it must be an object of modules by name.'],
    ['a section that is no object', { $edgeAgent: { 'properties.desired': 5 } }, 'a whole section must be an object'],
    [
      'a section without modules',
      { $edgeAgent: { 'properties.desired': { ...anAgentSection(), modules: 5 } } },
      'an object of modules by name',
    ],
    ['a field that a module has not', inAgent('modules.camera.image', 'x'), '"image" is no field of a module'],
    [
      'a lean module of a layer',
      inAgent('modules.camera', { settings: { image: 'a:1' }, type: 'docker', restartPolicy: 'never' }),
      'status: it is missing',
    ],
    [
      'a system module as module',
      withAgent({ modules: { edgeHub: aModuleEntry() } }),
      'modules.edgeHub: edgeHub is a system module: give this module another name.',
    ],
    ['no routes', withHub({ routes: null }), `${hub}.routes: it is missing: add "routes": {}.`],
    [
      'a future schema of the edge hub',
      withHub({ schemaVersion: '2.0' }),
      `${hub}.schemaVersion: edge hubs read schema versions "1.0" to "1.3": use one of them.`,
    ],
    ['a schema of the edge hub that is no text', withHub({ schemaVersion: 1.1 }), 'edge hubs read schema versions'],
    [
      'a route that cannot be read',
      withHub({ routes: { r: 'FROM x INTO y' } }),
      `${hub}.routes.r: the route cannot be read:`,
    ],
    [
      'a route object in schema 1.0',
      withHub({ schemaVersion: '1.0.0', routes: { r: { route: 'FROM /* INTO $upstream' } } }),
      'priority and timeToLiveSecs need "schemaVersion": "1.1".',
    ],
    ['a route of another kind', withHub({ routes: { r: 5 } }), '.routes.r: a route is a text such as'],
    ['a route object without route', withHub({ routes: { r: { priority: 1 } } }), '.routes.r.route: it is missing'],
    [
      'a route that is a number inside',
      withHub({ routes: { r: { route: 5 } } }),
      '.routes.r.route: a route is a text such as',
    ],
    [
      'a priority of 10',
      withHub({ routes: { r: { route: 'FROM /* INTO $upstream', priority: 10 } } }),
      'priority: it must be a whole number from 0 to 9.',
    ],
    ['a time to live below 0', inHub('routes.r.timeToLiveSecs', -1), 'it must be a whole number from 0 to 4294967295.'],
    [
      'a route without a name',
      withHub({ routes: { '': 'FROM /* INTO $upstream' } }),
      'a route needs a name: give it one.',
    ],
    ['routes that are a list', withHub({ routes: [] }), 'it must be an object of routes by name'],
    [
      'a store without time',
      withHub({ storeAndForwardConfiguration: {} }),
      'timeToLiveSecs: it is missing: add "timeToLiveSecs": 7200.',
    ],
    [
      'a store that is a number',
      withHub({ storeAndForwardConfiguration: 7200 }),
      'it must be an object: {"timeToLiveSecs": 7200}.',
    ],
    [
      'limits of a store that are a number',
      inHub('storeAndForwardConfiguration.storeLimits', 5),
      'it must be an object with maxSizeBytes.',
    ],
    [
      'an unknown field of the edge hub',
      withHub({ route: {} }),
      '"route" is no field of the $edgeHub section of schema 1.1',
    ],
  ])('when there is %s', (_title, content, words) => {
    expect(problemsOf(content)).toEqual([expect.stringContaining(words)]);
  });
});
