// The listeners of the site: their ports, their TLS, their bounds, and their end.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { createSystemClock } from '#entry/system-clock.ts';
import { createSiteListener } from '#hub/site/site-listener.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { loginPacket, pingPacket } from '#test/support/raw-mqtt.ts';
import { eventually } from '#test/support/eventually.ts';
import { addDevice, connectMqtt, mqttOptions, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

const hubs: SiteHub[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop();
});

async function start(...options: Parameters<typeof startSiteHub>): Promise<SiteHub> {
  const hub = await startSiteHub(...options);
  hubs.push(hub);
  addDevice(hub, 'd1');
  return hub;
}

async function bodyOf(response: IncomingMessage): Promise<unknown> {
  return JSON.parse((await response.toArray()).join(''));
}

/** `isRead`: whoever asks reads the body. */
function answerOf(
  hub: SiteHub,
  path: string,
  headers: Record<string, string> = {},
  isRead = false,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: hub.httpsPort, path, headers, ca: hub.ca.certificatePem },
      (response) => resolve(isRead ? response : response.resume()),
    );
    asked.on('error', reject).end();
  });
}

async function secureSocket(hub: SiteHub, port: number): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, ca: hub.ca.certificatePem });
  await once(socket, 'secureConnect');
  return socket;
}

/** How a connection ends that says nothing. */
function silenceAt(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    socket.once('close', () => resolve('closed')).resume();
  });
}

async function statusOf(hub: SiteHub, path: string, headers: Record<string, string> = {}): Promise<number> {
  return (await answerOf(hub, path, headers)).statusCode ?? 0;
}

test.each(['/devices/%zz', '/devices/%FF'])(
  'when the path is %s, the refusal is in the form SDKs read',
  async (path) => {
    const answer = await answerOf(await start(), path, {}, true);
    expect([answer.statusCode, answer.headers['iothub-errorcode']]).toEqual([400, 'ArgumentInvalid']);
    expect(await bodyOf(answer)).toEqual({
      Message: 'ErrorCode:ArgumentInvalid;The path of the request is not URL-encoded, or an id in it is too long.',
      ExceptionMessage: expect.stringMatching(/^Tracking ID:[0-9A-F]{32}-G:0-TimeStamp:\d\d\/\d\d\/\d{4} [\d:]{8}$/),
      errorCode: 400004,
    });
  },
);

describe('the ports', () => {
  test.each([
    ['--mqtt-port', (port: number) => ({ mqttPort: port, httpsPort: 0 })],
    ['--https-port', (port: number) => ({ mqttPort: 0, httpsPort: port })],
  ])('when that of %s is taken, the start is refused naming port and flag', async (flag, ports) => {
    const hub = await start();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { dir, ca, link } = hub;
    const common = { dir, ca, link, host: '127.0.0.1', clock: createSystemClock(), log: pino({ level: 'silent' }) };
    const listener = await createSiteListener({ ...common, ...ports(port) });
    await expect(listener.start()).rejects.toMatchObject({
      kind: 'refused',
      code: 'configuration.flag',
      message: expect.stringMatching(new RegExp(`Port ${port} .*${flag}`)),
    });
    await listener.stop();
    other.close();
  });
});

describe('the host', () => {
  test('when it is localhost, the HTTPS port is one server, within the bounds', async () => {
    const hub = await start({ gate: { silentMs: 50 } });
    const { dir, ca, link } = hub;
    const parts = { dir, ca, link, host: 'localhost', httpsPort: 0, mqttPort: 0, clock: createSystemClock() };
    const listener = await createSiteListener({
      ...parts,
      log: pino({ level: 'silent' }),
      gateLimits: { silentMs: 50 },
    });
    const { httpsPort } = await listener.start();
    const outcomes = await Promise.all(['127.0.0.1', '::1'].map((address) => silenceAt(address, httpsPort)));
    await listener.stop();
    expect(outcomes.toSorted()).toEqual(['ECONNREFUSED', 'closed']);
  });

  test('when nobody knows its name, the start is refused naming it', async () => {
    const { dir, ca, link } = await start();
    const parts = { dir, ca, link, host: 'nowhere.invalid', httpsPort: 0, mqttPort: 0, clock: createSystemClock() };
    const listener = await createSiteListener({ ...parts, log: pino({ level: 'silent' }) });
    await expect(listener.start()).rejects.toMatchObject({
      message: expect.stringMatching(/nowhere\.invalid .*--host/),
    });
    await listener.stop();
  });
});

