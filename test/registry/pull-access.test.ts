// Who may do what: the service key everything, a device what its configuration names, nobody nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import {
  anImage,
  anIndex,
  codeOf,
  digestOf,
  openRegistrySite,
  type RegistrySite,
} from '#test/support/registry-site.ts';

let site: RegistrySite;
beforeAll(async () => {
  site = await openRegistrySite();
});
afterAll(() => site.stop());

const config = Buffer.from('{"os":"linux"}');
const layer = Buffer.from('layer of web');
const secret = Buffer.from('layer of secret');
const manifestBytes = (blobs: readonly Uint8Array[]) => Buffer.from(JSON.stringify(anImage(blobs)));

describe('a device', () => {
  let token = '';
  let pinned = '';
  beforeAll(async () => {
    for (const blob of [config, layer, secret]) await site.pushBlob('docker.io/plant/web', blob);
    await site.pushManifest('docker.io/plant/web', digestOf(manifestBytes([config, layer])), anImage([config, layer]));
    await site.pushManifest('docker.io/plant/web', '1', anIndex([anImage([config, layer])]));
    await site.pushManifest('docker.io/plant/web', '2', anImage([config, secret]));
    await site.pushBlob('plant/plain', config);
    await site.pushManifest('plant/plain', 'latest', anImage([config]));
    await site.pushBlob('reg.local_5000/pinned', config);
    pinned = await site.pushManifest('reg.local_5000/pinned', 'any', anImage([config]));
    token = site.addDevice('press-1', [
      'plant/web:1',
      'plant/plain',
      `reg.local:5000/pinned@${pinned}`,
      'plant/absent:1',
      `${site.address}/plant/plain:latest`,
      'No Image!',
    ]);
  });

  const asDevice = (method: string, path: string, authorization = token) => site.ask(method, path, { authorization });

  test.each([
    ['the tag it names', 'docker.io/plant/web/manifests/1', anIndex([anImage([config, layer])])],
    ['what the index leads to', `docker.io/plant/web/manifests/${digestOf(manifestBytes([config, layer]))}`, null],
    ['a path as it was pushed, by its site name', 'docker.io/plant/plain/manifests/latest', anImage([config])],
    ['a path as it was pushed', 'plant/plain/manifests/latest', anImage([config])],
  ])('when it asks for %s, it gets it', async (_what, path, document) => {
    for (const method of ['HEAD', 'GET']) {
      const { status, body } = await asDevice(method, `/v2/${path}`);
      expect(status).toBe(200);
      if (document !== null && method === 'GET') expect(body.toString()).toBe(JSON.stringify(document));
    }
  });

  test('when it asks for a digest that it names, and for the blobs below, it gets them', async () => {
    expect((await asDevice('GET', `/v2/reg.local_5000/pinned/manifests/${pinned}`)).status).toBe(200);
    expect((await asDevice('GET', `/v2/docker.io/plant/web/blobs/${digestOf(layer)}`)).body).toEqual(layer);
    expect((await asDevice('GET', `/v2/reg.local_5000/pinned/blobs/${digestOf(config)}`)).body).toEqual(config);
  });

  const absent = digestOf(Buffer.from('absent'));
  test.each([
    ['GET', 'docker.io/plant/web/manifests/2'],
    ['GET', 'docker.io/plant/web/manifests/3'],
    ['GET', `docker.io/plant/web/manifests/${digestOf(manifestBytes([config, secret]))}`],
    ['GET', `docker.io/plant/web/manifests/${absent}`],
    ['GET', `docker.io/plant/web/blobs/${digestOf(secret)}`],
    ['GET', `docker.io/plant/web/blobs/${absent}`],
    ['HEAD', `plant/other/blobs/${digestOf(layer)}`],
    ['GET', 'reg.local_5000/pinned/manifests/any'],
    ['GET', '_catalog'],
    ['GET', 'docker.io/plant/web/tags/list'],
    ['GET', `docker.io/plant/web/referrers/${absent}`],
    ['POST', 'docker.io/plant/web/blobs/uploads/'],
    ['PUT', 'docker.io/plant/web/manifests/1'],
    ['DELETE', 'docker.io/plant/web/manifests/1'],
    ['DELETE', `docker.io/plant/web/blobs/${digestOf(layer)}`],
    ['PATCH', 'docker.io/plant/web/blobs/uploads/00000000-0000-0000-0000-000000000000'],
    ['GET', 'Docker.io/../etc/manifests/1'],
  ])('when it asks %s %s, it is denied and learns nothing', async (method, path) => {
    const answer = await asDevice(method, `/v2/${path}`);
    expect(answer.status).toBe(403);
    if (method !== 'HEAD') expect(codeOf(answer)).toBe('DENIED');
  });

  test('when what it names is not here, it is told so, and can look elsewhere', async () => {
    const answer = await asDevice('GET', '/v2/docker.io/plant/absent/manifests/1');
    expect([answer.status, codeOf(answer)]).toEqual([404, 'MANIFEST_UNKNOWN']);
  });

  test('when it is given other images, the new ones are open at once, and others stay closed', async () => {
    const other = site.addDevice('press-2', ['plant/web:1']);
    const asks = async () =>
      Promise.all(
        ['plant/web/manifests/1', 'plant/web/manifests/2', 'plant/plain/manifests/latest'].map(
          async (path) => (await asDevice('GET', `/v2/docker.io/${path}`, other)).status,
        ),
      );
    expect(await asks()).toEqual([200, 403, 403]);
    site.deployTo('press-2' as DeviceId, ['plant/plain']);
    const given = await asks();
    expect([given[1], given[2]]).toEqual([403, 200]);
  });

  test('when the device is disabled, its token opens nothing', async () => {
    const other = site.addDevice('press-3', ['plant/web:1']);
    const { registry } = site.hub.operations;
    const { deviceId } = registry.getDevice('press-3' as DeviceId);
    registry.updateDevice({ deviceId, isEdge: true, status: 'disabled' }, undefined, 'service');
    expect((await asDevice('GET', '/v2/docker.io/plant/web/manifests/1', other)).status).toBe(401);
  });

  test('when Docker carries the token as a password, it opens the same', async () => {
    const password = site.basic('press-1', token);
    expect((await asDevice('GET', '/v2/', password)).status).toBe(200);
    expect((await asDevice('GET', '/v2/docker.io/plant/web/manifests/1', password)).status).toBe(200);
    expect((await asDevice('GET', '/v2/', site.basic('press-9', token))).status).toBe(401);
  });
});

describe('nobody', () => {
  test.each<[string, () => string | null]>([
    ['nothing', () => null],
    ['a wrong password', () => site.basic('service', 'wrong')],
    ['the key under another name', () => site.basic('admin', site.serviceKey)],
    ['no password', () => site.basic('press-1', '')],
    ['no colon', () => `Basic ${Buffer.from('service').toString('base64')}`],
    ['a bearer', () => 'Bearer abc'],
    ['a token of nonsense', () => 'SharedAccessSignature sr=x&sig=y&se=99999999999'],
  ])('when a request comes with %s, it is asked to log in', async (_what, authorization) => {
    for (const path of ['/v2/', '/v2/_catalog', '/v2/docker.io/plant/web/manifests/1']) {
      const answer = await site.ask('GET', path, { authorization: authorization() });
      expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHORIZED']);
      expect(answer.headers['www-authenticate']).toBe('Basic realm="Lanyard site"');
    }
  });
});
