// Who is let in, by which CONNACK code the others learn that they are not, and what the journal alone knows of the reason.
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import {
  addDevice,
  connectMqtt,
  identityOf,
  keyOf,
  startSiteHub,
  tokenFor,
  type SiteHub,
} from '#test/support/site-hub.ts';

let hub: SiteHub;

beforeAll(async () => {
  hub = await startSiteHub();
  for (const id of ['d1', 'd2', 'off', 'kicked', 'rekeyed', 'short', 'x50%', 'edge', 'Dev1']) addDevice(hub, id);
  for (const id of ['edge/m1', 'd1/m1']) hub.registry.createModule(identityOf(id), null, undefined, 'service');
  hub.registry.updateDevice({ deviceId: identityOf('off').deviceId, status: 'disabled' }, '*', 'service');
});
afterAll(() => hub.stop());

const open = (id: string, change: Parameters<typeof connectMqtt>[2] = {}) => connectMqtt(hub, id, change);

const soonS = () => Math.round(Date.now() / 1000) + 60;
const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));

describe('a login that is good', () => {
  test.each([
    ['with the user name’s question mark', (host: string) => `${host}/d1/?api-version=2021-04-12`],
    ['without it', (host: string) => `${host}/d1/api-version=2018-06-30`],
    [
      'with keys that are not known',
      (host: string) => `${host}/d1/?api-version=2021-04-12&DeviceClientType=x%2F1&model-id=dtmi:a;1&new=1`,
    ],
    ['with a host in other case', (host: string) => `${host.toUpperCase()}/d1/?api-version=2021-04-12`],
  ])('when the device comes %s, it is let in', async (_, username) => {
    expect((await open('d1', { username: username(hub.host) })).connected).toBe(true);
  });

  test.each([
    ['without the port', () => 'localhost/devices/Dev1'],
    ['in lower case', () => `${hub.host}/devices/dev1`],
    ['in upper case', () => `${hub.host.toUpperCase()}/devices/DEV1`],
  ])('when its token names the device %s, it is let in', async (_, resource) => {
    expect((await open('Dev1', { password: tokenFor(hub, 'Dev1', { resource: resource() }) })).connected).toBe(true);
  });

  test('when the secondary key signed, it is let in', async () => {
    const { authentication } = hub.registry.getDevice(identityOf('d2').deviceId);
    const keyBase64 = authentication.type === 'sas' ? authentication.secondaryKey : '';
    expect((await open('d2', { password: tokenFor(hub, 'd2', { keyBase64 }) })).connected).toBe(true);
  });

  test('when the agent has only its device’s key, it is let in as a system module', async () => {
    const keyBase64 = keyOf(hub, 'edge');
    for (const id of ['edge/$edgeAgent', 'edge/$edgeHub'])
      expect((await open(id, { password: tokenFor(hub, id, { keyBase64 }) })).connected).toBe(true);
  });

  test('when the id has characters that mean something in URLs, it is let in', async () => {
    const resource = `${hub.host}/devices/${encodeURIComponent('x50%')}`;
    expect((await open('x50%', { password: tokenFor(hub, 'x50%', { resource }) })).connected).toBe(true);
    expect((await open('x50%')).connected).toBe(true);
  });
});

