// What the site's pulls share, put together: the gate that each blob passes, the neighbours it may name, the setting and the view.
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { ConsoleImageShares } from '#contract/image-shares.ts';
import type { Store } from '#store/store-types.ts';
import { ShareGate } from './share-gate.ts';
import { createShareOperations, shareTermsIn } from './share-operations.ts';
import type { Shares } from './share-types.ts';
import { SiblingBook } from './sibling-book.ts';
import { siblingRoutes } from './sibling-routes.ts';
import { createSiblingTickets } from './sibling-tickets.ts';

export interface SiteShares {
  /** For the registry's listener. */
  readonly shares: Shares;
  readonly operations: ConsoleImageShares;
  /** Where agents announce themselves, for the site listener. `authenticate`: null for a person. */
  routes(authenticate: (request: FastifyRequest) => DeviceId | null): FastifyPluginCallback;
  stop(): void;
}

export function openSiteShares({ store, clock }: { readonly store: Store; readonly clock: Clock }): SiteShares {
  const book = new SiblingBook({ clock });
  const tickets = createSiblingTickets({ clock });
  const gate = new ShareGate({ clock, book, tickets, terms: shareTermsIn(store.read) });
  const stopListening = store.onCommitted((entries) => {
    for (const { kind, deviceId, moduleId } of entries) {
      const isGone = kind === 'device-deleted' || (kind === 'device-disconnected' && moduleId === '$edgeAgent');
      if (isGone && deviceId !== null) book.forget(deviceId);
    }
  });
  return {
    shares: gate,
    operations: createShareOperations({ store, gate }),
    routes: (authenticate) => siblingRoutes({ clock, gate, book, tickets, authenticate }),
    stop: stopListening,
  };
}
