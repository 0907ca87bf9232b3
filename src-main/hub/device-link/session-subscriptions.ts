// The subscriptions of persistent sessions: on disk before they are granted, because the Azure SDKs do not ask again for all of
// them after an outage, be it of the network or of the hub. Renewing one that is there costs a read and no write.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Identity } from '#base/ids.ts';
import { createPace } from '#hub/turns/pace.ts';
import type { SessionSubscription, Store, StoreWriters } from '#store/store-types.ts';

export interface SessionSubscriptions {
  of(identity: Identity): readonly SessionSubscription[];
  /** Resolves when they are on disk, or when the disk refused them, which the log tells. */
  add(identity: Identity, added: readonly SessionSubscription[]): Promise<void>;
  remove(identity: Identity, filters: readonly string[]): Promise<void>;
  /** The session begins anew. */
  clear(identity: Identity): void;
  stop(): void;
}

// A whole fleet that comes for the first time shares its syncs of the disk.
const gatherMs = 20;

export function createSessionSubscriptions(parts: {
  readonly store: Pick<Store, 'read' | 'change' | 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): SessionSubscriptions {
  const { store, clock, log } = parts;
  const of = (identity: Identity) => store.read.sessionSubscriptions.of(identity);
  const waiting: (() => void)[] = [];
  const goOn = (): void => waiting.splice(0).forEach((go) => go());
  const pace = createPace({ clock, everyMs: gatherMs, work: goOn });

  async function write(work: (write: StoreWriters) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      pace.ask();
    });
    // The session goes on when the disk is full: its subscriptions then last as long as its connection.
    await store
      .changeSoon(work)
      .catch((error: unknown) => log.warn({ err: error }, 'the subscriptions of a session could not be written'));
  }

  return {
    of,
    async add(identity, added) {
      const known = of(identity);
      const fresh = added.filter((one) => !known.some(({ filter, qos }) => filter === one.filter && qos === one.qos));
      if (fresh.length > 0)
        await write(({ sessionSubscriptions }) => fresh.forEach((one) => sessionSubscriptions.set(identity, one)));
    },
    async remove(identity, filters) {
      const known = of(identity).filter(({ filter }) => filters.includes(filter));
      if (known.length > 0)
        await write(({ sessionSubscriptions }) =>
          known.forEach(({ filter }) => sessionSubscriptions.delete(identity, filter)),
        );
    },
    clear(identity) {
      // At once: the session that begins reads them next.
      if (of(identity).length > 0) store.change(({ sessionSubscriptions }) => sessionSubscriptions.clear(identity));
    },
    stop() {
      pace.cancel();
      goOn();
    },
  };
}
