// What tags and desired properties may hold, of devices and of modules: IoT Hub's limits on both sides, patched and put.
import { beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { deviceId, moduleIdentity } from '#test/support/hub-parts.ts';
import { serviceCalls, url } from '#test/support/service-calls.ts';
import { badDocuments, goodDocuments } from '#test/support/twin-documents.ts';

const { parts, call } = serviceCalls();

beforeEach(() => {
  parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
  parts.registry.createModule(moduleIdentity('d1', 'm1'), null, undefined, 'service');
});

function send(method: 'PATCH' | 'PUT' | 'GET', place: string, body?: string | Buffer, ifMatch?: string) {
  const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  return call(method, url(`/twins/${place}`), { body, headers });
}

function around(before: string, json: string | Buffer, after: string): Buffer {
  return Buffer.concat([Buffer.from(before), Buffer.from(json), Buffer.from(after)]);
}

const asTags = (json: string | Buffer) => around('{"tags":', json, '}');
const asDesired = (json: string | Buffer) => around('{"properties":{"desired":', json, '}}');

/** A document of exactly so many bytes, as IoT Hub counts them. */
const filled = (bytes: number) => {
  const rest = bytes % 4000;
  const chunks = Array.from({ length: Math.floor(bytes / 4000) }, (_, n) => [`k${n}`, 'x'.repeat(3998)] as const);
  return JSON.stringify({ ...Object.fromEntries(chunks), ...(rest > 0 && { r: 'x'.repeat(rest - 1) }) });
};

const sectionOf = (body: string) => (JSON.parse(body) as { properties: { desired: JsonObject } }).properties.desired;

const stamp = (at: string | undefined, version: number) => ({ $lastUpdated: at, $lastUpdatedVersion: version });

const ways = [
  { way: 'PATCH of tags', method: 'PATCH', place: 'd1', wrap: asTags },
  { way: 'PATCH of desired', method: 'PATCH', place: 'd1', wrap: asDesired },
  { way: "PATCH of a module's tags", method: 'PATCH', place: 'd1/modules/m1', wrap: asTags },
  { way: "PUT of a module's desired", method: 'PUT', place: 'd1/modules/m1', wrap: asDesired },
  { way: 'PUT of tags', method: 'PUT', place: 'd1', wrap: asTags },
] as const;

describe.each(ways)('a $way', ({ method, place, wrap }) => {
  test.each(goodDocuments)('when it holds $title, it is taken and reads back the same', async ({ json }) => {
    const answer = await send(method, place, wrap(json));
    expect([answer.statusCode, answer.headers.etag]).toEqual([200, '"AAAAAAAAAAI="']);
    // As text: an object would say nothing of a key such as `__proto__`.
    const inside = JSON.stringify(JSON.parse(String(json))).slice(1, -1);
    const read = await send('GET', place);
    expect(read.body).toContain(`{${inside}`);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each(badDocuments)('when it holds $title, it is refused in words and nothing is stored', async ({ json }) => {
    const before = (await send('GET', place)).body;
    const lastSeq = parts.store.read.journal.lastSeq();
    const answer = await send(method, place, wrap(json));
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ Message: string }>().Message).toMatch(/^ErrorCode:\w+;.+/);
    expect((await send('GET', place)).body).toBe(before);
    expect(parts.store.read.journal.lastSeq()).toBe(lastSeq);
  });
});

describe('sizes', () => {
  test.each([
    ['tags', 8 * 1024, asTags],
    ['desired', 32 * 1024, asDesired],
  ] as const)('when %s hold %d bytes they are taken, and with one more they are refused', async (_, bytes, wrap) => {
    for (const place of ['d1', 'd1/modules/m1']) {
      expect((await send('PATCH', place, wrap(filled(bytes)))).statusCode).toBe(200);
      const refused = await send('PUT', place, wrap(filled(bytes + 1)));
      expect(refused.statusCode).toBeGreaterThanOrEqual(400);
      expect(refused.body).toContain('1 more than');
    }
  });
});

describe('bookkeeping', () => {
  test('when a module is patched, only its own sections, versions and etag move', async () => {
    const device = (await send('GET', 'd1')).body;
    await send('PATCH', 'd1/modules/m1', '{"tags":{"a":1},"properties":{"desired":{"b":{"c":1,"d":2},"e":[1,2]}}}');
    parts.clock.advance(1000);
    const patched = await send('PATCH', 'd1/modules/m1', '{"properties":{"desired":{"b":{"c":null},"e":[3]}}}');
    const { $metadata, ...values } = sectionOf(patched.body);
    expect(values).toEqual({ b: { d: 2 }, e: [3], $version: 3 });
    const [first, second] = [parts.clock.nowMs() - 1000, parts.clock.nowMs()].map((ms) => new Date(ms).toISOString());
    expect($metadata).toEqual({
      ...stamp(second, 3),
      b: { ...stamp(second, 3), d: stamp(first, 2) },
      e: stamp(second, 3),
    });
    expect(patched.json()).toMatchObject({ tags: { a: 1 }, version: 3, etag: 'AAAAAAAAAAM=' });
    expect((await send('GET', 'd1')).body).toBe(device);
    const before = parts.twins.get(moduleIdentity('d1', 'm1')).reported;
    expect(before).toMatchObject({ value: {}, version: 1 });
  });

  test.each(['PATCH', 'PUT'] as const)(
    'when the etag of a %s is stale, it is a 412 and nothing changes',
    async (method) => {
      await send('PATCH', 'd1/modules/m1', '{"tags":{"a":1}}');
      const stale = await send(method, 'd1/modules/m1', '{"tags":{"a":2}}', '"AAAAAAAAAAE="');
      expect(stale.statusCode).toBe(412);
      const current = await send(method, 'd1/modules/m1', '{"tags":{"a":3}}', '"AAAAAAAAAAI="');
      expect([current.statusCode, current.json<{ tags: JsonObject }>().tags]).toEqual([200, { a: 3 }]);
      expect((await send(method, 'd1/modules/m1', '{"tags":{"a":4}}', '*')).statusCode).toBe(200);
    },
  );

  test('when what was read is sent back, $version and $metadata count for nothing', async () => {
    await send('PATCH', 'd1', '{"properties":{"desired":{"a":{"b":1}}}}');
    const put = await send('PUT', 'd1', (await send('GET', 'd1')).body);
    expect(put.statusCode).toBe(200);
    expect(sectionOf(put.body)).toMatchObject({ a: { b: 1 }, $version: 3 });
  });
});
