// What is taken everywhere and seldom meant: told, and no reason to refuse a manifest.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import { problemText } from '#domain/values/problem-text.ts';
import {
  aManifest,
  aModuleEntry,
  anAgentSection,
  aSystemModules,
  inAgent,
  withAgent,
  withHub,
  withModule,
} from '#test/support/build-manifest.ts';

const check = (content: unknown) => checkManifest(content, { schema: true });
const problemsOf = (content: unknown) => check(content).problems.map(problemText);
const warningsOf = (content: unknown) => check(content).warnings.map(problemText);

const ports = (host: string, address?: string) =>
  JSON.stringify({
    HostConfig: { PortBindings: { '80/tcp': [{ HostPort: host, ...(address && { HostIp: address }) }] } },
  });

const strategy = (word: string, options = '{}') =>
  JSON.stringify({ ...(JSON.parse(options) as JsonObject), Labels: { 'lanyard.update-strategy': word } });

describe('what is warned of', () => {
  test.each<[string, JsonObject, string]>([
    [
      'an image without a version',
      withModule(aModuleEntry({}, { image: 'reg.local:5000/camera' })),
      'camera.settings.image: it names no version',
    ],
    [
      'a status on the edge agent',
      withAgent({ systemModules: aSystemModules({ edgeAgent: { status: 'running' } }) }),
      'edgeAgent.status: the edge agent overlooks it on itself',
    ],
    [
      'a status written by path',
      inAgent('systemModules.edgeAgent.restartPolicy', 'always'),
      'overlooks it on itself: take it out.',
    ],
    [
      'something below an overlooked field',
      inAgent('systemModules.edgeAgent.version.x', 'always'),
      'overlooks it on itself: take it out.',
    ],
    [
      'a version on the edge hub',
      withAgent({ systemModules: aSystemModules({ edgeHub: { version: '1.0' } }) }),
      'edgeHub.version: the edge agent overlooks it',
    ],
    [
      'a startup order in schema 1.0',
      withAgent({ schemaVersion: '1.0', modules: { camera: aModuleEntry({ startupOrder: 1 }) } }),
      'camera.startupOrder: it is of schema 1.1',
    ],
    [
      'a pull policy in schema 1.0',
      withAgent({ schemaVersion: '1.0.0', modules: { camera: aModuleEntry({ imagePullPolicy: 'never' }) } }),
      'imagePullPolicy: it is of schema 1.1',
    ],
    [
      'an unknown field in schema 1.0',
      withAgent({ schemaVersion: '1.0', modules: { camera: aModuleEntry({ comment: 'x' }) } }),
      '"comment" is no field of a module',
    ],
    [
      'an unknown field in an edge hub of schema 1.0',
      withHub({ schemaVersion: '1.0', mqttBroker: {} }),
      '"mqttBroker" is no field of',
    ],
    [
      'the MQTT broker',
      withHub({ schemaVersion: '1.2', mqttBroker: { bridges: [] } }),
      'mqttBroker: IoT Edge has no MQTT broker any more',
    ],
    [
      'an image of the parent',
      withModule(aModuleEntry({}, { image: '$upstream:443/camera:1' })),
      'this site has none: name the registry',
    ],
    [
      'a placeholder as password',
      inAgent('runtime.settings.registryCredentials.r', { username: 'u', password: '<password>', address: 'a' }),
      'password: it looks like a placeholder',
    ],
    [
      'a variable as password',
      inAgent('runtime.settings.registryCredentials.r', {
        username: 'u',
        password: '$REGISTRY_PASSWORD',
        address: 'a',
      }),
      'password: it looks like a placeholder',
    ],
    [
      'a variable of the agent',
      inAgent('modules.camera.env.IOTEDGE_DEVICEID', { value: 'x' }),
      'agents of this site refuse this variable',
    ],
    [
      'a variable with an equals sign',
      withModule(aModuleEntry({ env: { 'A=B': { value: 'x' } } })),
      '.env["A=B"]: agents of this site refuse this variable',
    ],
    [
      'a part that is too long',
      withModule(aModuleEntry({}, { createOptions: `{"a":"${'x'.repeat(600)}`, createOptions01: '"}' })),
      'createOptions: a part has 512 characters at most, this one 606',
    ],
    [
      'an update strategy that is none',
      withModule(aModuleEntry({}, { createOptions: strategy('kill') })),
      "createOptions: its label lanyard.update-strategy is 'kill', which agents of this site refuse: write one of download-then-kill",
    ],
    [
      'a module that is handed over with a port of the host',
      withModule(aModuleEntry({}, { createOptions: strategy('hand-over', ports('8080')) })),
      'createOptions: it is to be handed over and asks for port 8080 of the host',
    ],
    [
      'two modules on one port',
      withAgent({
        modules: {
          a: aModuleEntry({}, { createOptions: ports('8080') }),
          b: aModuleEntry({}, { createOptions: ports('8080') }),
        },
      }),
      '.modules.b: b and a both take port 8080/tcp of the host',
    ],
    [
      'two modules on one port at one address',
      withAgent({
        modules: {
          a: aModuleEntry({}, { createOptions: ports('8080', '0.0.0.0') }),
          b: aModuleEntry({}, { createOptions: ports('8080', '10.0.0.1') }),
        },
      }),
      'both take port 8080/tcp',
    ],
    [
      'a module on a port of the edge hub',
      withAgent({
        modules: { a: aModuleEntry({}, { createOptions: ports('443') }) },
        systemModules: aSystemModules({ edgeHub: { settings: { image: 'hub:1', createOptions: ports('443') } } }),
      }),
      'a and edgeHub both take port 443/tcp',
    ],
    [
      'two modules of a layer on one port',
      {
        $edgeAgent: {
          'properties.desired.modules.a': aModuleEntry({}, { createOptions: ports('80') }),
          'properties.desired.modules': { b: aModuleEntry({}, { createOptions: ports('80') }) },
        },
      },
      'a and b both take port 80/tcp',
    ],
    [
      'a path beside the section',
      { $edgeAgent: { 'properties.desired': anAgentSection(), 'properties.desired.modules.b': aModuleEntry() } },
      '["properties.desired.modules.b"]: the az CLI takes no paths beside',
    ],
    [
      'settings for a module that is not there',
      aManifest({ settings: { kamera: {} } }),
      'modulesContent.kamera: it has settings here, but this deployment does not run it',
    ],
    [
      'more modules than IoT Hub takes',
      withAgent({
        modules: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`m${index}`, aModuleEntry()])),
      }),
      'it runs 51 modules, IoT Hub takes 50',
    ],
  ])('when there is %s, it is a warning', (_title, content, words) => {
    expect(problemsOf(content)).toEqual([]);
    expect(warningsOf(content)).toEqual([expect.stringContaining(words)]);
  });

  test.each<[string, Json]>([
    ['different addresses', [{ HostPort: '80', HostIp: '10.0.0.1' }]],
    ['a port that Docker chooses', [{ HostPort: '' }]],
    ['port 0', [{ HostPort: '0' }]],
    ['no port', [{}]],
    ['no list', 'x'],
    ['no object', ['x']],
  ])('when two modules bind with %s, nothing clashes', (_title, binding) => {
    const second = JSON.stringify({ HostConfig: { PortBindings: { '80/tcp': binding } } });
    const modules = {
      a: aModuleEntry({}, { createOptions: ports('80', '10.0.0.2') }),
      b: aModuleEntry({}, { createOptions: second }),
      c: aModuleEntry({}, { createOptions: '{"HostConfig":{"PortBindings":{"80":[{"HostPort":"80"}]}}}' }),
    };
    expect(warningsOf(withAgent({ modules: { a: modules.a, b: modules.b } }))).toEqual([]);
    expect(warningsOf(withAgent({ modules: { a: modules.a, c: modules.c } }))).toHaveLength(1);
  });
});
