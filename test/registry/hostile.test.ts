// What no honest client sends: tricks of paths, digests, names and sizes, and peers that break off or send twice.
import { readdirSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import {
  anImage,
  anIndex,
  codeOf,
  descriptorOf,
  digestOf,
  manifestType,
  openRegistrySite,
  putManifest,
  type RegistrySite,
} from '#test/support/registry-site.ts';

let site: RegistrySite;
beforeAll(async () => {
  site = await openRegistrySite();
});
afterAll(() => site.stop());

async function begin(): Promise<string> {
  const { headers } = await site.ask('POST', '/v2/u/blobs/uploads/');
  return headers.location ?? '';
}

const config = Buffer.from('{}');
const hex = '0'.repeat(64);
const uploadsLeft = () => readdirSync(join(site.imagesDir, 'uploads'));

test.each([
  '/v2/../../etc/passwd',
  '/v2/a/../b/manifests/v1',
  '/v2/a%2f..%2fb/manifests/v1',
  '/v2/a/blobs/uploads/../../../hub.db',
  '/v2/a/blobs/uploads/..%2f..%2fhub.db',
  '/v2//manifests/v1',
  '/v2/A/manifests/v1',
  '/v2/a%00/manifests/v1',
  `/v2/${'a'.repeat(256)}/manifests/v1`,
  `/v2/${'a/'.repeat(5000)}b/manifests/v1`,
  `/v2/a/manifests/${'t'.repeat(129)}`,
  '/v2/a/manifests/..',
  `/v2/a/blobs/sha256:${hex.slice(1)}`,
  `/v2/a/blobs/sha256:${hex.slice(1)}/..`,
  `/v2/a/blobs/SHA256:${hex}`,
  `/v2/a/blobs/sha256:${hex.slice(2)}AB`,
  `/v2/a/blobs/sha256:..%2f..%2f..%2fhub.db`,
  `/v2/a/blobs/sha512:${hex}${hex}`,
  `/v2/a/blobs/md5:${hex}`,
  `/v2/a/blobs/%zz`,
])('when the path is %s, it is refused', async (path) => {
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const { status, body } = await site.ask(method, path);
    expect([400, 404, 405, 414, 431]).toContain(status);
    expect(body.byteLength).toBeLessThan(2_000);
  }
});

