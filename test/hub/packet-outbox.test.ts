// What leaves for one client: packets as MQTT 3.1.1 has them, those of one turn in one write, and word of what became of them.
import { PassThrough } from 'node:stream';
import type { Client } from 'aedes';
import { describe, expect, it, vi } from 'vitest';
import { createPacketOutbox, publishPacket } from '#hub/device-link/packet-outbox.ts';
import { createPacketReader, payloadOf, topicOf, type WirePacket } from '#test/bench/mqtt-wire.ts';
import { eventually } from '#test/support/eventually.ts';

function read(bytes: Buffer): WirePacket[] {
  const packets: WirePacket[] = [];
  createPacketReader((packet) => packets.push(packet))(bytes);
  return packets;
}

/** A client as far as the outbox looks at it, over a stream that keeps what it is written, a chunk per write. */
function aClient(highWaterMark = 16_384) {
  const conn = new PassThrough({ highWaterMark });
  const waitForDrain = vi.fn();
  const client = { conn, closed: false, waitForDrain };
  const writes: Buffer[] = [];
  conn.on('data', (chunk: Buffer) => writes.push(chunk));
  return { client, conn, writes, waitForDrain, outbox: createPacketOutbox(client as unknown as Client) };
}

describe('publishPacket', () => {
  // The remaining length takes one byte up to 127, two up to 16,383, three up to 2,097,151, then four.
  it.each([0, 1, 122, 123, 16_378, 16_379, 2_097_146, 2_097_147])(
    'when the payload has %d bytes, a reader finds it whole, with its topic and nothing after it',
    (bytes) => {
      const payload = Buffer.alloc(bytes, 'x');
      const [packet, ...others] = read(publishPacket('abc', payload));
      expect(others).toEqual([]);
      expect(packet).toMatchObject({ type: 3, flags: 0 });
      expect(packet && topicOf(packet)).toBe('abc');
      expect(packet?.body.subarray(5).equals(payload)).toBe(true);
    },
  );

  it('when topic and payload are not ASCII, their lengths are those of their bytes', () => {
    const [packet] = read(publishPacket('gerät/ü', 'grüße 🚀'));
    expect(packet && topicOf(packet)).toBe('gerät/ü');
    expect(packet && payloadOf(packet)).toBe('grüße 🚀');
  });
});

describe('createPacketOutbox', () => {
  it('when packets are put in one turn, they leave in one write, in order', async () => {
    const { outbox, writes } = aClient();
    outbox.publish('a', '1');
    outbox.acknowledge(0x1234);
    await Promise.resolve();
    outbox.send(publishPacket('b', '2'));
    expect(writes).toEqual([]);
    await eventually(() => expect(writes).toHaveLength(1));
    const packets = read(writes[0] ?? Buffer.alloc(0));
    expect(packets.map(({ type }) => type)).toEqual([3, 4, 3]);
    expect(packets[2] && topicOf(packets[2])).toBe('b');
    expect(packets[1]?.body).toEqual(Buffer.from([0x12, 0x34]));
    expect(outbox.waitingBytes()).toBe(0);
  });

  it('when the client is there, the sender hears that its packet was sent; when it is gone, that it was not', async () => {
    const { outbox, client, writes } = aClient();
    const sent = await new Promise((resolve) => outbox.publish('a', '1', resolve));
    const lost = new Promise((resolve) => outbox.publish('b', '2', resolve));
    client.closed = true;
    expect([sent, await lost]).toEqual([true, false]);
    expect(writes).toHaveLength(1);
  });

  it('when the client does not read, the bytes that wait are known and the watch over it begins', async () => {
    const { outbox, conn, waitForDrain } = aClient(10);
    conn.pause();
    outbox.publish('a', 'x'.repeat(100));
    expect(outbox.waitingBytes()).toBeGreaterThan(100);
    await eventually(() => expect(waitForDrain).toHaveBeenCalledOnce());
    const proceed = vi.fn();
    outbox.whenRead(proceed);
    expect(proceed).not.toHaveBeenCalled();
    expect(waitForDrain).toHaveBeenLastCalledWith(proceed);
  });

  it.each(['keeps up', 'is gone'])('when the client %s, whoever waits for it goes on at once', (how) => {
    const { outbox, client } = aClient(how === 'is gone' ? 1 : undefined);
    client.conn.write('xx');
    client.closed = how === 'is gone';
    const proceed = vi.fn();
    outbox.whenRead(proceed);
    expect(proceed).toHaveBeenCalledOnce();
  });
});
