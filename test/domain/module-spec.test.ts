// What the agent reads out of a desired section: IoT Edge's defaults, and every problem at once with its path.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { strictPolicy } from '#domain/device-policy.ts';
import { readAgentConfiguration, specHash, statusCodeOf, type ModuleSpec } from '#domain/module-spec.ts';
import { credentialFor, registryOf } from '#domain/registry-credential.ts';

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
