// The edges of the REST API, without a network: who is let in, and how every failure reads.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHmac } from 'node:crypto';
import { fastify, type FastifyInstance } from 'fastify';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { serviceApi } from '#service-api/service-api.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { createHubParts, deviceId, moduleIdentity, type HubParts } from '#test/support/hub-parts.ts';

const serviceKey = Buffer.alloc(32, 7).toString('base64');
const version = 'api-version=2021-04-12';

let parts: HubParts;
let app: FastifyInstance;
let invoked: unknown[];

beforeEach(async () => {
  parts = createHubParts();
  invoked = [];
  const { registry, twins, clock, log } = parts;
  const hub: HubOperations = {
    registry,
    twins,
    ...createConsoleOperations(parts),
    methods: {
      invoke: (identity, call, actor) => {
        invoked.push({ identity, call, actor });
        return Promise.resolve({ status: 200, payload: { done: true } });
      },
    },
    cloudMessages: {
      send: (deviceId, message) => {
        invoked.push({ deviceId, message });
        const queued = { id: 1, messageId: 'm1', enqueuedAtMs: 0, deliveryCount: 0 };
        return { ...queued, ...message, deviceId };
      },
    },
  };
  app = fastify({ routerOptions: { maxParamLength: 128 * 3 } });
  await app.register(serviceApi({ hub, clock, log, serviceKey, isOwnName: (host) => host === 'hub.local' }));
});
afterEach(() => app.close());

function token(overrides: Partial<Parameters<typeof signSharedAccessSignature>[0]> = {}): string {
  const request = { resource: 'hub.local', keyBase64: serviceKey, expiresAtS: nowS() + 60, keyName: 'service' };
  return signSharedAccessSignature({ ...request, ...overrides }, (key, text) =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64'),
  );
}

const nowS = () => parts.clock.nowMs() / 1000;

function call(
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS',
  url: string,
  options: { readonly body?: unknown; readonly authorization?: string; readonly headers?: Record<string, string> } = {},
) {
  const { body, authorization = token(), headers = {} } = options;
  return app.inject({
    method,
    url,
    headers: { authorization, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && {
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    }),
  });
}

const url = (path: string) => `${path}?${version}`;

