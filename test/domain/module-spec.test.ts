// What the agent reads out of a desired section: IoT Edge's defaults, and every problem at once with its path.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { strictPolicy } from '#domain/manifests/device-policy.ts';
import { readAgentConfiguration, specHash, statusCodeOf, type ModuleSpec } from '#domain/manifests/module-spec.ts';
import { credentialFor, registryOf } from '#domain/manifests/registry-credential.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function read(desired: JsonObject) {
  return readAgentConfiguration(desired, strictPolicy);
}

function readModule(module: JsonObject): ModuleSpec {
  const result = read({ schemaVersion: '1.1', modules: { web: module } });
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join(' '));
  const [spec] = result.value.modules;
  if (spec === undefined) throw new Error('no module');
  return spec;
}

function problemsOf(desired: JsonObject): string[] {
  const result = read(desired);
  return result.ok ? [] : result.problems.map((problem) => String(problem.at));
}

describe('readAgentConfiguration', () => {
  test('when only an image is given, it has the defaults of IoT Edge', () => {
    expect(readModule({ settings: { image: 'nginx' } })).toMatchObject({
      name: 'web',
      image: 'nginx:latest',
      status: 'running',
      restartPolicy: 'on-unhealthy',
      imagePullPolicy: 'on-create',
      startupOrder: 4_294_967_295,
      env: {},
    });
  });

  test.each([
    ['nginx', 'nginx:latest'],
    ['site:5000/nginx', 'site:5000/nginx:latest'],
    ['site:5000/nginx:1.2', 'site:5000/nginx:1.2'],
    ['nginx@sha256:ab', 'nginx@sha256:ab'],
  ])('when the image is %s, it runs %s', (image, expected) => {
    expect(readModule({ settings: { image } }).image).toBe(expected);
  });

  test('when a cloud wrote on a module which deployment it is from, that makes no other container of it', () => {
    const module = { settings: { image: 'nginx:1' }, env: { A: { value: 'x' } } };
    for (const id of ['base', 'layer'])
      expect(readModule({ ...module, configuration: { id } })).toEqual(readModule(module));
  });

  test('when createOptions come in parts, it joins them in order', () => {
    const settings = { image: 'a:1', createOptions: '{"Ho', createOptions02: '"}', createOptions01: 'stname":"h' };
    const spec = readModule({ settings });
    expect(spec.createOptions['Hostname']).toBe('h');
    expect(spec.createOptionsText).toBe('{"Hostname":"h"}');
  });

  test('when a part of createOptions is missing, it says after which gap', () => {
    const settings = { image: 'a:1', createOptions: '{', createOptions02: '}' };
    expect(problemsOf({ schemaVersion: '1.0', modules: { web: { settings } } })).toContain(
      'modules.web.settings.createOptions02',
    );
  });

  test('when variables are numbers and booleans, it makes them text', () => {
    const env = { A: { value: 1.5 }, B: { value: true }, C: { value: 'x' } };
    expect({ ...readModule({ settings: { image: 'a:1' }, env }).env }).toEqual({ A: '1.5', B: 'true', C: 'x' });
  });

  test('when much is wrong, it tells all of it with paths', () => {
    const modules = {
      'bad name': { settings: { image: 'a:1' } },
      web: { status: 'up', restartPolicy: 'often', startupOrder: -1, settings: { image: 'a b', createOptions: '{' } },
      db: { settings: {}, env: { 'A B': { value: 'x' }, C: 'x', IOTEDGE_DEVICEID: { value: 'other' } } },
    };
    expect(problemsOf({ schemaVersion: '1.1', runtime: { type: 'podman' }, modules }).toSorted()).toEqual([
      'modules.bad name',
      'modules.db.env.A B',
      'modules.db.env.C',
      'modules.db.env.IOTEDGE_DEVICEID',
      'modules.db.settings.image',
      'modules.web.restartPolicy',
      'modules.web.settings.createOptions',
      'modules.web.settings.image',
      'modules.web.startupOrder',
      'modules.web.status',
      'runtime.type',
    ]);
  });

  test.each([
    [{}, 417],
    [{ $version: 1 }, 417],
    [{ schemaVersion: '2.0', modules: {} }, 412],
    [{ modules: {} }, 412],
    [{ schemaVersion: '1.1', modules: [] }, 400],
  ] as [JsonObject, number][])('when desired is %j, its code is %i', (desired, code) => {
    const result = read(desired);
    expect(result.ok ? 200 : statusCodeOf(result.problems)).toBe(code);
  });

  test.each([
    [{ web: 'x' }, ['modules.web', 'modules.web.settings.image']],
    [{ web: { settings: { image: 7 } } }, ['modules.web.settings.image']],
    [{ web: { settings: 'x' } }, ['modules.web.settings', 'modules.web.settings.image']],
    [{ web: { settings: { image: 'a:1', createOptions: '[]' } } }, ['modules.web.settings.createOptions']],
    [{ web: { settings: { image: 'a:1', createOptions: 7 } } }, ['modules.web.settings.createOptions']],
    [{ web: { settings: { image: 'a:1', createOptions: '{"Pid":1}' } } }, ['modules.web.settings.createOptions.Pid']],
    [{ web: { type: 'docker', version: 2, settings: { image: 'a:1' } } }, ['modules.web.version']],
  ] as [JsonObject, string[]][])('when modules are %j, it names %j', (modules, at) => {
    expect(problemsOf({ schemaVersion: '1.1', modules })).toEqual(at);
  });

  test('when createOptions are the object itself, they are read as what was meant', () => {
    const spec = readModule({ settings: { image: 'a:1', createOptions: { Hostname: 'h' } } });
    expect(spec.createOptions['Hostname']).toBe('h');
    expect(spec.createOptionsText).toBe('{"Hostname":"h"}');
  });

  test.each([
    [{ site: 'x' }],
    [{ site: { address: 'a', username: 'u' } }],
    [{ site: { address: 'a', username: 'u', password: ' ' } }],
    [{ site: { address: '', username: 'u', password: 'p' } }],
  ] as [JsonObject][])('when registry credentials are %j, it says what they need', (registryCredentials) => {
    const desired = { schemaVersion: '1.1', runtime: { settings: { registryCredentials } } };
    expect(problemsOf(desired)).toEqual(['runtime.settings.registryCredentials.site']);
  });

  test('when a credential is for Docker’s own registry under another name, it is found', () => {
    const credential = { address: 'https://index.docker.io/v1/', username: 'u', password: 'p' };
    expect(credentialFor('library/web:1', [credential])).toBe(credential);
    expect(credentialFor('web', [{ ...credential, address: 'registry-1.docker.io' }])).not.toBeNull();
    expect(registryOf('localhost/web:1')).toBe('localhost');
  });

  test('when a module is called __proto__, it is a module like any other', () => {
    const desired = JSON.parse(
      '{"schemaVersion":"1.1","modules":{"__proto__":{"settings":{"image":"a:1"}}}}',
    ) as JsonObject;
    const result = read(desired);
    expect(result.ok && result.value.modules.map((module) => module.name)).toEqual(['__proto__']);
  });

  test('when registries have credentials, it finds them by the address of the image', () => {
    const site = { address: 'https://CR.site:5000', username: 'u', password: 'p' };
    const result = read({
      schemaVersion: '1.1',
      runtime: { type: 'docker', settings: { registryCredentials: { site, hub: { ...site, address: 'docker.io' } } } },
    });
    const credentials = result.ok ? result.value.registryCredentials : [];
    expect(credentialFor('cr.site:5000/web:1', credentials)?.address).toBe('https://CR.site:5000');
    expect(credentialFor('web:1', credentials)?.address).toBe('docker.io');
    expect(credentialFor('other.site/web:1', credentials)).toBeNull();
    expect(registryOf('library/web:1')).toBe('docker.io');
  });
});

describe('specHash', () => {
  test('when keys come in another order, it is the same; when a value changes, it is not', () => {
    const hash = specHash({ Image: 'a', HostConfig: { Memory: 1, Init: true } }, sha256);
    expect(specHash({ HostConfig: { Init: true, Memory: 1 }, Image: 'a' }, sha256)).toBe(hash);
    expect(specHash({ HostConfig: { Init: true, Memory: 2 }, Image: 'a' }, sha256)).not.toBe(hash);
  });
});
