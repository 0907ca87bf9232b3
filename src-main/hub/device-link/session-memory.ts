// What aedes needs to remember of its clients, and no more: the subscriptions of persistent sessions, which the store has (the
// Azure SDK counts on them when it reconnects), and which QoS 1 packets await their PUBACK, which ends with the connection.
// Messages themselves wait in the store, so nothing here grows with traffic.
import { Readable } from 'node:stream';
import type { Identity } from '#base/ids.ts';
import { parseClientId } from './mqtt-login.ts';
import type { SessionSubscriptions } from './session-subscriptions.ts';

interface ClientRef {
  readonly id: string;
}

interface Subscription {
  readonly topic: string;
  readonly qos: number;
}

interface OutgoingPacket {
  readonly cmd: string;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  messageId?: number | undefined;
}

/** Who published and under which number: enough to know, at its PUBACK, which message was taken. */
interface Awaited {
  readonly brokerId: string | undefined;
  readonly brokerCounter: number | undefined;
}

export type SessionMemory = ReturnType<typeof createSessionMemory>;

// No message waits in the broker, none is retained, and QoS 2 is refused before it gets here.
const nothingKept = {
  async outgoingEnqueue(): Promise<void> {},
  outgoingStream: (): Readable => Readable.from([]),
  async subscriptionsByTopic(): Promise<Subscription[]> {
    return [];
  },
  async outgoingEnqueueCombi(): Promise<void> {},
  async storeRetained(): Promise<void> {},
  createRetainedStreamCombi: (): Readable => Readable.from([]),
  async incomingGetPacket(): Promise<never> {
    throw new Error('QoS 2 is not spoken here');
  },
  async incomingStorePacket(): Promise<void> {},
  async incomingDelPacket(): Promise<void> {},
  async cleanIncoming(): Promise<void> {},
  async putWill(): Promise<void> {},
  async delWill(): Promise<void> {},
  streamWill: (): Readable => Readable.from([]),
  async destroy(): Promise<void> {},
};

/** `granted` says which filters a client's session holds: aedes hands over refused ones too. */
export function createSessionMemory(parts: {
  readonly subscriptions: SessionSubscriptions;
  readonly granted: (client: object) => ReadonlySet<string>;
}) {
  const { subscriptions, granted } = parts;
  const cleanClients = new WeakSet<object>();
  const awaited = new Map<string, Map<number, Awaited>>();

  // aedes requires `setup` to be an async function by its constructor's name, and promises everywhere else.
  return {
    async setup(): Promise<void> {},
    async subscriptionsByClient({ id }: ClientRef): Promise<Subscription[]> {
      const identity = parseClientId(id);
      if (identity === undefined) return [];
      return subscriptions.of(identity).map(({ filter, qos }) => ({ topic: filter, qos }));
    },
    async addSubscriptions(client: ClientRef, added: readonly Subscription[]): Promise<void> {
      const identity = parseClientId(client.id);
      if (identity === undefined || cleanClients.has(client)) return;
      const own = added.filter(({ topic }) => granted(client).has(topic));
      // What the hub sends goes out at QoS 1 at most.
      await subscriptions.add(
        identity,
        own.map(({ topic, qos }) => ({ filter: topic, qos: Math.min(qos, 1) })),
      );
    },
    async removeSubscriptions(client: ClientRef, filters: readonly string[]): Promise<void> {
      const identity = parseClientId(client.id);
      if (identity !== undefined && !cleanClients.has(client)) await subscriptions.remove(identity, filters);
    },
    async cleanSubscriptions(): Promise<void> {},
    async outgoingUpdate({ id }: ClientRef, packet: OutgoingPacket): Promise<void> {
      if (packet.cmd !== 'publish' || packet.messageId === undefined) return;
      const packets = awaited.get(id) ?? new Map<number, Awaited>();
      packets.set(packet.messageId, { brokerId: packet.brokerId, brokerCounter: packet.brokerCounter });
      awaited.set(id, packets);
    },
    async outgoingClearMessageId({ id }: ClientRef, packet: OutgoingPacket): Promise<Awaited | undefined> {
      const packets = awaited.get(id);
      const found = packets?.get(packet.messageId ?? 0);
      packets?.delete(packet.messageId ?? 0);
      if (packets?.size === 0) awaited.delete(id);
      return found;
    },
    ...nothingKept,
    /** A client that asked for a clean session: what its identity had subscribed to is forgotten, and nothing is kept. */
    beginClean(client: ClientRef, identity: Identity): void {
      cleanClients.add(client);
      subscriptions.clear(identity);
    },
    /** The connection ended: what it left unacknowledged is sent again from the store, under new packet ids. */
    forgetAwaited(clientId: string): void {
      awaited.delete(clientId);
    },
  };
}

/**
 * The emitter aedes forwards publishes through, mute: no message of one client ever reaches another through the broker.
 * Everything a client receives is sent to it alone, by the part of the hub that decided so.
 */
export const muteEmitter = {
  on: (_topic: string, _deliver: unknown, done?: () => void): void => done?.(),
  removeListener: (_topic: string, _deliver: unknown, done?: () => void): void => done?.(),
  emit: (_packet: unknown, done?: () => void): void => done?.(),
  close: (done?: () => void): void => done?.(),
};
