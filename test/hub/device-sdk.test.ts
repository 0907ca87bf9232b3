// The unmodified Azure device SDK against the hub over real TLS: everything a device does with its hub.
import { Client, Message, ModuleClient, type DeviceMethodRequest, type Twin } from 'azure-iot-device';
import { Mqtt } from 'azure-iot-device-mqtt';
import { X509Certificate } from 'node:crypto';
import { makeCertificate } from '#hub/certificates/certificate-maker.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import {
  addDevice,
  connectionString,
  identityOf,
  startSiteHub,
  tokenFor,
  type SiteHub,
} from '#test/support/site-hub.ts';

let hub: SiteHub;
const clients: (Client | ModuleClient)[] = [];

beforeAll(async () => {
  hub = await startSiteHub();
});
afterAll(async () => {
  for (const client of clients) await client.close().catch(() => undefined);
  await hub.stop();
});

async function openDevice(id: string): Promise<Client> {
  addDevice(hub, id);
  const client = Client.fromConnectionString(connectionString(hub, id), Mqtt);
  await client.setOptions({ ca: hub.ca.certificatePem });
  await client.open();
  clients.push(client);
  return client;
}

function nextDesired(twin: Twin): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    // The SDK calls once with what it has; the next is a push.
    let calls = 0;
    twin.on('properties.desired', (delta) => {
      calls += 1;
      if (calls === 2) resolve(delta as Record<string, unknown>);
    });
  });
}

const report = (twin: Twin, patch: unknown) =>
  new Promise<void>((resolve, reject) => {
    twin.properties.reported.update(patch, (error?: Error) => (error ? reject(error) : resolve()));
  });