describe('manifests', () => {
  beforeAll(async () => {
    await site.pushBlob('m', config);
  });
  const self = digestOf(Buffer.from('self'));
  test.each<[string, object, number, string]>([
    ['no JSON object', [1], 400, 'MANIFEST_INVALID'],
    [
      'of schema 1',
      { schemaVersion: 1, mediaType: manifestType, config: descriptorOf(config) },
      400,
      'MANIFEST_INVALID',
    ],
    ['of another type than it is sent as', { ...anImage([config]), mediaType: 'text/plain' }, 400, 'MANIFEST_INVALID'],
    ['with a blob that is not here', anImage([config, Buffer.from('absent')]), 404, 'MANIFEST_BLOB_UNKNOWN'],
    [
      'pointing at itself',
      anImage([config], { layers: [{ ...descriptorOf(config), digest: self }] }),
      404,
      'MANIFEST_BLOB_UNKNOWN',
    ],
    [
      'with a wrong size',
      anImage([config], { layers: [{ ...descriptorOf(config), size: 3 }] }),
      400,
      'MANIFEST_INVALID',
    ],
    [
      'with a negative size',
      anImage([config], { layers: [{ ...descriptorOf(config), size: -1 }] }),
      400,
      'MANIFEST_INVALID',
    ],
    [
      'with a digest that is a path',
      anImage([config], { layers: [{ ...descriptorOf(config), digest: '../../hub.db' }] }),
      400,
      'DIGEST_INVALID',
    ],
    [
      'with a subject that is none',
      anImage([config], { subject: { ...descriptorOf(config), digest: 'x' } }),
      400,
      'DIGEST_INVALID',
    ],
    ['with more parts than any', anIndex(Array.from({ length: 2001 }, (_, n) => ({ n }))), 400, 'MANIFEST_INVALID'],
  ])('when one is %s, it is refused', async (_what, document, status, code) => {
    const answer = await putManifest(site.ask, 'm', 'v1', document);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  test.each([
    ['bytes that are no text', Buffer.from([0xff, 0xfe]), 400],
    ['nested a million times', Buffer.from('['.repeat(1_000_000)), 400],
    ['over 4 MB', Buffer.alloc(4 * 1024 * 1024 + 1, ' '), 413],
  ])('when it is %s, it is refused', async (_what, body, status) => {
    const headers = { 'content-type': manifestType };
    expect((await site.ask('PUT', '/v2/m/manifests/v1', { body, headers })).status).toBe(status);
    const streamed = { body: Readable.from([body]), headers: { ...headers, 'transfer-encoding': 'chunked' } };
    expect((await site.ask('PUT', '/v2/m/manifests/v1', streamed)).status).toBe(status);
  });

  test.each(['PUT', 'DELETE'])('when %s names a tag that is none, the answer speaks of tags', async (method) => {
    const headers = { 'content-type': manifestType };
    for (const tag of ['t'.repeat(129), '-v1', 'v 1']) {
      const path = `/v2/m/manifests/${encodeURIComponent(tag)}`;
      const { status, body } = await site.ask(method, path, { headers });
      expect([status, body.toString()]).toEqual([400, expect.stringContaining('cannot be a tag: use letters')]);
    }
  });

  test('when it is put under a digest that is not its own, it is refused', async () => {
    const answer = await putManifest(site.ask, 'm', self, anImage([config]));
    expect([answer.status, codeOf(answer)]).toEqual([400, 'DIGEST_INVALID']);
  });

  test('when it is exactly 4 MB, it is taken, byte for byte', async () => {
    const bare = JSON.stringify(anImage([config]));
    const body = Buffer.from(bare + ' '.repeat(4 * 1024 * 1024 - bare.length));
    const headers = { 'content-type': manifestType };
    expect((await site.ask('PUT', '/v2/m/manifests/large', { body, headers })).status).toBe(201);
    expect((await site.ask('GET', '/v2/m/manifests/large')).body).toEqual(body);
  });

  test('when indexes lead to each other a hundred deep, and to one that is never sent, a device still reaches the end', async () => {
    let inner: object = anImage([config]);
    await site.pushManifest('deep', digestOf(Buffer.from(JSON.stringify(inner))), inner);
    for (let depth = 0; depth < 100; depth++) {
      inner = anIndex([inner, { never: depth }]);
      await site.pushManifest('deep', depth === 99 ? 'top' : digestOf(Buffer.from(JSON.stringify(inner))), inner);
    }
    const authorization = site.addDevice('deep-1', ['deep:top']);
    const leaf = digestOf(Buffer.from(JSON.stringify(anImage([config]))));
    expect((await site.ask('GET', `/v2/deep/manifests/${leaf}`, { authorization })).status).toBe(200);
    expect((await site.ask('GET', `/v2/deep/blobs/${digestOf(config)}`, { authorization })).status).toBe(200);
  });
});

describe('uploads', () => {
  test('when one is gone on with in another repository, there is none', async () => {
    const upload = await begin();
    expect((await site.ask('PATCH', upload.replace('/v2/u/', '/v2/v/'), { body: config })).status).toBe(404);
  });

  test('when two requests write to one at once, one of them is refused and the other goes on', async () => {
    const upload = await begin();
    const slow = new Readable({ read: () => undefined });
    const first = site.ask('PATCH', upload, { body: slow, headers: { 'transfer-encoding': 'chunked' } });
    slow.push('begin');
    const second = await eventually(async () => {
      const answer = await site.ask('PATCH', upload, { body: Buffer.alloc(0), headers: { 'content-length': '0' } });
      expect(answer.status).toBe(400);
      return answer;
    });
    expect(codeOf(second)).toBe('BLOB_UPLOAD_INVALID');
    slow.push(' end');
    slow.push(null);
    expect((await first).headers.range).toBe('0-8');
    const digest = digestOf(Buffer.from('begin end'));
    expect((await site.ask('PUT', `${upload}?digest=${digest}`)).status).toBe(201);
  });

  test('when a peer breaks off, what came of it counts, and it goes on from there', async () => {
    const upload = await begin();
    const outgoing = request({
      host: '127.0.0.1',
      port: site.httpsPort,
      ca: site.caPem,
      method: 'PATCH',
      path: upload,
      headers: { authorization: site.basic('service', site.serviceKey), 'content-length': '100' },
    });
    outgoing.on('error', () => undefined);
    outgoing.write('half');
    await eventually(async () => expect((await site.ask('GET', upload)).headers.range).toBe('0-3'));
    const closed = new Promise((resolve) => outgoing.once('close', resolve));
    outgoing.destroy();
    await closed;
    const rest = await eventually(async () => {
      const answer = await site.ask('PATCH', upload, {
        body: Buffer.from(' and half'),
        headers: { 'content-range': '4-12' },
      });
      expect(answer.status).toBe(202);
      return answer;
    });
    expect(rest.headers.range).toBe('0-12');
    const digest = digestOf(Buffer.from('half and half'));
    expect((await site.ask('PUT', `${upload}?digest=${digest}`)).status).toBe(201);
  });

  test('when eight bring the same blob at once, all are content, and it lies here once', async () => {
    const blob = Buffer.alloc(3_000_000, 'same');
    const digests = await Promise.all(Array.from({ length: 8 }, (_, n) => site.pushBlob(`same/${n}`, blob)));
    expect(new Set(digests)).toEqual(new Set([digestOf(blob)]));
    expect((await site.ask('GET', `/v2/same/7/blobs/${digestOf(blob)}`)).body).toEqual(blob);
  });

  test('when more are begun than a site has a use for, the next are asked to wait', async () => {
    const begun: string[] = [];
    for (let count = 0; count <= 256; count++) {
      const answer = await site.ask('POST', '/v2/u/blobs/uploads/');
      if (answer.status === 429) break;
      begun.push(answer.headers.location ?? '');
    }
    expect(begun.length).toBeLessThanOrEqual(256);
    expect((await site.ask('POST', '/v2/u/blobs/uploads/')).status).toBe(429);
    for (const upload of begun) await site.ask('DELETE', upload);
  });

  test('when all of them ended, nothing of them is left on disk', async () => {
    const upload = await begin();
    expect(uploadsLeft()).toContain(upload.split('/').at(-1));
    await site.ask('DELETE', upload);
    expect(uploadsLeft()).not.toContain(upload.split('/').at(-1));
  });
});
