// What aedes needs to remember of its clients, and no more: the subscriptions of persistent sessions (the Azure SDK renews
// its token by reconnecting and counts on them) and which QoS 1 packets await their PUBACK.
// Messages themselves wait in the store, so nothing here grows with traffic: per identity a handful of filters.
import { Readable } from 'node:stream';

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

/** `mayKeep` decides which filters are kept: aedes hands over refused ones too. */
export function createSessionMemory(mayKeep: (clientId: string, filter: string) => boolean) {
  const subscriptions = new Map<string, Map<string, Subscription>>();
  const awaited = new Map<string, Map<number, Awaited>>();

  // aedes requires `setup` to be an async function by its constructor's name, and promises everywhere else.
  return {
    async setup(): Promise<void> {},
    async subscriptionsByClient({ id }: ClientRef): Promise<Subscription[]> {
      return [...(subscriptions.get(id)?.values() ?? [])];
    },
    async addSubscriptions({ id }: ClientRef, added: readonly Subscription[]): Promise<void> {
      const kept = subscriptions.get(id) ?? new Map<string, Subscription>();
      for (const { topic, qos } of added) if (mayKeep(id, topic)) kept.set(topic, { topic, qos });
      if (kept.size > 0) subscriptions.set(id, kept);
    },
    async removeSubscriptions({ id }: ClientRef, filters: readonly string[]): Promise<void> {
      const kept = subscriptions.get(id);
      for (const filter of filters) kept?.delete(filter);
      if (kept?.size === 0) subscriptions.delete(id);
    },
    async cleanSubscriptions({ id }: ClientRef): Promise<void> {
      subscriptions.delete(id);
    },
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
    /** A session begins clean, or its identity is gone. */
    forget(clientId: string): void {
      subscriptions.delete(clientId);
      awaited.delete(clientId);
    },
    /** The connection ended: what it left unacknowledged is sent again from the store, under new packet ids. */
    forgetAwaited(clientId: string): void {
      awaited.delete(clientId);
    },
    sizes: () => ({ subscribed: subscriptions.size, awaited: awaited.size }),
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