describe('a device with the unmodified SDK', () => {
  test('when it opens and closes, its presence and the journal follow', async () => {
    const client = await openDevice('opens');
    const { deviceId } = identityOf('opens');
    await eventually(() => expect(hub.registry.getDevice(deviceId).connectionState).toBe('Connected'));
    await client.close();
    await eventually(() => expect(hub.registry.getDevice(deviceId).connectionState).toBe('Disconnected'));
    const kinds = hub.journal('device-connected', 'device-disconnected').filter((entry) => entry.deviceId === deviceId);
    expect(kinds.map(({ kind, detail }) => [kind, detail['reason']])).toEqual([
      ['device-connected', undefined],
      ['device-disconnected', 'closed-by-device'],
    ]);
  });

  test('when it reads its twin, reports, and desired changes, both sides agree', async () => {
    const client = await openDevice('twin');
    hub.twins.patch(identityOf('twin'), { desired: { rate: 1, old: true } }, undefined, 'service');
    const twin = await client.getTwin();
    expect(twin.properties.desired).toMatchObject({ rate: 1, old: true, $version: 2 });
    await report(twin, { state: { code: 200 } });
    expect(hub.twins.get(identityOf('twin')).reported).toMatchObject({ value: { state: { code: 200 } }, version: 2 });
    const pushed = nextDesired(twin);
    await eventually(() => expect(hub.link.connectedCount()).toBeGreaterThan(0));
    await report(twin, { subscribed: true });
    hub.twins.patch(identityOf('twin'), { desired: { rate: 2, old: null } }, undefined, 'service');
    expect(await pushed).toEqual({ rate: 2, old: null, $version: 3 });
  });

  test('when it reports what a twin cannot hold, it gets the hub’s reason and stays connected', async () => {
    const client = await openDevice('bad-report');
    const twin = await client.getTwin();
    await expect(report(twin, { 'a.b': 1 })).rejects.toThrow(/may not contain '\.'/);
    await report(twin, { fine: 1 });
    expect(hub.twins.get(identityOf('bad-report')).reported.value).toEqual({ fine: 1 });
  });

  test('when the service calls a method, it answers', async () => {
    const client = await openDevice('methods');
    client.onDeviceMethod('reboot', (request: DeviceMethodRequest, response) => {
      response.send(202, { got: request.payload }, () => undefined);
    });
    const call = { name: 'reboot', payload: { in: 5 }, responseTimeoutMs: 5000, connectTimeoutMs: 5000 };
    expect(await hub.link.methods.invoke(identityOf('methods'), call, 'service')).toEqual({
      status: 202,
      payload: { got: { in: 5 } },
    });
    expect(hub.journal('method-called').at(-1)).toMatchObject({
      deviceId: 'methods',
      detail: { name: 'reboot', status: 202 },
    });
  });

  test('when messages wait for it, it gets them in order, and they are gone once it completes them', async () => {
    addDevice(hub, 'c2d');
    const { deviceId } = identityOf('c2d');
    for (const text of ['one', 'two', 'three']) {
      const message = { body: Buffer.from(text), properties: { n: text }, expiresAtMs: null };
      hub.link.cloudMessages.send(deviceId, message, 'service');
    }
    const client = Client.fromConnectionString(connectionString(hub, 'c2d'), Mqtt);
    await client.setOptions({ ca: hub.ca.certificatePem });
    await client.open();
    clients.push(client);
    const texts: string[] = [];
    client.on('message', (message: Message) => {
      texts.push(`${String(message.getData() as Buffer)} ${message.properties.getValue('n')}`);
      client.complete(message, () => undefined);
    });
    await eventually(() => expect(texts).toEqual(['one one', 'two two', 'three three']));
    await eventually(() => expect(hub.store.read.cloudMessages.countWaiting(deviceId)).toBe(0));
    hub.link.cloudMessages.send(deviceId, { body: Buffer.from('four'), properties: {}, expiresAtMs: null }, 'service');
    await eventually(() => expect(texts.at(-1)).toContain('four'));
  });

  test('when it sends telemetry with properties, the hub keeps body and properties', async () => {
    const client = await openDevice('telemetry');
    const message = new Message(JSON.stringify({ t: 21.5 }));
    message.contentType = 'application/json';
    message.messageId = 'm-1';
    message.properties.add('k 1', 'v&1');
    await client.sendEvent(message);
    const [kept] = hub.store.read.telemetry.latest(identityOf('telemetry'), 1);
    expect(kept?.properties).toEqual({ '$.mid': 'm-1', '$.ct': 'application/json', 'k 1': 'v&1' });
    expect(Buffer.from(kept?.body ?? []).toString()).toBe('{"t":21.5}');
  });

  test('when its token is renewed, the session goes on with its subscriptions', async () => {
    addDevice(hub, 'renewal');
    const client = Client.fromSharedAccessSignature(tokenFor(hub, 'renewal'), Mqtt);
    await client.setOptions({ ca: hub.ca.certificatePem });
    await client.open();
    clients.push(client);
    client.onDeviceMethod('ping', (_request, response) => response?.send(200, 'pong', () => undefined));
    const call = { name: 'ping', payload: null, responseTimeoutMs: 5000, connectTimeoutMs: 5000 };
    await hub.link.methods.invoke(identityOf('renewal'), call, 'service');
    const expiresAtS = Math.round(Date.now() / 1000) + 7200;
    const renewed = tokenFor(hub, 'renewal', { expiresAtS });
    await new Promise<void>((resolve, reject) => {
      client.updateSharedAccessSignature(renewed, (error) => (error ? reject(error) : resolve()));
    });
    expect(await hub.link.methods.invoke(identityOf('renewal'), call, 'service')).toEqual({
      status: 200,
      payload: 'pong',
    });
    await eventually(() => {
      const connects = hub.journal('device-connected').filter((entry) => entry.deviceId === 'renewal');
      expect(connects.length).toBeGreaterThan(1);
    });
    expect(hub.journal('identity-contested')).toEqual([]);
  });
});