describe('a login that is not', () => {
  test.each<[string, () => [string, Parameters<typeof connectMqtt>[2]], number, string]>([
    [
      'an unknown device',
      () => ['ghost', { password: tokenFor(hub, 'd1', { resource: `${hub.host}/devices/ghost` }) }],
      5,
      'device-unknown',
    ],
    ['a wrong key', () => ['d1', { password: tokenFor(hub, 'd1', { keyBase64: keyOf(hub, 'd2') }) }], 5, 'wrong-key'],
    ['a disabled device', () => ['off', {}], 5, 'device-disabled'],
    [
      'a token that is over',
      () => ['d1', { password: tokenFor(hub, 'd1', { expiresAtS: 1_700_000_000 }) }],
      5,
      'token-expired',
    ],
    [
      'a token for another device',
      () => ['d1', { password: tokenFor(hub, 'd2', { keyBase64: keyOf(hub, 'd1') }) }],
      5,
      'wrong-audience',
    ],
    [
      'a token for another hub',
      () => ['d1', { password: tokenFor(hub, 'd1', { resource: 'other/devices/d1' }) }],
      5,
      'wrong-audience',
    ],
    [
      'a token for the whole hub',
      () => ['d1', { password: tokenFor(hub, 'd1', { resource: hub.host }) }],
      5,
      'wrong-audience',
    ],
    ['a device token for a module', () => ['d1/m1', { password: tokenFor(hub, 'd1') }], 5, 'wrong-key'],
    [
      'the device’s key for a module that is not the system’s',
      () => ['edge/m1', { password: tokenFor(hub, 'edge/m1', { keyBase64: keyOf(hub, 'edge') }) }],
      5,
      'wrong-key',
    ],
    [
      'another device’s key for a system module',
      () => ['edge/$edgeAgent', { password: tokenFor(hub, 'edge/$edgeAgent', { keyBase64: keyOf(hub, 'd1') }) }],
      5,
      'wrong-key',
    ],
    ['no proof at all', () => ['d1', { password: '' }], 5, 'no-proof'],
    ['a password that is no token', () => ['d1', { password: 'secret' }], 4, 'malformed-token'],
    [
      'a user name of another device',
      () => ['d1', { username: `${hub.host}/d2/?api-version=2021-04-12` }],
      4,
      'bad-login',
    ],
    ['a user name without version', () => ['d1', { username: `${hub.host}/d1/?api-version=` }], 4, 'bad-login'],
    ['no user name', () => ['d1', { username: '' }], 4, 'bad-login'],
    ['a client id that is none', () => ['d1/m1/x', { password: tokenFor(hub, 'd1') }], 4, 'bad-login'],
    [
      'a last will on a foreign topic',
      () => [
        'd1',
        { will: { topic: 'devices/d2/messages/events/', payload: Buffer.from('x'), qos: 0, retain: false } },
      ],
      5,
      'foreign-will',
    ],
    [
      'a last will into the twin',
      () => [
        'd1',
        {
          will: {
            topic: '$iothub/twin/PATCH/properties/reported/?$rid=1',
            payload: Buffer.from('{}'),
            qos: 0,
            retain: false,
          },
        },
      ],
      5,
      'foreign-will',
    ],
  ])('when it is %s, the door stays shut', async (_, login, code, reason) => {
    const [id, change] = login();
    await expect(open(id, change)).rejects.toMatchObject({ code });
    await eventually(() => expect(hub.reasons()).toContain(reason));
  });

  test('when it is MQTT 5, it is told that the version is not spoken', async () => {
    await expect(open('d1', { protocolVersion: 5 })).rejects.toMatchObject({ code: 1 });
  });
});

describe('a session that loses its right', () => {
  test('when its token runs out, it is closed then', async () => {
    const expiresAtS = Math.floor(Date.now() / 1000) + 2;
    const client = await open('short', { password: tokenFor(hub, 'short', { expiresAtS }) });
    await closed(client);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAtS * 1000);
    await eventually(() =>
      expect(hub.journal('device-disconnected').at(-1)?.detail).toEqual({ reason: 'token-expired' }),
    );
  });

  test('when the device is disabled, it is closed at once, and its modules with it', async () => {
    const keyBase64 = keyOf(hub, 'kicked');
    const device = await open('kicked');
    const agent = await open('kicked/$edgeAgent', { password: tokenFor(hub, 'kicked/$edgeAgent', { keyBase64 }) });
    const both = Promise.all([closed(device), closed(agent)]);
    hub.registry.updateDevice({ deviceId: identityOf('kicked').deviceId, status: 'disabled' }, '*', 'service');
    await both;
    await expect(open('kicked')).rejects.toMatchObject({ code: 5 });
  });

  test('when only the key it did not use changes, it stays; when its own does, it is closed', async () => {
    const { deviceId } = identityOf('rekeyed');
    const client = await open('rekeyed');
    const primaryKey = keyOf(hub, 'rekeyed');
    const rekey = (primary: string) =>
      hub.registry.updateDevice(
        {
          deviceId,
          authentication: { type: 'sas', primaryKey: primary, secondaryKey: Buffer.alloc(32, 7).toString('base64') },
        },
        '*',
        'service',
      );
    rekey(primaryKey);
    await client.publishAsync('devices/rekeyed/messages/events/', 'still here', { qos: 1 });
    const end = closed(client);
    rekey(Buffer.alloc(32, 8).toString('base64'));
    await end;
  });

  test('when the device is deleted, its session ends', async () => {
    addDevice(hub, 'gone');
    const client = await open('gone', { password: tokenFor(hub, 'gone', { expiresAtS: soonS() }) });
    const end = closed(client);
    hub.registry.deleteDevice(identityOf('gone').deviceId, '*', 'service');
    await end;
  });
});
