// Twins over the REST API: what is put and what stays, whose etag is the current one, and no device without its twin.
import { expect, it } from 'vitest';
import { deviceId } from '#test/support/hub-parts.ts';
import { serviceCalls, url } from '#test/support/service-calls.ts';

const { parts, call } = serviceCalls();

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
