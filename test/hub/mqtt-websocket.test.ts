// MQTT over WebSocket: the same device link behind one more door, so the same proofs and no way around its bounds.
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, type CertifiedKey } from '#hub/certificates/certificate-maker.ts';
import { eventually } from '#test/support/eventually.ts';
import { publishPacket, loginPacket } from '#test/support/raw-mqtt.ts';
import { addDevice, mqttOptions, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';
import { WebSocket } from 'ws';

let hub: SiteHub;

beforeAll(async () => {
  hub = await startSiteHub();
  addDevice(hub, 'd1');
  addDevice(hub, 'certified', { type: 'certificateAuthority' });
});
afterAll(() => hub.stop());

function connectWithCertificate(id: string, certified: CertifiedKey): Promise<MqttClient> {
  const { password: _, ...options } = mqttOptions(hub, id, { password: 'none' });
  const wsOptions = { ca: hub.ca.certificatePem, cert: certified.certificatePem, key: certified.privateKeyPem };
  return mqtt.connectAsync(`wss://127.0.0.1:${hub.httpsPort}/$iothub/websocket`, { ...options, wsOptions }, false);
}

/** Asks for an upgrade; `wire` is the connection below TLS, when the test needs it. */
async function upgradeTo(target: string, wire?: Socket): Promise<TLSSocket> {
  const way = wire === undefined ? { host: '127.0.0.1', port: hub.httpsPort } : { socket: wire };
  const socket = connect({ ...way, ca: hub.ca.certificatePem, servername: 'localhost' });
  socket.on('error', () => undefined).resume();
  await once(socket, 'secureConnect');
  const headers = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  socket.write(`GET ${target} HTTP/1.1\r\nHost: hub\r\n${[...headers, key].join('\r\n')}\r\n\r\n`);
  return socket;
}

function openSockets(): Promise<number> {
  return new Promise((resolve, reject) => {
    hub.listener.https.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

async function isServed(): Promise<void> {
  const url = `wss://127.0.0.1:${hub.httpsPort}/$iothub/websocket`;
  const client = await mqtt.connectAsync(url, { ...mqttOptions(hub, 'd1'), wsOptions: { ca: hub.ca.certificatePem } });
  client.end(true);
}

describe('an upgrade', () => {
  test.each(['//', 'http://[', '*', '/$iothub/websocket/', '/%'])(
    'when its target is %s, it is answered 404 and the hub goes on',
    async (target) => {
      const socket = await upgradeTo(target);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1.1 40[04] /);
      await isServed();
    },
  );

  test('when its peer never closes the refused connection, the hub does', async () => {
    const wire = connectTcp({ host: '127.0.0.1', port: hub.httpsPort, allowHalfOpen: true });
    const socket = await upgradeTo('/nothing-here', wire);
    await once(socket, 'end');
    await eventually(async () => expect(await openSockets()).toBe(0));
    wire.destroy();
  });
});

describe('a device', () => {
  test('when it comes with a certificate of the site CA, it is let in', async () => {
    const client = await connectWithCertificate('certified', await hub.ca.signClientCertificate('certified'));
    await client.publishAsync('devices/certified/messages/events/', 'x', { qos: 1 });
    client.end(true);
  });

  test('when its certificate only pretends to be of the site CA, it is turned away', async () => {
    const notAfterMs = Date.now() + 1e9;
    const pretended = await makeCertificate({
      commonName: 'Lanyard site CA',
      purpose: { kind: 'authority' },
      notAfterMs,
    });
    const purpose = { kind: 'client' } as const;
    const forged = await makeCertificate({ commonName: 'certified', purpose, notAfterMs, issuer: pretended });
    await expect(connectWithCertificate('certified', forged)).rejects.toMatchObject({ code: 5 });
  });

  test('when it sends a frame no packet can have, it is closed and journaled as oversize', async () => {
    const url = `wss://127.0.0.1:${hub.httpsPort}/$iothub/websocket`;
    const socket = new WebSocket(url, 'mqtt', { ca: hub.ca.certificatePem });
    await once(socket, 'open');
    socket.send(loginPacket(hub, 'd1'));
    await once(socket, 'message');
    socket.send(publishPacket('devices/d1/messages/events/', Buffer.alloc(1024 * 1024)));
    await once(socket, 'close');
    await eventually(() => expect(hub.reasons()).toContain('oversize-packet'));
    await isServed();
  });
});
