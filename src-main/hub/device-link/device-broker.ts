// aedes as a protocol engine: it speaks MQTT 3.1.1, the door decides. Nothing is forwarded between clients, and PUBACK
// waits until `onPublication` has resolved, because nothing else acknowledges a publication.
// INVARIANTS: a session is in the table from its CONNACK to its end; of one identity there is at most one, the newest.
import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { Aedes, type AedesOptions, type AedesPublishPacket, type Client, type PublishPacket } from 'aedes';
import type { Logger } from 'pino';
import { allowedSubscription, type AllowedPublication } from './device-access.ts';
import { connackCode, type ConnectionOrigin, type DeviceDoor, type Visit } from './device-door.ts';
import { awaitedLane, type DeviceSession, type SessionTable } from './device-session.ts';
import { guardReads, type PacketLimits } from './packet-guard.ts';
import { createSessionMemory, muteEmitter, type SessionMemory } from './session-memory.ts';
import type { SessionSubscriptions } from './session-subscriptions.ts';

interface SessionEvents {
  /** Rejecting closes the connection without a PUBACK. */
  readonly onPublication: (session: DeviceSession, publication: AllowedPublication, payload: Buffer) => Promise<void>;
  readonly onReady: (session: DeviceSession) => void;
  readonly onSubscribed: (session: DeviceSession) => void;
  readonly onClosed: (session: DeviceSession) => void;
}

export interface BrokerLimits {
  readonly packets: PacketLimits;
  /** From the end of the TLS handshake to CONNECT. */
  readonly connectTimeoutMs: number;
  /** How long a client may leave what it is sent unread. */
  readonly drainTimeoutMs: number;
}

export interface DeviceBrokerParts extends SessionEvents {
  readonly log: Logger;
  readonly door: DeviceDoor;
  readonly sessions: SessionTable;
  readonly subscriptions: SessionSubscriptions;
  readonly limits: BrokerLimits;
}

export interface DeviceBroker {
  take(connection: Duplex, origin: ConnectionOrigin): void;
  stop(): Promise<void>;
}

// IoT Hub's longest keep-alive; a client that asks for more, or for none, is held to it.
const longestKeepAliveS = 1767;

export async function openDeviceBroker(parts: DeviceBrokerParts): Promise<DeviceBroker> {
  const visits = new WeakMap<Client, Visit>();
  const memory = createSessionMemory({
    subscriptions: parts.subscriptions,
    granted: (client) => visits.get(client as Client)?.session?.filters ?? new Set(),
  });
  const aedes = await Aedes.createBroker({
    mq: muteEmitter,
    persistence: memory,
    connectTimeout: parts.limits.connectTimeoutMs,
    drainTimeout: parts.limits.drainTimeoutMs,
    maxTopicLevels: 16,
    ...rulesOf(parts, visits, memory),
  });
  followSessions(aedes, parts, visits, memory);
  followFailures(aedes, parts, visits);
  return {
    take(connection, origin) {
      const visit: Visit = { origin, isRefused: false };
      guardReads(connection, parts.limits.packets, (violation) => parts.door.refuse(visit, violation));
      visits.set(aedes.handle(connection), visit);
    },
    stop: () => new Promise((resolve) => aedes.close(() => resolve())),
  };
}

/**
 * Acknowledged by the session, among its other packets. To aedes the publication is one at QoS 0 from here: it would write a
 * PUBACK of its own, and look for subscribers that nobody is.
 */
function acknowledge(session: DeviceSession, packet: PublishPacket, proceed: () => void): void {
  // A last will comes without a packet, so there is nothing to acknowledge.
  if (packet.qos === 1 && packet.messageId !== undefined) session.acknowledge(packet.messageId);
  packet.qos = 0;
  session.whenRead(proceed);
}