test('when the certificate on disk no longer fits, a new one is served without a restart, and nobody is cut off', async () => {
  const hub = await start();
  const clock = createFakeClock(Date.now());
  const { dir, ca, link } = hub;
  const parts = { dir, ca, link, host: '127.0.0.1', httpsPort: 0, mqttPort: 0, clock };
  const listener = await createSiteListener({ ...parts, log: pino({ level: 'silent' }) });
  const ports = await listener.start();
  const held = await secureSocket(hub, ports.mqttPort);
  held.write(loginPacket(hub, 'd1'));
  await once(held, 'data');
  const serialAt = async (port: number): Promise<string> => {
    const socket = await secureSocket(hub, port);
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const first = await serialAt(ports.mqttPort);
  rmSync(join(dir, 'server.pem'));
  clock.advance(60_000);
  await eventually(async () => expect(await serialAt(ports.mqttPort)).not.toBe(first));
  expect(await serialAt(ports.httpsPort)).toBe(await serialAt(ports.mqttPort));
  held.write(pingPacket);
  expect(await once(held, 'data')).toEqual([Buffer.of(0xd0, 0)]);
  // The renewed context still asks for certificates, and still refuses what is too old.
  addDevice(hub, 'certified', { type: 'certificateAuthority' });
  const { certificatePem, privateKeyPem } = await ca.signClientCertificate('certified');
  const client = await mqtt.connectAsync(
    `mqtts://127.0.0.1:${ports.mqttPort}`,
    mqttOptions(hub, 'certified', { password: '', cert: certificatePem, key: privateKeyPem }),
    false,
  );
  client.end(true);
  held.destroy();
  await listener.stop();
});

describe('TLS', () => {
  test.each([
    ['TLSv1.3', 'mqttPort'],
    ['TLSv1.2', 'mqttPort'],
    ['TLSv1.2', 'httpsPort'],
  ] as const)('when a client speaks %s on %s, it is served', async (version, port) => {
    const hub = await start();
    const socket = connectTls({
      host: '127.0.0.1',
      port: hub[port],
      ca: hub.ca.certificatePem,
      minVersion: version,
      maxVersion: version,
    });
    await once(socket, 'secureConnect');
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });

  test('when a client speaks TLS 1.1, it is refused and journaled', async () => {
    const hub = await start();
    const socket = connectTls({
      host: '127.0.0.1',
      port: hub.mqttPort,
      ca: hub.ca.certificatePem,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await once(socket, 'error');
    await eventually(() => expect(hub.reasons()).toContain('tls'));
  });
});

describe('MQTT over WebSocket', () => {
  test('when a device comes by IoT Hub’s path, it is a device like any other', async () => {
    const hub = await start();
    const url = `wss://127.0.0.1:${hub.httpsPort}/$iothub/websocket?iothub-no-client-cert=true`;
    const client = await mqtt.connectAsync(url, {
      ...mqttOptions(hub, 'd1'),
      wsOptions: { ca: hub.ca.certificatePem },
    });
    await client.publishAsync('devices/d1/messages/events/', 'over websocket', { qos: 1 });
    expect(hub.store.read.telemetry.count()).toBe(1);
    client.end(true);
    await eventually(() => expect(hub.link.connectedCount()).toBe(0));
  });

  test('when the path is another, or the first frame is no MQTT, it is refused', async () => {
    const hub = await start();
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    expect(await statusOf(hub, '/other', upgrade)).toBe(404);
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(`wss://127.0.0.1:${hub.httpsPort}/$iothub/websocket`, 'mqtt', {
      ca: hub.ca.certificatePem,
    });
    await once(socket, 'open');
    socket.send('hello');
    await once(socket, 'close');
    await eventually(() => expect(hub.reasons()).toContain('not-mqtt'));
  });
});

const silence = (hub: SiteHub, count: number): Promise<Socket[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connectTcp({ host: '127.0.0.1', port: hub.mqttPort });
      socket.on('error', () => undefined).resume();
      await once(socket, 'connect');
      return socket;
    }),
  );

describe('the bounds', () => {
  test('when one address holds all it may, its next socket is closed, and a freed place is given again', async () => {
    const hub = await start({ gate: { socketsPerAddress: 3 } });
    const held = await silence(hub, 3);
    const [extra] = await silence(hub, 1);
    if (extra !== undefined && !extra.closed) await once(extra, 'close');
    await eventually(() => expect(hub.reasons()).toContain('too-many-from-address'));
    held[0]?.destroy();
    await eventually(async () => (await connectMqtt(hub, 'd1')).end(true));
  });

  test('when too many strangers wait, the one that waited longest makes room for a device', async () => {
    const hub = await start({ gate: { strangers: 5 } });
    const held = await silence(hub, 5);
    const client = await connectMqtt(hub, 'd1');
    expect(client.connected).toBe(true);
    await eventually(() => expect(held[0]?.closed).toBe(true));
    expect(held.filter((socket) => socket.closed)).toHaveLength(1);
    client.end(true);
  });

  test('when a device is connected, time does not count against it', async () => {
    const hub = await start({ gate: { silentMs: 50, loginMs: 100 } });
    const client = await connectMqtt(hub, 'd1');
    const [silent] = await silence(hub, 1);
    if (silent !== undefined) await once(silent, 'close');
    await client.publishAsync('devices/d1/messages/events/', 'still here', { qos: 1 });
    client.end(true);
  });
});

test('when the hub stops, every connection ends within two seconds and the journal says why', async () => {
  const hub = await start();
  const client = await connectMqtt(hub, 'd1');
  const idle = connectTls({ host: '127.0.0.1', port: hub.httpsPort, ca: hub.ca.certificatePem });
  await once(idle, 'secureConnect');
  const ends = Promise.all([
    once(idle.resume(), 'close'),
    new Promise<void>((resolve) => client.once('close', () => resolve())),
  ]);
  await hub.link.stop();
  await hub.listener.stop();
  await ends;
  await eventually(() =>
    expect(hub.journal('device-disconnected').map(({ detail }) => detail['reason'])).toEqual(['hub-stopped']),
  );
});
