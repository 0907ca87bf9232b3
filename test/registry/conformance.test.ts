// The OCI distribution specification 1.1, request by request, in the four workflows of its public conformance suite.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  anImage,
  anIndex,
  codeOf,
  descriptorOf,
  digestOf,
  indexType,
  manifestType,
  openRegistrySite,
  putManifest,
  type Answer,
  type RegistrySite,
} from '#test/support/registry-site.ts';

let site: RegistrySite;
beforeAll(async () => {
  site = await openRegistrySite();
});
afterAll(() => site.stop());

const config = Buffer.from('{"architecture":"amd64"}');
const layer = Buffer.from('a layer');
const absent = digestOf(Buffer.from('hello world'));

/** The path of an answer's Location. */
const placeOf = (answer: Answer) => new URL(answer.headers.location ?? '', 'https://site').pathname;

async function begin(repository = 'push/web'): Promise<string> {
  const answer = await site.ask('POST', `/v2/${repository}/blobs/uploads/`);
  expect(answer.status).toBe(202);
  return placeOf(answer);
}

describe('pull', () => {
  let digest: string;
  beforeAll(async () => {
    for (const blob of [config, layer]) await site.pushBlob('pull/web', blob);
    digest = await site.pushManifest('pull/web', 'v1', anImage([config, layer]));
  });

  test('when the registry is asked for at all, it says which it is', async () => {
    const { status, headers } = await site.ask('GET', '/v2/');
    expect([status, headers['docker-distribution-api-version']]).toEqual([200, 'registry/2.0']);
  });

  test.each(['GET', 'HEAD'])(
    'when a manifest is asked for by %s, tag and digest give the same bytes',
    async (method) => {
      const content = Buffer.from(JSON.stringify(anImage([config, layer])));
      for (const reference of ['v1', digest]) {
        const { status, headers, body } = await site.ask(method, `/v2/pull/web/manifests/${reference}`);
        expect(status).toBe(200);
        expect(headers).toMatchObject({
          'docker-content-digest': digest,
          'content-type': manifestType,
          'content-length': String(content.byteLength),
        });
        expect(body).toEqual(method === 'GET' ? content : Buffer.alloc(0));
      }
    },
  );

  test.each(['GET', 'HEAD'])('when a blob is asked for by %s, it comes with its digest and length', async (method) => {
    const { status, headers, body } = await site.ask(method, `/v2/pull/web/blobs/${digestOf(layer)}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'docker-content-digest': digestOf(layer), 'content-length': '7' });
    expect(body.toString()).toBe(method === 'GET' ? 'a layer' : '');
  });

  test.each([
    ['GET', `blobs/${absent}`, 404, 'BLOB_UNKNOWN'],
    ['GET', `manifests/${absent}`, 404, 'MANIFEST_UNKNOWN'],
    ['GET', 'manifests/.INVALID_MANIFEST_NAME', 404, 'MANIFEST_UNKNOWN'],
    ['GET', 'blobs/sha256:totallywrong', 400, 'DIGEST_INVALID'],
    ['DELETE', `manifests/${absent}`, 404, 'MANIFEST_UNKNOWN'],
    ['DELETE', `blobs/${absent}`, 404, 'BLOB_UNKNOWN'],
    ['GET', 'blobs/uploads/00000000-0000-0000-0000-000000000000', 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['POST', `blobs/${absent}`, 405, 'UNSUPPORTED'],
    ['GET', 'nothing', 404, 'UNSUPPORTED'],
  ])('when %s %s is not to be had, the answer is %i %s', async (method, path, status, code) => {
    const answer = await site.ask(method, `/v2/pull/web/${path}`);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  test.each([
    ['bytes=2-', 206, 'layer', 'bytes 2-6/7'],
    ['bytes=2-3', 206, 'la', 'bytes 2-3/7'],
    ['bytes=-2', 206, 'er', 'bytes 5-6/7'],
    ['bytes=0-999', 206, 'a layer', 'bytes 0-6/7'],
    ['bytes=0-0,2-3', 200, 'a layer', undefined],
    ['lines=1-2', 200, 'a layer', undefined],
    ['bytes=5-2', 200, 'a layer', undefined],
  ])('when the range %s is asked for, %i gives %j', async (range, status, text, given) => {
    const answer = await site.ask('GET', `/v2/pull/web/blobs/${digestOf(layer)}`, { headers: { range } });
    expect([answer.status, answer.body.toString(), answer.headers['content-range']]).toEqual([status, text, given]);
  });

  test.each(['bytes=7-', 'bytes=-0'])('when the range %s lies outside, 416 tells the size', async (range) => {
    const answer = await site.ask('GET', `/v2/pull/web/blobs/${digestOf(layer)}`, { headers: { range } });
    expect([answer.status, answer.headers['content-range']]).toEqual([416, 'bytes */7']);
  });

  test('when another repository is asked for the blob, it has none', async () => {
    expect((await site.ask('GET', `/v2/pull/other/blobs/${digestOf(layer)}`)).status).toBe(404);
  });
});

describe('push', () => {
  test('when a blob is streamed and then ended, it is here', async () => {
    const blob = Buffer.from('streamed');
    const upload = await begin();
    const sent = await site.ask('PATCH', upload, { body: blob });
    expect([sent.status, sent.headers.range]).toEqual([202, '0-7']);
    const ended = await site.ask('PUT', `${placeOf(sent)}?digest=${digestOf(blob)}`);
    expect([ended.status, placeOf(ended)]).toEqual([201, `/v2/push/web/blobs/${digestOf(blob)}`]);
    expect((await site.ask('GET', placeOf(ended))).body).toEqual(blob);
  });

  test('when a blob comes in one request or in two, it is here', async () => {
    for (const blob of [Buffer.from('one'), Buffer.from('two'), Buffer.alloc(0)]) {
      const inTwo = await site.ask('PUT', `${await begin()}?digest=${digestOf(blob)}`, { body: blob });
      expect(inTwo.status).toBe(201);
      await site.pushBlob('push/other', blob);
      expect((await site.ask('GET', `/v2/push/other/blobs/${digestOf(blob)}`)).body).toEqual(blob);
    }
  });

  test('when chunks come out of order, they are refused, and those in order are taken', async () => {
    const upload = await begin();
    const chunk = (body: string, range: string) =>
      site.ask('PATCH', upload, { body: Buffer.from(body), headers: { 'content-range': range } });
    expect((await chunk('later', '5-9')).status).toBe(416);
    const first = await chunk('first', '0-4');
    expect([first.status, first.headers.range]).toEqual([202, '0-4']);
    const again = await chunk('first', '0-4');
    expect([again.status, again.headers.range]).toEqual([416, '0-4']);
    const status = await site.ask('GET', upload);
    expect([status.status, status.headers.range, placeOf(status)]).toEqual([204, '0-4', upload]);
    expect((await chunk('later', '5-9')).status).toBe(202);
    expect((await chunk('x', 'all of it')).status).toBe(400);
    const last = { body: Buffer.from('!'), headers: { 'content-range': '10-10' } };
    expect((await site.ask('PUT', `${upload}?digest=${digestOf(Buffer.from('firstlater!'))}`, last)).status).toBe(201);
  });

  test('when what arrived has another digest, it is refused and gone', async () => {
    const upload = await begin();
    const ended = await site.ask('PUT', `${upload}?digest=${absent}`, { body: Buffer.from('not hello') });
    expect([ended.status, codeOf(ended)]).toEqual([400, 'DIGEST_INVALID']);
    expect((await site.ask('GET', upload)).status).toBe(404);
  });

  test('when an upload is cancelled, it is gone', async () => {
    const upload = await begin();
    expect((await site.ask('DELETE', upload)).status).toBe(204);
    expect((await site.ask('PATCH', upload, { body: Buffer.from('x') })).status).toBe(404);
  });

  test('when a blob is mounted, it need not be sent; when it is not here, an upload begins', async () => {
    const blob = Buffer.from('mounted');
    const digest = await site.pushBlob('push/from', blob);
    const mount = (query: string) => site.ask('POST', `/v2/push/to/blobs/uploads/?${query}`);
    const mounted = await mount(`mount=${digest}&from=push/from`);
    expect([mounted.status, placeOf(mounted)]).toEqual([201, `/v2/push/to/blobs/${digest}`]);
    expect((await site.ask('GET', placeOf(mounted))).body).toEqual(blob);
    expect((await mount(`mount=${digest}`)).status).toBe(201);
    for (const query of [`mount=${absent}&from=push/from`, `mount=${digest}&from=push/nowhere`, 'mount=nonsense']) {
      const answer = await mount(query);
      expect([answer.status, placeOf(answer)]).toEqual([
        202,
        expect.stringMatching(/^\/v2\/push\/to\/blobs\/uploads\/./),
      ]);
    }
  });

  test('when a manifest is put, by tag, by digest or without layers, it is here', async () => {
    for (const blob of [config, layer]) await site.pushBlob('push/web', blob);
    const digest = await site.pushManifest('push/web', 'v1', anImage([config, layer]));
    expect(await site.pushManifest('push/web', digest, anImage([config, layer]))).toBe(digest);
    const bare = await putManifest(site.ask, 'push/web', 'bare', anImage([config]));
    expect([bare.status, placeOf(bare)]).toEqual([
      201,
      `/v2/push/web/manifests/${String(bare.headers['docker-content-digest'])}`,
    ]);
  });

  test('when a manifest lists fewer of an index than there are, it is taken', async () => {
    await site.pushBlob('push/web', config);
    await site.pushManifest('push/web', 'part', anImage([config]));
    const index = anIndex([anImage([config]), anImage([config, Buffer.from('for arm')])]);
    await site.pushManifest('push/web', 'many', index);
    const { headers, body } = await site.ask('GET', '/v2/push/web/manifests/many');
    expect([headers['content-type'], body.toString()]).toEqual([indexType, JSON.stringify(index)]);
  });
});

describe('content discovery', () => {
  const tags = ['test0', 'TEST1', 'test2', 'Test3'];
  beforeAll(async () => {
    await site.pushBlob('find/web', config);
    for (const tag of tags) await site.pushManifest('find/web', tag, anImage([config]));
  });

  test('when tags are listed, they come in order, page by page', async () => {
    const list = async (query: string) => site.ask('GET', `/v2/find/web/tags/list${query}`);
    expect((await list('')).json()).toEqual({ name: 'find/web', tags: tags.toSorted() });
    expect((await list('')).headers.link).toBeUndefined();
    const page = await list('?n=3');
    expect(page.json()).toMatchObject({ tags: tags.toSorted().slice(0, 3) });
    const next = /^<(.*)>; rel="next"$/.exec(String(page.headers.link))?.[1] ?? '';
    expect((await site.ask('GET', next)).json()).toMatchObject({ tags: tags.toSorted().slice(3) });
    expect((await list('?n=0')).json()).toMatchObject({ tags: [] });
    expect((await list(`?last=${tags.toSorted()[1]}`)).json()).toMatchObject({ tags: tags.toSorted().slice(2) });
    expect((await list('?n=many')).status).toBe(400);
    expect((await site.ask('GET', '/v2/find/nowhere/tags/list')).status).toBe(404);
  });

  test('when the catalog is listed, each repository with a manifest is in it', async () => {
    const { repositories } = (await site.ask('GET', '/v2/_catalog')).json() as { readonly repositories: string[] };
    expect(repositories).toContain('find/web');
    expect(repositories).toEqual(repositories.toSorted());
    const first = await site.ask('GET', '/v2/_catalog?n=1');
    expect(first.json()).toEqual({ repositories: repositories.slice(0, 1) });
    expect(first.headers.link).toBe(`</v2/_catalog?n=1&last=${encodeURIComponent(repositories[0] ?? '')}>; rel="next"`);
  });

  test('when it is asked what speaks of a manifest, each is told with its type and annotations', async () => {
    const subject = descriptorOf(Buffer.from(JSON.stringify(anImage([config]))), manifestType);
    const empty = Buffer.from('{}');
    await site.pushBlob('find/web', empty);
    const signature = anImage([empty], { artifactType: 'a/signature', subject, annotations: { by: 'us' } });
    const bill = anImage([config], { subject });
    const index = anIndex([anImage([config])], { subject, artifactType: 'a/stand' });
    const put = await putManifest(site.ask, 'find/web', digestOf(Buffer.from(JSON.stringify(signature))), signature);
    expect([put.status, put.headers['oci-subject']]).toEqual([201, subject.digest]);
    await site.pushManifest('find/web', 'bill', bill);
    await site.pushManifest('find/web', 'index', index);
    const found = await site.ask('GET', `/v2/find/web/referrers/${subject.digest}`);
    expect([found.status, found.headers['content-type']]).toEqual([200, indexType]);
    const { manifests } = found.json() as { readonly manifests: readonly Record<string, unknown>[] };
    expect(manifests.map(({ artifactType, annotations }) => ({ artifactType, annotations }))).toEqual(
      expect.arrayContaining([
        { artifactType: 'a/signature', annotations: { by: 'us' } },
        { artifactType: 'application/vnd.oci.image.config.v1+json', annotations: undefined },
        { artifactType: 'a/stand', annotations: undefined },
      ]),
    );
    const filtered = await site.ask('GET', `/v2/find/web/referrers/${subject.digest}?artifactType=a/stand`);
    expect(filtered.headers['oci-filters-applied']).toBe('artifactType');
    expect((filtered.json() as { readonly manifests: unknown[] }).manifests).toHaveLength(1);
  });

  test('when nothing speaks of a digest, the list is empty; when it is no digest, it is refused', async () => {
    const none = await site.ask('GET', `/v2/find/web/referrers/${absent}`);
    expect(none.json()).toEqual({ schemaVersion: 2, mediaType: indexType, manifests: [] });
    expect((await site.ask('GET', '/v2/find/web/referrers/latest')).status).toBe(400);
  });
});

describe('content management', () => {
  test('when a tag is deleted, its manifest stays; when the manifest is, all its tags go', async () => {
    await site.pushBlob('manage/web', config);
    for (const tag of ['a', 'b', 'c']) await site.pushManifest('manage/web', tag, anImage([config]));
    const digest = digestOf(Buffer.from(JSON.stringify(anImage([config]))));
    const remove = async (path: string) => (await site.ask('DELETE', `/v2/manage/web/${path}`)).status;
    expect(await remove('manifests/a')).toBe(202);
    expect(await remove('manifests/a')).toBe(404);
    expect((await site.ask('GET', `/v2/manage/web/manifests/${digest}`)).status).toBe(200);
    expect(await remove(`blobs/${digestOf(config)}`)).toBe(405);
    expect(await remove(`manifests/${digest}`)).toBe(202);
    expect((await site.ask('GET', '/v2/manage/web/manifests/b')).status).toBe(404);
    expect((await site.ask('GET', '/v2/manage/web/tags/list')).status).toBe(404);
  });

  test('when a blob is deleted from a repository, others keep it', async () => {
    const blob = Buffer.from('shared');
    const digest = await site.pushBlob('manage/one', blob);
    await site.pushBlob('manage/two', blob);
    expect((await site.ask('DELETE', `/v2/manage/one/blobs/${digest}`)).status).toBe(202);
    expect((await site.ask('GET', `/v2/manage/one/blobs/${digest}`)).status).toBe(404);
    expect((await site.ask('GET', `/v2/manage/two/blobs/${digest}`)).body).toEqual(blob);
  });
});
