// The guard in front of the MQTT parser, on byte streams cut at every place.
import { describe, expect, test } from 'vitest';
import { createPacketInspector, defaultPacketLimits } from '#hub/device-link/packet-guard.ts';
import { connectPacket, header, pingPacket, publishPacket } from '#test/support/raw-mqtt.ts';

const connect = connectPacket({
  clientId: 'd1',
  username: 'localhost:8883/d1/?api-version=2021-04-12',
  password: 'SharedAccessSignature sr=x'.padEnd(300, 'x'),
});
const publish = (bytes: number) => publishPacket('t', Buffer.alloc(bytes));

function verdict(stream: Buffer, cut = stream.length) {
  const inspect = createPacketInspector(defaultPacketLimits);
  let result = inspect(Buffer.of());
  for (let start = 0; start < stream.length; start += cut) result = inspect(stream.subarray(start, start + cut));
  return result;
}

describe('createPacketInspector', () => {
  const healthy = Buffer.concat([connect, publish(10), pingPacket, publish(200_000), pingPacket]);

  test.each([1, 2, 3, 7, 4096, healthy.length])(
    'when a healthy stream comes in pieces of %d bytes, it passes',
    (cut) => {
      expect(verdict(healthy, cut)).toBeNull();
    },
  );

  test.each([
    ['the first packet is no CONNECT', publish(1), 'not-mqtt'],
    ['the first bytes are HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 'not-mqtt'],
    ['CONNECT has flags', Buffer.from([0x11, 0]), 'not-mqtt'],
    ['CONNECT is over 4 KB', header(0x10, 4097), 'oversize-packet'],
    ['a packet is over 256 KB', Buffer.concat([connect, header(0x30, 256 * 1024 + 1)]), 'oversize-packet'],
    ['a packet promises 256 MB', Buffer.concat([connect, header(0x30, 256 * 1024 * 1024 - 1)]), 'oversize-packet'],
    [
      'the length has five bytes',
      Buffer.concat([connect, Buffer.from([0xc0, 0x80, 0x80, 0x80, 0x80])]),
      'malformed-packet',
    ],
    ['a packet has type 0', Buffer.concat([connect, Buffer.from([0x00, 0])]), 'malformed-packet'],
    ['a packet is one of a server', Buffer.concat([connect, Buffer.from([0x20, 2, 0, 0])]), 'malformed-packet'],
    ['a publish has QoS 3', Buffer.concat([connect, Buffer.from([0x36, 0])]), 'malformed-packet'],
    ['CONNECT comes twice', Buffer.concat([connect, connect]), 'second-connect'],
  ])('when %s, it is a violation, however it is cut', (_, stream, expected) => {
    expect(verdict(stream)).toBe(expected);
    expect(verdict(stream, 1)).toBe(expected);
  });

  test('when a stream was in violation once, it stays so', () => {
    const inspect = createPacketInspector(defaultPacketLimits);
    expect(inspect(Buffer.from('GET'))).toBe('not-mqtt');
    expect(inspect(connect)).toBe('not-mqtt');
  });

  test('when a packet has exactly the largest size, it passes', () => {
    expect(
      verdict(Buffer.concat([connect, header(0x30, 256 * 1024), Buffer.alloc(256 * 1024), pingPacket])),
    ).toBeNull();
  });
});