describe('a module with the unmodified SDK', () => {
  test('when it has its own key, it has its own twin, methods and telemetry', async () => {
    addDevice(hub, 'edge');
    const identity = identityOf('edge/sensor');
    hub.registry.createModule(identity, null, undefined, 'service');
    const client = ModuleClient.fromConnectionString(connectionString(hub, 'edge/sensor'), Mqtt);
    await client.setOptions({ ca: hub.ca.certificatePem });
    await client.open();
    clients.push(client);
    const twin = await client.getTwin();
    await report(twin, { ready: true });
    expect(hub.twins.get(identity).reported.value).toEqual({ ready: true });
    client.onMethod('ping', (_request, response) => response?.send(200, 'pong', () => undefined));
    const call = { name: 'ping', payload: null, responseTimeoutMs: 5000, connectTimeoutMs: 5000 };
    expect(await hub.link.methods.invoke(identity, call, 'service')).toEqual({ status: 200, payload: 'pong' });
    await client.sendOutputEvent('out1', new Message('x'));
    expect(hub.store.read.telemetry.latest(identity, 1)[0]?.properties).toMatchObject({ '$.on': 'out1' });
  });
});

async function openWithCertificate(id: string, certified: { certificatePem: string; privateKeyPem: string }) {
  const client = Client.fromConnectionString(`HostName=${hub.host};DeviceId=${id};x509=true`, Mqtt);
  await client.setOptions({
    ca: hub.ca.certificatePem,
    cert: certified.certificatePem,
    key: certified.privateKeyPem,
  });
  await client.open();
  clients.push(client);
  return client;
}

describe('a device with a certificate', () => {
  test('when the site CA signed it for this device, it is let in', async () => {
    addDevice(hub, 'ca-signed', { type: 'certificateAuthority' });
    const client = await openWithCertificate('ca-signed', await hub.ca.signClientCertificate('ca-signed'));
    expect((await client.getTwin()).properties.desired).toMatchObject({ $version: 1 });
  });

  test('when its thumbprint is pinned, whoever signed it, it is let in', async () => {
    for (const [id, of] of [
      ['pinned-sha1', 'fingerprint'],
      ['pinned-sha256', 'fingerprint256'],
    ] as const) {
      const own = await makeCertificate({ commonName: 'x', purpose: { kind: 'client' }, notAfterMs: Date.now() + 1e9 });
      const primaryThumbprint = new X509Certificate(own.certificatePem)[of].replaceAll(':', '');
      addDevice(hub, id, { type: 'selfSigned', primaryThumbprint, secondaryThumbprint: '' });
      const client = await openWithCertificate(id, own);
      expect((await client.getTwin()).properties.desired).toMatchObject({ $version: 1 });
    }
  });

  test.each([
    ['another device’s certificate', 'ca-signed', {}],
    ['an expired certificate', 'ca-late', { notAfterMs: Date.UTC(2020, 0, 1) }],
    ['a certificate of tomorrow', 'ca-early', { notBeforeMs: Date.now() + 86_400_000 }],
  ])('when it comes with %s, it is turned away', async (_, commonName, validity) => {
    const id = commonName === 'ca-signed' ? 'ca-other' : commonName;
    addDevice(hub, id, { type: 'certificateAuthority' });
    const certified = await hub.ca.signClientCertificate(commonName, validity);
    await expect(openWithCertificate(id, certified)).rejects.toThrow();
  });
});

test('when the SDK is given a wrong key, it says so and does not get in', async () => {
  addDevice(hub, 'forged');
  const text = connectionString(hub, 'forged').replace(
    /SharedAccessKey=.*/,
    `SharedAccessKey=${Buffer.alloc(32).toString('base64')}`,
  );
  const client = Client.fromConnectionString(text, Mqtt);
  await client.setOptions({ ca: hub.ca.certificatePem });
  await expect(client.open()).rejects.toMatchObject({ name: 'UnauthorizedError' });
});
