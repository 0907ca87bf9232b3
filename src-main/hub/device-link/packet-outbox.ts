// What the hub says to one client: the packets of one turn of the event loop leave in one write, so that twenty answers are
// one TLS record. Packets are made here, in one piece each: through aedes every field of a packet is a write of its own.
import type { Client } from 'aedes';

export interface PacketOutbox {
  /** A PUBLISH at QoS 0; `settle` hears whether it was handed to the operating system. */
  publish(topic: string, payload: string | Uint8Array, settle?: (isSent: boolean) => void): void;
  /** One as `publishPacket` makes them, which many clients may be given. */
  send(packet: Buffer): void;
  acknowledge(messageId: number): void;
  /** Calls back at once, or, when the client is behind with reading, once it has caught up or is gone. */
  whenRead(proceed: () => void): void;
  /** Bytes that wait here or in the connection. */
  waitingBytes(): number;
  /** Packets put in since the beginning. */
  count(): number;
}

/** aedes' own watch over clients that do not read; its types leave it out. */
interface DrainWatch {
  waitForDrain(settle: () => void): void;
}

export function createPacketOutbox(client: Client): PacketOutbox {
  const { conn } = client;
  let packets: Buffer[] = [];
  let bytes = 0;
  let count = 0;
  let settlers: ((isSent: boolean) => void)[] = [];

  function leave(): void {
    const leaving = packets;
    const told = settlers;
    packets = [];
    settlers = [];
    bytes = 0;
    const settle = (isSent: boolean): void => told.forEach((tell) => tell(isSent));
    if (client.closed || conn.destroyed) {
      settle(false);
      return;
    }
    const [first] = leaving;
    const bytesLeaving = first !== undefined && leaving.length === 1 ? first : Buffer.concat(leaving);
    const isTaken = conn.write(bytesLeaving, (error) => settle(error === null || error === undefined));
    if (!isTaken) (client as Client & DrainWatch).waitForDrain(() => undefined);
  }

  function put(packet: Buffer): void {
    // After the microtasks of this turn: the answers to a whole commit are among them.
    if (packets.length === 0) process.nextTick(leave);
    packets.push(packet);
    count += 1;
    bytes += packet.length;
  }

  return {
    publish(topic, payload, settle) {
      if (settle !== undefined) settlers.push(settle);
      put(publishPacket(topic, payload));
    },
    send: put,
    acknowledge: (messageId) => put(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff])),
    whenRead(proceed) {
      if (conn.writableNeedDrain && !client.closed) (client as Client & DrainWatch).waitForDrain(proceed);
      else proceed();
    },
    count: () => count,
    waitingBytes: () => bytes + conn.writableLength,
  };
}

const publishAtQos0 = 0x30;

/** MQTT 3.1.1 section 3.3: fixed header, topic with its length, payload; no packet id at QoS 0. */
export function publishPacket(topic: string, payload: string | Uint8Array): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const payloadBytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  const length = 2 + topicBytes + payloadBytes;
  const headerBytes = 1 + lengthBytes(length);
  const packet = Buffer.allocUnsafe(headerBytes + length);
  packet[0] = publishAtQos0;
  writeLength(packet, length);
  packet.writeUInt16BE(topicBytes, headerBytes);
  packet.write(topic, headerBytes + 2);
  const payloadAt = headerBytes + 2 + topicBytes;
  if (typeof payload === 'string') packet.write(payload, payloadAt);
  else packet.set(payload, payloadAt);
  return packet;
}

function lengthBytes(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x40_00) return 2;
  return length < 0x20_00_00 ? 3 : 4;
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function writeLength(packet: Buffer, length: number): void {
  let left = length;
  let index = 1;
  while (left >= 0x80) {
    packet[index] = (left & 0x7f) | 0x80;
    left >>= 7;
    index += 1;
  }
  packet[index] = left;
}