/** aedes' hooks, in the order it calls them. */
function rulesOf(
  { door, log, onPublication }: DeviceBrokerParts,
  visits: WeakMap<Client, Visit>,
  memory: SessionMemory,
): AedesOptions {
  return {
    preConnect(client, packet, done) {
      const { clientId, clean, will } = packet;
      const visit = visits.get(client);
      if (visit !== undefined) visit.connect = { clientId, isClean: clean === true, will };
      // To aedes all sessions are persistent: only of those it tells which packet a PUBACK is for. A client that asked for
      // a clean one gets it below, once it has proved who it is.
      packet.clean = false;
      packet.keepalive = Math.min(packet.keepalive || longestKeepAliveS, longestKeepAliveS);
      done(null, visit !== undefined);
    },
    authenticate(client, username, password, done) {
      const visit = visits.get(client);
      const refusal = guarded(log, 'hub-failed', () => {
        if (visit === undefined) return 'bad-login';
        const outcome = door.logIn(client, visit, username ?? '', password?.toString('utf8') ?? '');
        const { session, connect } = visit;
        if (session !== undefined && connect?.isClean === true) memory.beginClean(client, session.identity);
        return outcome;
      });
      if (refusal === null) {
        done(null, true);
        return;
      }
      const returnCode: number = connackCode(refusal);
      done(Object.assign(new Error(refusal), { returnCode }), null);
    },
    authorizePublish(client, packet, done) {
      const visit = client === null ? undefined : visits.get(client);
      const session = visit?.session;
      const publication = guarded(log, undefined, () =>
        visit === undefined || session === undefined ? undefined : door.publication(visit, session, packet),
      );
      if (session === undefined || publication === undefined) {
        done(new Error('publish refused'));
        return;
      }
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      onPublication(session, publication, payload).then(
        () => acknowledge(session, packet, () => done(null)),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
    authorizeSubscribe(client, subscription, done) {
      const visit = visits.get(client);
      const isGranted = guarded(
        log,
        false,
        () => visit?.session !== undefined && door.subscription(visit, visit.session, subscription),
      );
      done(null, isGranted ? subscription : null);
    },
  };
}

function followSessions(
  aedes: Aedes,
  parts: DeviceBrokerParts,
  visits: WeakMap<Client, Visit>,
  memory: SessionMemory,
): void {
  const withSession = (client: Client, follow: (session: DeviceSession) => void): void => {
    const session = visits.get(client)?.session;
    if (session !== undefined) guarded(parts.log, undefined, () => follow(session));
  };
  aedes.on('clientReady', (client) =>
    withSession(client, (session) => {
      parts.sessions.add(session);
      session.isReady = true;
      parts.onReady(session);
    }),
  );
  aedes.on('clientDisconnect', (client) =>
    withSession(client, (session) => {
      session.isReady = false;
      memory.forgetAwaited(client.id);
      if (parts.sessions.remove(session)) parts.onClosed(session);
    }),
  );
  aedes.on('ping', (_packet, client) => withSession(client, (session) => parts.door.heard(session)));
  aedes.on('subscribe', (_subscriptions, client) => withSession(client, parts.onSubscribed));
  aedes.on('unsubscribe', (filters, client) =>
    withSession(client, (session) => {
      for (const filter of filters) {
        const allowed = allowedSubscription(session.identity, filter);
        session.filters.delete(filter);
        if (allowed !== undefined) session.subscriptions.delete(allowed.kind);
      }
    }),
  );
  aedes.on('ack', (packet, client) =>
    withSession(client, (session) => {
      const { brokerId, brokerCounter } = (packet as Partial<AedesPublishPacket> | undefined) ?? {};
      if (brokerId === awaitedLane && brokerCounter !== undefined) session.noteTaken(brokerCounter);
    }),
  );
}

/**
 * The edge where a failure in one client's business ends: aedes calls us from the socket's own events, and what is thrown
 * there would end the process, with everybody's connections.
 */
function guarded<T, Otherwise>(log: Logger, otherwise: Otherwise, work: () => T): T | Otherwise {
  try {
    return work();
  } catch (error) {
    log.error({ err: error }, 'the device link failed on one client');
    return otherwise;
  }
}

function followFailures(aedes: Aedes, { log, door }: DeviceBrokerParts, visits: WeakMap<Client, Visit>): void {
  const onError = (client: Client, error: Error): void => {
    const visit = visits.get(client);
    log.debug({ err: error, peer: visit?.origin.address, client: client.id }, 'device connection failed');
    if (visit === undefined) return;
    if (error.message === 'drain timeout') visit.session?.close('device-frozen');
    else if (error.message === 'keep alive timeout') visit.session?.close('device-silent');
    else if (error.message === 'connect did not arrive in time') door.refuse(visit, 'connect-timeout');
    else if (error.message === 'packet received not valid' || isParserError(error))
      door.refuse(visit, 'malformed-packet');
  };
  aedes.on('clientError', onError);
  aedes.on('connectionError', onError);
  // Without a listener one failing packet would end the process.
  (aedes as EventEmitter).on('error', (error: unknown) => log.error({ err: error }, 'the broker failed on a packet'));
}

/** Errors of sockets and streams carry a code: the peer or its network went away, which is nothing it did wrong. */
function isParserError(error: Error): boolean {
  return !('code' in error) && !('errorCode' in error);
}
