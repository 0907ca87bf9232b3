// A device on a bare TLS socket that writes what it is told in one piece and notes every packet that comes back.
import type { TLSSocket } from 'node:tls';
import { parseTwinAnswer, twinAnswersFilter, twinReportTopic } from '#contract/device-topics.ts';
import { eventually } from './eventually.ts';
import { openRaw, publishPacket, subscribePacket } from './raw-mqtt.ts';
import type { SiteHub } from './site-hub.ts';

export interface RawDevice {
  readonly socket: TLSSocket;
  /** Request id → status and `$version` of each answer. */
  readonly answers: ReadonlyMap<string, readonly { readonly status: number; readonly version: number | null }[]>;
  /** Packet ids, as often as they were acknowledged. */
  readonly acknowledged: readonly number[];
}

export function reportPacket(requestId: string, patch: unknown, packetId: number): Buffer {
  return publishPacket(twinReportTopic(requestId), JSON.stringify(patch), 1, packetId);
}

/** Logged in and subscribed to the answers about its twin. */
export async function openRawDevice(hub: SiteHub, id: string): Promise<RawDevice> {
  const socket = await openRaw(hub, id);
  const answers = new Map<string, { status: number; version: number | null }[]>();
  const acknowledged: number[] = [];
  let isSubscribed = false;
  const read = createPacketReader((first, body) => {
    const type = first >> 4;
    if (type === 9) isSubscribed = true;
    if (type === 4) acknowledged.push(body.readUInt16BE(0));
    if (type !== 3) return;
    const answer = parseTwinAnswer(body.toString('utf8', 2, 2 + body.readUInt16BE(0)));
    if (answer === undefined) return;
    const { requestId, status, version } = answer;
    answers.set(requestId, [...(answers.get(requestId) ?? []), { status, version }]);
  });
  socket.on('data', read);
  socket.write(subscribePacket([twinAnswersFilter]));
  await eventually(() => {
    if (!isSubscribed) throw new Error('no SUBACK yet');
  });
  return { socket, answers, acknowledged };
}

function createPacketReader(onPacket: (firstByte: number, body: Buffer) => void): (chunk: Buffer) => void {
  let waiting = Buffer.of();
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      let length = 0;
      let at = 1;
      for (let shift = 0; ; shift += 7, at += 1) {
        const byte = waiting[at];
        if (byte === undefined) return;
        length += (byte & 0x7f) << shift;
        if ((byte & 0x80) === 0) break;
      }
      const end = at + 1 + length;
      if (waiting.length < end) return;
      onPacket(waiting[0] ?? 0, waiting.subarray(at + 1, end));
      waiting = waiting.subarray(end);
    }
  };
}
