// The few MQTT 3.1.1 packets the load generator needs, made before the clock runs and read without objects per field:
// on two cores a full client library would measure itself.

export const packetTypes = { connect: 1, connack: 2, publish: 3, puback: 4, suback: 9 } as const;

export interface WirePacket {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
}

export interface MqttLoginFields {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

/** clean=false and keep-alive 180 s, as the Azure SDK for Node connects. */
export function connectPacket({ clientId, username, password }: MqttLoginFields): Buffer {
  const userAndPassword = 0xc0;
  const header = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, userAndPassword, 0, 180]);
  return packet(0x10, [header, text(clientId), text(username), text(password)]);
}

export function subscribePacket(packetId: number, filters: readonly string[]): Buffer {
  return packet(0x82, [uint16(packetId), ...filters.flatMap((filter) => [text(filter), Buffer.from([0])])]);
}

/** QoS 0 without a packet id, QoS 1 with one. */
export function publishPacket(topic: string, payload: string, packetId?: number): Buffer {
  const id = packetId === undefined ? [] : [uint16(packetId)];
  return packet(packetId === undefined ? 0x30 : 0x32, [text(topic), ...id, Buffer.from(payload)]);
}

export function topicOf({ body }: WirePacket): string {
  return body.toString('utf8', 2, 2 + body.readUInt16BE(0));
}

/** Payload of a QoS 0 publish. */
export function payloadOf({ body }: WirePacket): string {
  return body.toString('utf8', 2 + body.readUInt16BE(0));
}

/** Feed it chunks as they come; it calls back once per whole packet. */
export function createPacketReader(onPacket: (packet: WirePacket) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (;;) {
      const end = endOfPacket(bytes, start);
      if (end === undefined) break;
      const first = bytes[start] ?? 0;
      onPacket({ type: first >> 4, flags: first & 0x0f, body: bytes.subarray(end.bodyStart, end.end) });
      start = end.end;
    }
    rest = bytes.subarray(start);
  };
}

function endOfPacket(bytes: Buffer, start: number): { readonly bodyStart: number; readonly end: number } | undefined {
  let length = 0;
  for (let index = start + 1; index < bytes.length && index <= start + 4; index += 1) {
    const byte = bytes[index] ?? 0;
    length += (byte & 0x7f) * 128 ** (index - start - 1);
    if ((byte & 0x80) !== 0) continue;
    const end = index + 1 + length;
    return end > bytes.length ? undefined : { bodyStart: index + 1, end };
  }
  return undefined;
}

function packet(firstByte: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; length.length === 0 || left > 0; left >>= 7)
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  return Buffer.concat([Buffer.from([firstByte, ...length]), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
