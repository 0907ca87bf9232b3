// Reads the fixed headers of what a client sends before aedes' parser does: that parser has no size limit, so a peer could
// make it hold 256 MB. One violation ends the connection; nothing after it reaches the parser.
import type { Duplex } from 'node:stream';

export type PacketViolation = 'not-mqtt' | 'malformed-packet' | 'oversize-packet' | 'second-connect';

export interface PacketLimits {
  readonly connectBytes: number;
  readonly packetBytes: number;
}

/** CONNECT of the Azure SDKs, token and product string included, stays below 2 KB; IoT Hub's messages below 256 KB. */
export const defaultPacketLimits: PacketLimits = { connectBytes: 4096, packetBytes: 256 * 1024 };

const connectType = 1;
const publishType = 3;
const typesOfClients = new Set([1, 3, 4, 5, 6, 7, 8, 10, 12, 14]);

/** Feed it every chunk in order; it says what is wrong with the stream, once and for ever. */
export function createPacketInspector(limits: PacketLimits): (chunk: Uint8Array) => PacketViolation | null {
  let violation: PacketViolation | null = null;
  let type = 0;
  let isFirst = true;
  let lengthBytes = 0;
  let bodyBytes = 0;
  let state: 'type' | 'length' | 'body' = 'type';

  function readType(byte: number): PacketViolation | null {
    type = byte >> 4;
    if (isFirst && byte !== connectType << 4) return 'not-mqtt';
    if (!isFirst && type === connectType) return 'second-connect';
    if (!typesOfClients.has(type) || (type === publishType && (byte & 0b110) === 0b110)) return 'malformed-packet';
    isFirst = false;
    lengthBytes = 0;
    bodyBytes = 0;
    state = 'length';
    return null;
  }

  function readLength(byte: number): PacketViolation | null {
    bodyBytes += (byte & 0x7f) * 128 ** lengthBytes;
    lengthBytes += 1;
    if (bodyBytes > (type === connectType ? limits.connectBytes : limits.packetBytes)) return 'oversize-packet';
    if ((byte & 0x80) !== 0) return lengthBytes === 4 ? 'malformed-packet' : null;
    state = bodyBytes === 0 ? 'type' : 'body';
    return null;
  }

  return (chunk) => {
    let index = 0;
    while (violation === null && index < chunk.length) {
      if (state === 'body') {
        const skipped = Math.min(bodyBytes, chunk.length - index);
        bodyBytes -= skipped;
        index += skipped;
        if (bodyBytes === 0) state = 'type';
      } else {
        const byte = chunk[index] ?? 0;
        violation = state === 'type' ? readType(byte) : readLength(byte);
        index += 1;
      }
    }
    return violation;
  };
}

/**
 * Puts the inspector between a connection and whoever reads it. It takes the place of the connection's own `read` rather than
 * standing as a stream of its own: a second pair of buffers for every idle device would double what a device costs.
 */
export function guardReads(
  connection: Duplex,
  limits: PacketLimits,
  onViolation: (violation: PacketViolation) => void,
): void {
  const inspect = createPacketInspector(limits);
  const read = connection.read.bind(connection);
  connection.read = (size?: number) => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array)) return chunk;
    const violation = inspect(chunk);
    if (violation === null) return chunk;
    if (!connection.destroyed) {
      onViolation(violation);
      connection.destroy();
    }
    return null;
  };
}
