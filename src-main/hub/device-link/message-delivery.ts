// How a message of the store gets to its client and out of the store: it leaves the store when the client has acknowledged it, at
// QoS 0 when it was handed over. What fails in between is delivered again in the next session: at least once.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { identityKey } from '#base/ids.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import type { DeviceSession, GrantedSubscription } from './device-session.ts';
import { createTakenMessages } from './taken-messages.ts';

interface OutgoingMessage {
  /** Its number in the store. */
  readonly id: number;
  readonly topic: string;
  readonly body: Uint8Array;
  /** Takes it out of the store. */
  readonly remove: (write: StoreWriters) => void;
  /** It is out, so that another may follow. */
  readonly onRemoved?: () => void;
}

export interface MessageDelivery {
  send(session: DeviceSession, subscription: GrantedSubscription, message: OutgoingMessage): void;
  /** Writes what can be written later too: what fails is logged, and done again by redelivery or by expiry. */
  changeLater(work: (write: StoreWriters) => void, then?: () => void): void;
  stop(): void;
}

export function createMessageDelivery(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): MessageDelivery {
  const { store, log } = parts;
  const takenMessages = createTakenMessages(parts);

  function changeLater(work: (write: StoreWriters) => void, then: () => void = () => undefined): void {
    store
      .changeSoon(work)
      .then(then)
      .catch((error: unknown) => log.warn({ err: error }, 'what became of a message could not be written'));
  }

  return {
    changeLater,
    send(session, { qos }, { id, topic, body, remove, onRemoved }) {
      session.awaited.set(id, body.byteLength);
      const taken = (): void =>
        takenMessages.remove({
          key: `${identityKey(session.identity)} ${id}`,
          remove,
          onRemoved() {
            // Not before: until it has left the store it must not look fresh to the next delivery.
            session.awaited.delete(id);
            onRemoved?.();
          },
        });
      if (qos > 0) session.sendAwaited(topic, body, taken);
      // What was not sent is not taken: it waits for the next session.
      else void session.send(topic, body).then((isSent) => (isSent ? taken() : undefined));
    },
    stop: () => takenMessages.stop(),
  };
}
