// One live connection of one identity, and the table of them: at most one each, the newest.
// Whatever the hub has to say to a device it says through its session, which reaches that client and no other.
import type { Client } from 'aedes';
import type { AppError } from '#base/errors.ts';
import { identityKey, type DeviceId, type Identity } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type { AllowedSubscription } from './device-access.ts';
import type { Proof } from './device-credentials.ts';
import { createPacketOutbox } from './packet-outbox.ts';

type SessionEnd =
  | 'closed-by-device'
  | 'device-silent'
  | 'device-frozen'
  | 'taken-over'
  | 'token-expired'
  | 'access-withdrawn'
  | 'protocol-violation'
  | 'hub-slept'
  | 'hub-stopped';

export interface GrantedSubscription {
  /** What its messages' topics begin with. */
  readonly prefix: string;
  readonly qos: number;
}

export type MethodOutcome = { readonly status: number; readonly payload: Json } | AppError;

export interface DeviceSession {
  readonly identity: Identity;
  /** `address:port` of the peer. */
  readonly peer: string;
  readonly proof: Proof;
  readonly openedAtMs: number;
  /** Every filter granted, as written. */
  readonly filters: Set<string>;
  readonly subscriptions: Map<AllowedSubscription['kind'], GrantedSubscription>;
  /** Messages sent in this session and still in the store, by their number there; of each the bytes. */
  readonly awaited: Map<number, number>;
  /** Direct methods this session has been asked and has not answered, by request id. */
  readonly openCalls: Map<string, (outcome: MethodOutcome) => void>;
  /** Has had its CONNACK: only then is anything sent. */
  isReady: boolean;
  lastActivityAtMs: number;
  /** QoS 0. Resolves with whether the packet was handed to the operating system before the session was over; never rejects. */
  send(topic: string, payload: string | Uint8Array): Promise<boolean>;
  /** The same where nobody asks what became of it. */
  tell(topic: string, payload: string | Uint8Array): void;
  /** The same of a packet as `publishPacket` makes them, which many sessions may be given. */
  tellPacket(packet: Buffer): void;
  /** PUBACK of what the client published. */
  acknowledge(packetId: number): void;
  /** Calls back when the client may be read from again: who does not read its answers is not heard either. */
  whenRead(proceed: () => void): void;
  /** QoS 1. `onTaken` is called when its PUBACK comes; never, when the session is over before. */
  sendAwaited(topic: string, payload: Uint8Array, onTaken: () => void): void;
  /** A PUBACK came for what was sent under this number of the awaited lane. */
  noteTaken(laneNumber: number): void;
  /** Packets sent since it began. */
  sentCount(): number;
  /** Ends the session; the first reason given is the one that is told. */
  close(reason: SessionEnd): void;
  endReason(): SessionEnd;
}

/** The mark by which PUBACKs of messages from the store are known. */
export const awaitedLane = 'stored-messages';

// A client that does not read is closed when this much waits for it, or after the drain timeout, whichever is first.
const outgoingLimitBytes = 1024 * 1024;

const atQos1 = { cmd: 'publish', dup: false, retain: false, qos: 1 } as const;

export function createDeviceSession(
  client: Client,
  origin: Pick<DeviceSession, 'identity' | 'peer' | 'proof' | 'openedAtMs'>,
): DeviceSession {
  let ended: SessionEnd | undefined;
  let laneNumber = 0;
  const awaitingTaken = new Map<number, () => void>();
  const outbox = createPacketOutbox(client);
  const isOpen = (): boolean => {
    if (outbox.waitingBytes() > outgoingLimitBytes) session.close('device-frozen');
    return !client.closed;
  };
  const session: DeviceSession = {
    ...origin,
    filters: new Set(),
    subscriptions: new Map(),
    awaited: new Map(),
    openCalls: new Map(),
    isReady: false,
    lastActivityAtMs: origin.openedAtMs,
    send: (topic, payload) =>
      new Promise((resolve) => {
        if (isOpen()) outbox.publish(topic, payload, resolve);
        else resolve(false);
      }),
    tell(topic, payload) {
      if (isOpen()) outbox.publish(topic, payload);
    },
    tellPacket(packet) {
      if (isOpen()) outbox.send(packet);
    },
    acknowledge(packetId) {
      if (isOpen()) outbox.acknowledge(packetId);
    },
    whenRead: (proceed) => outbox.whenRead(proceed),
    sendAwaited(topic, payload, onTaken) {
      // aedes drops what comes with a lower number than it saw before in the same lane, and QoS 1 packets pass it later than
      // QoS 0 ones sent after them: so they get a lane of their own, counted here, since the urgent overtake in the store.
      laneNumber += 1;
      const lane = { brokerId: awaitedLane, brokerCounter: laneNumber };
      if (!isOpen()) return;
      awaitingTaken.set(laneNumber, onTaken);
      client.publish({ ...atQos1, topic, payload: Buffer.from(payload), ...lane }, () => undefined);
    },
    noteTaken(number) {
      const onTaken = awaitingTaken.get(number);
      awaitingTaken.delete(number);
      onTaken?.();
    },
    sentCount: () => outbox.count() + laneNumber,
    close(reason) {
      ended ??= reason;
      if (!client.closed) client.close();
    },
    endReason: () => ended ?? 'closed-by-device',
  };
  return session;
}

export interface SessionTable {
  get(identity: Identity): DeviceSession | undefined;
  /** The device's own session and its modules'. */
  ofDevice(deviceId: DeviceId): readonly DeviceSession[];
  all(): Iterable<DeviceSession>;
  count(): number;
  add(session: DeviceSession): void;
  /** Whether it was the current one of its identity. */
  remove(session: DeviceSession): boolean;
}

export function createSessionTable(): SessionTable {
  const sessions = new Map<string, DeviceSession>();
  const byDevice = new Map<DeviceId, Set<DeviceSession>>();
  return {
    get: (identity) => sessions.get(identityKey(identity)),
    ofDevice: (deviceId) => [...(byDevice.get(deviceId) ?? [])],
    all: () => sessions.values(),
    count: () => sessions.size,
    add(session) {
      const { deviceId } = session.identity;
      const former = sessions.get(identityKey(session.identity));
      if (former !== undefined) byDevice.get(deviceId)?.delete(former);
      sessions.set(identityKey(session.identity), session);
      const ofDevice = byDevice.get(deviceId) ?? new Set();
      byDevice.set(deviceId, ofDevice.add(session));
    },
    remove(session) {
      const key = identityKey(session.identity);
      if (sessions.get(key) !== session) return false;
      sessions.delete(key);
      const ofDevice = byDevice.get(session.identity.deviceId);
      ofDevice?.delete(session);
      if (ofDevice?.size === 0) byDevice.delete(session.identity.deviceId);
      return true;
    },
  };
}