describe('authorization', () => {
  it.each<[string, () => string, RegExp]>([
    ['no token at all', () => '', /does not begin with 'SharedAccessSignature/],
    ['a token of another kind', () => 'Bearer abc', /does not begin/],
    ['a wrong key', () => token({ keyBase64: Buffer.alloc(32, 8).toString('base64') }), /signature does not fit/],
    ['an expired token', () => token({ expiresAtS: nowS() - 1 }), /expired at .* make a new one/],
    [
      'another audience',
      () => token({ resource: 'elsewhere.local' }),
      /'elsewhere.local', which is no name of this hub/,
    ],
    ['a path it does not open', () => token({ resource: 'hub.local/devices/other' }), /opens '\/devices\/other'/],
    ['a path that only begins alike', () => token({ resource: 'hub.local/dev' }), /opens '\/dev'/],
    ['another policy', () => token({ keyName: 'iothubowner' }), /only 'service'/],
    [
      'an unknown device',
      () => token({ resource: 'hub.local/devices/d9', keyName: undefined }),
      /signature does not fit/,
    ],
  ])('when a request has %s, it is a 401 with one sentence', async (_what, makeToken, sentence) => {
    const response = await call('GET', url('/devices/d1'), { authorization: makeToken() });
    expect(response.statusCode).toBe(401);
    expect(response.headers['iothub-errorcode']).toBe('IotHubUnauthorizedAccess');
    const { Message, ExceptionMessage } = response.json<{ Message: string; ExceptionMessage: string }>();
    expect(Message.split(';')).toHaveLength(2);
    expect(Message).toMatch(sentence);
    expect(ExceptionMessage).toMatch(/^Tracking ID:[0-9A-F]{32}-G:0-TimeStamp:01\/01\/2026 00:00:00$/);
  });

  it.each(['hub.local', 'HUB.local', 'hub.local:8443', 'hub.local/devices', 'hub.local/devices/d1/'])(
    'when the token is for %s, the device is readable',
    async (resource) => {
      parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
      const response = await call('GET', url('/devices/d1'), { authorization: token({ resource }) });
      expect(response.statusCode).toBe(200);
    },
  );

  it('when a module calls a method of its own device, it may; of another device or anything else, it may not', async () => {
    for (const id of ['d1', 'd2']) parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
    const module = parts.registry.createModule(moduleIdentity('d1', 'm'), null, undefined, 'service');
    if (module.authentication.type !== 'sas') throw new Error('not sas');
    const authorization = token({
      resource: 'hub.local/devices/d1/modules/m',
      keyBase64: module.authentication.secondaryKey,
      keyName: undefined,
    });
    const body = { methodName: 'ping', payload: null };
    const own = await call('POST', '/twins/d1/modules/%24edgeAgent/methods', { authorization, body });
    expect(own.json()).toEqual({ status: 200, payload: { done: true } });
    expect(invoked).toMatchObject([{ identity: moduleIdentity('d1', '$edgeAgent'), actor: 'device' }]);
    expect((await call('POST', '/twins/d2/methods', { authorization, body })).statusCode).toBe(401);
    expect((await call('GET', url('/devices/d1'), { authorization })).statusCode).toBe(401);
    parts.registry.updateDevice({ deviceId: deviceId('d1'), status: 'disabled' }, '*', 'service');
    expect((await call('POST', '/twins/d1/methods', { authorization, body })).statusCode).toBe(401);
  });
});

describe('failures', () => {
  it('when no API version is named, it is the refusal that edge runtimes probe for', async () => {
    const response = await call('GET', '/devices/d1');
    expect([response.statusCode, response.headers['iothub-errorcode']]).toEqual([400, 'InvalidProtocolVersion']);
  });

  it.each<[string, string, string, RegExp]>([
    ['text that is no JSON', '{"deviceId":', 'ArgumentInvalid', /is not JSON/],
    ['no body', '', 'ArgumentInvalid', /needs a JSON body/],
    ['fields of the wrong type', '{"status":"on","capabilities":5}', 'ArgumentInvalid', /status: .*capabilities: /],
    ['another id than the path', '{"deviceId":"d2"}', 'ArgumentInvalid', /path names 'd1'.*'d2'/],
    ['a nest of arrays', '['.repeat(100_000), 'ArgumentInvalid', /deeper than 64 levels/],
  ])('when the body is %s, it is a 400 with one sentence', async (_what, body, name, sentence) => {
    const response = await call('PUT', url('/devices/d1'), { body });
    expect([response.statusCode, response.headers['iothub-errorcode']]).toEqual([400, name]);
    const { Message } = response.json<{ Message: string }>();
    expect(Message).toMatch(sentence);
    expect(Message.split(';')).toHaveLength(2);
  });

  it('when the body starts with a byte order mark, it is read; when it is not UTF-8, it is refused', async () => {
    const marked = await call('PUT', url('/devices/d1'), { body: '\ufeff{"deviceId":"d1"}' });
    expect(marked.statusCode).toBe(200);
    const body = Buffer.from('{"tags":{"a":"\xe9"}}', 'latin1');
    const guessed = await call('PATCH', url('/twins/d1'), { body });
    expect([guessed.statusCode, guessed.json()]).toMatchObject([
      400,
      { Message: expect.stringMatching(/not UTF-8/) as string },
    ]);
  });

  it('when the content type is no media type, it is a 415', async () => {
    const response = await call('PUT', url('/devices/d1'), { body: {}, headers: { 'content-type': 'bogus' } });
    expect([response.statusCode, response.headers['iothub-errorcode']]).toEqual([415, 'GenericUnsupportedMediaType']);
  });

  it.each([
    ['POST', '/devices/d1', 'GET, HEAD, PUT, DELETE'],
    ['DELETE', '/twins/d1', 'GET, HEAD, PATCH, PUT'],
    ['OPTIONS', '/configurations/c', 'GET, HEAD, PUT, DELETE'],
    ['GET', '/twins/d1/methods', 'POST'],
  ] as const)('when %s is asked of %s, it is a 405 that names what is served', async (method, path, allowed) => {
    const response = await call(method, url(path), { body: method === 'POST' ? { any: 1 } : undefined });
    expect([response.statusCode, response.headers['iothub-errorcode'], response.headers.allow]).toEqual([
      405,
      'GenericMethodNotAllowed',
      allowed,
    ]);
    const stranger = await call(method, url(path), { authorization: 'none' });
    expect(stranger.statusCode).toBe(401);
  });

  it('when a device is called query, it is a device like any other', async () => {
    expect((await call('PUT', url('/devices/query'), { body: {} })).statusCode).toBe(200);
    expect((await call('GET', url('/devices/query'))).json()).toMatchObject({ deviceId: 'query' });
  });

  it('when the answer is large, the connection ends with it: Node would reset it under the next request', async () => {
    parts.registry.createDevice({ deviceId: deviceId('d0') }, 'service');
    expect((await call('GET', url('/devices'))).headers.connection).toBe('keep-alive');
    for (let index = 1; index <= 150; index++)
      parts.registry.createDevice({ deviceId: deviceId(`d${index}`) }, 'service');
    const large = await call('GET', url('/devices'));
    expect(large.body.length).toBeGreaterThan(60 * 1024);
    expect(large.headers.connection).toBe('close');
  });

  it('when the body is huge, it is a 413', async () => {
    const response = await call('PUT', url('/devices/d1'), { body: `"${'x'.repeat(3 * 1024 * 1024)}"` });
    expect([response.statusCode, response.headers['iothub-errorcode']]).toEqual([413, 'MessageTooLarge']);
  });

  it('when a key is named __proto__, it is a key like any other', async () => {
    parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    const patched = await call('PATCH', url('/twins/d1'), { body: '{"tags":{"__proto__":{"a":1}}}' });
    expect(patched.statusCode).toBe(200);
    const read = await call('GET', url('/twins/d1'));
    expect(read.body).toContain('"tags":{"__proto__":{"a":1}}');
  });

  it('when an operation fails by a bug of ours, the answer is a 500 that tells where to look and nothing else', async () => {
    parts.store.close();
    const response = await call('GET', url('/devices/d1'));
    expect(response.statusCode).toBe(500);
    expect(response.json<{ Message: string }>().Message).toMatch(
      /^ErrorCode:ServerError;The hub failed .* under [0-9A-F]{32}\.$/,
    );
  });

  it('when the id is 128 characters that need encoding, it is the same id', async () => {
    const id = '%#?(='.repeat(26).slice(0, 128);
    const response = await call('PUT', url(`/devices/${encodeURIComponent(id)}`), { body: {} });
    expect(response.json()).toMatchObject({ deviceId: id });
  });
});

describe('bulk', () => {
  it('when a device comes with tags its twin may not hold, the device is not created either', async () => {
    const one = { id: 'good', importMode: 'create', tags: { site: 'north' }, properties: { desired: { rate: 5 } } };
    const response = await call('POST', url('/devices'), { body: [one, { ...one, id: 'bad', tags: { 'a.b': 1 } }] });
    expect([response.statusCode, response.json()]).toMatchObject([
      400,
      { isSuccessful: false, errors: [{ deviceId: 'bad', errorCode: 'ArgumentInvalid' }] },
    ]);
    expect((await call('GET', url('/devices/bad'))).statusCode).toBe(404);
    expect((await call('GET', url('/twins/good'))).json()).toMatchObject({
      tags: { site: 'north' },
      properties: { desired: { rate: 5 } },
    });
  });
});

describe('twins', () => {
  it('when a twin is put, the parts it names replace the old ones whole and the others stay', async () => {
    parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    await call('PATCH', url('/twins/d1'), { body: { tags: { a: 1 }, properties: { desired: { b: 1, c: 1 } } } });
    const put = await call('PUT', url('/twins/d1'), {
      body: { properties: { desired: { c: 2 } } },
      headers: { 'if-match': '"AAAAAAAAAAI="' },
    });
    expect(put.headers.etag).toBe('"AAAAAAAAAAM="');
    expect(put.json()).toMatchObject({ tags: { a: 1 }, properties: { desired: { c: 2, $version: 3 } } });
    expect(put.json<{ properties: { desired: object } }>().properties.desired).not.toHaveProperty('b');
  });

  it.each(['"AAAAAAAAAAk="', '"somebody else’s"', 'W/"AAAAAAAAAAI="'])(
    'when the etag is %s, which is not the current one, it is a 412',
    async (etag) => {
      parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
      const headers = { 'if-match': Buffer.from(etag).toString('latin1') };
      const response = await call('PATCH', url('/twins/d1'), { body: { tags: {} }, headers });
      expect([response.statusCode, response.headers['iothub-errorcode']]).toEqual([412, 'PreconditionFailed']);
    },
  );
});

describe('cloud-to-device messages', () => {
  it('when a message is posted, its headers become properties and its body stays as it is', async () => {
    parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    const response = await call('POST', url('/devices/d1/messages/devicebound'), {
      body: '{not json',
      headers: {
        'iothub-messageid': 'mine',
        'iothub-app-colour': 'red',
        'iothub-expiry': '2026-01-01T01:00:00Z',
        constructor: 'no property',
      },
    });
    expect([response.statusCode, response.headers['iothub-messageid']]).toEqual([204, 'm1']);
    expect(invoked).toEqual([
      {
        deviceId: 'd1',
        message: {
          body: Buffer.from('{not json'),
          properties: { '$.mid': 'mine', '$.ct': 'application/json', colour: 'red' },
          expiresAtMs: Date.UTC(2026, 0, 1, 1),
        },
      },
    ]);
  });
});

describe('testQueries', () => {
  it('when a condition and a metric are wrong, each has its own sentence in a 200', async () => {
    const response = await call('POST', url('/configurations/testQueries'), {
      body: {
        targetCondition: 'deviceId = edge1',
        customMetricQueries: { good: 'SELECT * FROM devices', bad: 'DELETE' },
      },
    });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      targetConditionError: expect.stringContaining("'edge1'"),
      customMetricQueryErrors: { bad: expect.stringContaining('SELECT') },
    });
  });

  it('when a metric query is too long, it is told as any other fault of it, tested or kept', async () => {
    const queries = { long: `SELECT * FROM devices WHERE tags.a = '${'x'.repeat(8192)}'` };
    const tested = await call('POST', url('/configurations/testQueries'), { body: { customMetricQueries: queries } });
    expect(tested.json()).toMatchObject({
      customMetricQueryErrors: { long: expect.stringMatching(/^at 8192: a query has at most 8192 characters/) },
    });
    const body = { content: { deviceContent: { 'properties.desired.a': 1 } }, metrics: { queries } };
    const kept = await call('PUT', url('/configurations/c'), { body });
    expect([kept.statusCode, kept.json()]).toEqual([400, expect.objectContaining({ errorCode: 400404 })]);
  });

  it('when a semicolon is in the way, the refusal says so, although no message holds one', async () => {
    const body = { content: { deviceContent: { 'properties.desired.a': 1 } }, targetCondition: "tags.a = 'x';" };
    const response = await call('PUT', url('/configurations/c'), { body });
    expect(response.json<{ Message: string }>().Message.split(';')).toEqual([
      'ErrorCode:InvalidConfigurationTargetCondition',
      expect.stringContaining('unexpected semicolon: remove it'),
    ]);
  });
});
