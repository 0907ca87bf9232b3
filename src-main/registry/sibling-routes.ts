// Where agents tell what they can pass on to their neighbours, and learn whether they may: a fastify plugin of the site listener.
// A device speaks for itself alone, and is reached where it is heard from.
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { Clock } from '#base/clock.ts';
import { AppError, asAppError } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { siblingAnnouncement, siblingsPath, type SiblingTerms } from '#contract/sibling-announcement.ts';
import type { ShareGate } from './share-gate.ts';
import { renewWithinMs, type SiblingBook } from './sibling-book.ts';
import type { SiblingTickets } from './sibling-tickets.ts';

interface SiblingRoutesParts {
  readonly clock: Clock;
  readonly gate: ShareGate;
  readonly book: SiblingBook;
  readonly tickets: SiblingTickets;
  /** Null: a person, who passes nothing on. @throws refused `auth.refused` */
  readonly authenticate: (request: FastifyRequest) => DeviceId | null;
}

/** A thousand digests. */
const mostBytes = 128 * 1024;

export function siblingRoutes(parts: SiblingRoutesParts): FastifyPluginCallback {
  const { clock, gate, book, tickets, authenticate } = parts;
  const terms = (): SiblingTerms => ({
    siblings: gate.terms.siblings,
    ticketKey: tickets.publicKey,
    hubMs: clock.monotonicMs(),
    renewWithinMs,
  });
  return (app, _options, done) => {
    const speakers = new WeakMap<FastifyRequest, DeviceId | null>();
    app.addHook('onRequest', (request, _reply, next) => {
      speakers.set(request, authenticate(request));
      next();
    });
    app.setErrorHandler((error, _request, reply) => {
      const known = error instanceof AppError ? error : null;
      const isTooLarge = (error as { statusCode?: number }).statusCode === 413;
      const status = known === null ? (isTooLarge ? 413 : 500) : known.code === 'auth.refused' ? 401 : 400;
      if (status === 401) void reply.header('www-authenticate', 'Basic realm="Lanyard site"');
      void reply.code(status).send({ message: asAppError(error).message });
    });
    app.post(siblingsPath, { bodyLimit: mostBytes }, (request, reply) => {
      const deviceId = speakers.get(request) ?? null;
      const announced = siblingAnnouncement.safeParse(request.body);
      if (deviceId === null || !announced.success) {
        const message =
          deviceId === null ? 'Only devices pass layers on.' : 'The announcement is not {"listens", "holds"}.';
        return reply.code(deviceId === null ? 403 : 400).send({ message });
      }
      const { listens, holds } = announced.data;
      if (listens === null || gate.terms.siblings === 'off') book.forget(deviceId);
      else book.announce(deviceId, { ...listens, address: plainAddress(request.ip), holds });
      gate.look();
      return reply.send(terms());
    });
    done();
  };
}

/** An IPv4 address as a socket for both families tells it: `::ffff:10.0.0.7` → `10.0.0.7`. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
}
