// MQTT 3.1.1 packets byte by byte, and a bare TLS socket to send them on: for clients that do what no library would.
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import type { SiteHub } from './site-hub.ts';
import { tokenFor } from './site-hub.ts';

export function packet(firstByte: number, body: Uint8Array): Buffer {
  return Buffer.concat([header(firstByte, body.length), body]);
}

/** A fixed header that promises `length` bytes, whether they come or not. */
export function header(firstByte: number, length: number): Buffer {
  const bytes = [firstByte];
  do {
    bytes.push((length % 128) + (length >= 128 ? 128 : 0));
    length = Math.floor(length / 128);
  } while (length > 0);
  return Buffer.from(bytes);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

export function connectPacket(login: { clientId: string; username: string; password: string }): Buffer {
  const fixed = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0b11000000, 0, 180]);
  return packet(0x10, Buffer.concat([fixed, text(login.clientId), text(login.username), text(login.password)]));
}

export function loginPacket(hub: SiteHub, id: string): Buffer {
  const username = `${hub.host}/${id}/?api-version=2021-04-12`;
  return connectPacket({ clientId: id, username, password: tokenFor(hub, id) });
}

export function publishPacket(topic: string, payload: Uint8Array | string, qos: 0 | 1 | 2 = 1, packetId = 1): Buffer {
  const id = qos === 0 ? Buffer.of() : Buffer.from([packetId >> 8, packetId & 0xff]);
  return packet(0x30 | (qos << 1), Buffer.concat([text(topic), id, Buffer.from(payload as Uint8Array)]));
}

export function subscribePacket(filters: readonly string[], packetId = 1): Buffer {
  const list = filters.flatMap((filter) => [text(filter), Buffer.of(1)]);
  return packet(0x82, Buffer.concat([Buffer.from([packetId >> 8, packetId & 0xff]), ...list]));
}

export const pingPacket = packet(0xc0, Buffer.of());

export async function openTls(hub: SiteHub): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: hub.mqttPort, ca: hub.ca.certificatePem });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** Logged in, past its CONNACK. */
export async function openRaw(hub: SiteHub, id: string): Promise<TLSSocket> {
  const socket = await openTls(hub);
  socket.write(loginPacket(hub, id));
  const [connack] = (await once(socket, 'data')) as [Buffer];
  if (connack[0] !== 0x20 || connack[3] !== 0) throw new Error(`not let in: ${connack.toString('hex')}`);
  return socket;
}

export async function closed(socket: TLSSocket): Promise<void> {
  if (!socket.closed) await once(socket.resume(), 'close');
}
