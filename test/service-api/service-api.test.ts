// The edges of the REST API, without a network: who is let in, and how every failure reads.
import { describe, expect, it } from 'vitest';
import { deviceId, moduleIdentity } from '#test/support/hub-parts.ts';
import { serviceCalls, url } from '#test/support/service-calls.ts';

const { parts, sent, nowS, token, call } = serviceCalls();

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
    expect(sent).toMatchObject([{ identity: moduleIdentity('d1', '$edgeAgent'), actor: 'device' }]);
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
    [
      'fields of the wrong type',
      '{"status":"on","capabilities":5}',
      'ArgumentInvalid',
      /status: must be one of .*capabilities: must be a JSON object/,
    ],
    ['half a character', String.raw`{"statusReason":"\ud83d"}`, 'ArgumentInvalid', /statusReason: half a character/],
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
    // A device may have that name.
    ['PATCH', '/devices/query', 'GET, HEAD, PUT, DELETE, POST'],
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
