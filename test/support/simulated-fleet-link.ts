// The connection of one simulated device: as much of IoT Hub's protocol as `$edgeAgent` needs, over the load generator's wire.
import type { TLSSocket } from 'node:tls';
import type { DeviceId } from '#base/ids.ts';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import {
  desiredChangesFilter,
  parseDesiredChange,
  parseTwinAnswer,
  twinAnswersFilter,
  twinGetTopic,
  twinReportTopic,
} from '#contract/device-topics.ts';
import { openSocket, type Endpoint } from '#test/bench/device-connection.ts';
import {
  connectPacket,
  createPacketReader,
  packetTypes,
  payloadOf,
  publishPacket,
  subscribePacket,
  topicOf,
  type WirePacket,
} from '#test/bench/mqtt-wire.ts';
import { edgeAgentId, loginOf } from './seed-site.ts';

export interface FleetLink {
  /** It has been told the twin. */
  isReady(): boolean;
  askTwin(): void;
  /** `onTaken` is called when the hub acknowledges it; never, when the connection ends before. */
  report(requestId: string, body: JsonObject, onTaken: () => void): void;
  close(): void;
  /** Resolves when it is over, or could not be opened. */
  readonly closed: Promise<void>;
}

interface LinkEvents {
  readonly onTwin: (twin: { readonly desired: JsonObject; readonly reported: JsonObject }) => void;
  readonly onPatch: (version: number, patch: JsonObject) => void;
  /** The hub refused something that is in order. */
  readonly onRefused: (what: string) => void;
}

const twinRequest = 'twin';

export function openFleetLink(endpoint: Endpoint, deviceId: DeviceId, events: LinkEvents): FleetLink {
  let socket: TLSSocket | undefined;
  let isOver = false;
  let isReady = false;
  let packetId = 1;
  let awaited: { readonly packetId: number; readonly onTaken: () => void } | undefined;

  const send = (packet: Buffer): void => void socket?.write(packet);
  const askTwin = (): void => send(publishPacket(twinGetTopic(twinRequest), ' '));

  function takePublish(packet: WirePacket): void {
    const topic = topicOf(packet);
    const change = parseDesiredChange(topic);
    if (change !== undefined) return events.onPatch(change.version, objectIn(packet));
    const answer = parseTwinAnswer(topic);
    if (answer === undefined || answer.status >= 300) return events.onRefused(`${topic} ${payloadOf(packet)}`);
    if (answer.requestId !== twinRequest) return;
    const { desired, reported } = objectIn(packet);
    isReady = true;
    events.onTwin({ desired: asObject(desired), reported: asObject(reported) });
  }

  function take(packet: WirePacket): void {
    switch (packet.type) {
      case packetTypes.connack:
        if (packet.body[1] !== 0) return events.onRefused(`CONNECT with code ${packet.body[1]}`);
        return send(subscribePacket(1, [twinAnswersFilter, desiredChangesFilter]));
      case packetTypes.suback:
        return askTwin();
      case packetTypes.publish:
        return takePublish(packet);
      case packetTypes.puback: {
        const taken = awaited;
        awaited = undefined;
        return taken?.packetId === packet.body.readUInt16BE(0) ? taken.onTaken() : undefined;
      }
    }
  }

  async function live(): Promise<void> {
    const opened = await openSocket(endpoint).catch(() => undefined);
    if (opened === undefined) return;
    socket = opened;
    await new Promise<void>((resolve) => {
      opened.on('error', () => undefined).once('close', () => resolve());
      if (isOver) opened.destroy();
      opened.on('data', createPacketReader(take));
      send(connectPacket(loginOf({ deviceId, moduleId: edgeAgentId })));
    });
    isReady = false;
  }

  return {
    isReady: () => isReady,
    askTwin,
    report(requestId, body, onTaken) {
      packetId = (packetId % 60_000) + 1;
      awaited = { packetId, onTaken };
      send(publishPacket(twinReportTopic(requestId), JSON.stringify(body), packetId));
    },
    close() {
      isOver = true;
      socket?.destroy();
    },
    closed: live(),
  };
}

function objectIn(packet: WirePacket): JsonObject {
  return asObject(JSON.parse(payloadOf(packet)));
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
