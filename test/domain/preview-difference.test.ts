// What a new configuration changes: modules, their containers, and everything else, value by value.
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { configurationDifference, type ContainerEffect } from '#domain/layering/preview-difference.ts';
import { secretText } from '#domain/values/secret-values.ts';

const aModule = (change: JsonObject = {}, settings: JsonObject = {}): JsonObject => ({
  type: 'docker',
  status: 'running',
  restartPolicy: 'always',
  settings: { image: 'web:1', createOptions: '{"Env":["A=1"]}', ...settings },
  env: { LEVEL: { value: 'info' } },
  ...change,
});
const agent = (modules: JsonObject, rest: JsonObject = {}) => ({ $edgeAgent: { ...rest, modules } });

test('when modules come and go, each is named with all it holds', () => {
  const { modules, properties } = configurationDifference(
    agent({ gone: { status: 'running' } }),
    agent({ came: { status: 'stopped' } }),
  );
  expect(modules).toEqual([
    { name: 'came', kind: 'added', container: 'none', values: [{ path: ['status'], after: 'stopped' }] },
    { name: 'gone', kind: 'removed', container: 'stops', values: [{ path: ['status'], before: 'running' }] },
  ]);
  expect(properties).toEqual([]);
});

test.each<readonly [string, Json, Json, ContainerEffect]>([
  ['its image changes', aModule(), aModule({}, { image: 'web:2' }), 'restarts'],
  ['a variable changes', aModule(), aModule({ env: { LEVEL: { value: 'debug' } } }), 'restarts'],
  ['its options change', aModule(), aModule({}, { createOptions: '{"Env":["A=2"]}' }), 'restarts'],
  ['its options are only written otherwise', aModule(), aModule({}, { createOptions: '{ "Env": ["A=1"] }' }), 'none'],
  ['a tag is only spelled out', aModule({}, { image: 'web' }), aModule({}, { image: 'web:latest' }), 'none'],
  ['a number becomes its text', aModule({ env: { A: { value: 1 } } }), aModule({ env: { A: { value: '1' } } }), 'none'],
  ['its restart policy changes', aModule(), aModule({ restartPolicy: 'never' }), 'none'],
  ['it is to stop', aModule(), aModule({ status: 'stopped' }), 'stops'],
  ['it is to start', aModule({ status: 'stopped' }), aModule(), 'starts'],
  ['it stays stopped', aModule({ status: 'stopped' }), aModule({ status: 'stopped' }, { image: 'web:2' }), 'none'],
  [
    'its options need a device that allows them',
    aModule(),
    aModule({}, { createOptions: '{"HostConfig":{"Privileged":true}}' }),
    'restarts',
  ],
  ['a cloud wrote on it which deployment it is from', aModule(), aModule({ configuration: { id: 'a' } }), 'none'],
  ['it cannot be read before and after', aModule({ type: 7 }), aModule({ type: 8 }), 'none'],
  ['it becomes something that is no module', aModule(), 7, 'restarts'],
])('when %s, its container is told to be so', (_what, before, after, container) => {
  const { modules } = configurationDifference(agent({ web: before }), agent({ web: after }));
  expect(modules).toMatchObject([{ name: 'web', kind: 'changed', container }]);
});

test('when nothing of a module changes, it is not named', () => {
  expect(configurationDifference(agent({ web: aModule() }), agent({ web: aModule() }))).toEqual({
    modules: [],
    properties: [],
  });
});

const site = (password: string) => ({
  runtime: { settings: { registryCredentials: { site: { username: 'u', password, address: 'a' } } } },
});

test('when other values change, each is told with its module, passwords masked', () => {
  const { modules, properties } = configurationDifference(
    { ...agent({}, site('old')), m: { rate: 1 } },
    { ...agent({}, site('new')), m: { rate: 2 }, $edgeHub: { routes: { r: 'FROM /* INTO $upstream' } } },
  );
  expect(modules).toEqual([]);
  expect(properties).toEqual([
    {
      moduleId: '$edgeAgent',
      path: ['runtime', 'settings', 'registryCredentials', 'site', 'password'],
      before: secretText,
      after: secretText,
    },
    { moduleId: '$edgeHub', path: ['routes', 'r'], after: 'FROM /* INTO $upstream' },
    { moduleId: 'm', path: ['rate'], before: 1, after: 2 },
  ]);
});

test('when a device had nothing, or keeps nothing, everything comes or goes', () => {
  const whole = { ...agent({ web: aModule() }), m: { rate: 1 } };
  expect(configurationDifference({}, whole)).toMatchObject({
    modules: [{ name: 'web', kind: 'added', container: 'starts' }],
    properties: [{ moduleId: 'm', path: ['rate'], after: 1 }],
  });
  expect(configurationDifference(whole, {})).toMatchObject({
    modules: [{ name: 'web', kind: 'removed', container: 'stops' }],
    properties: [{ moduleId: 'm', path: ['rate'], before: 1 }],
  });
});
