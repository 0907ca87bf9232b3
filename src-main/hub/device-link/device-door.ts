// The door of the device link: decides of each connection whether it may log in, and of each of its packets whether it may
// pass. It knows MQTT's words but not the broker; a refusal is journaled here, once per connection.
import type { X509Certificate } from 'node:crypto';
import type { Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import type { Clock } from '#base/clock.ts';
import { hasEndlessRequestId } from '#contract/device-topics.ts';
import { allowedPublication, allowedSubscription, mayLeaveWill, type AllowedPublication } from './device-access.ts';
import type { DeviceCredentials, LoginRefusal } from './device-credentials.ts';
import { createDeviceSession, type DeviceSession, type SessionTable } from './device-session.ts';
import { parseClientId, parseLogin } from './mqtt-login.ts';
import type { PacketViolation } from './packet-guard.ts';
import type { RefusalJournal } from './refusal-journal.ts';
import type { TakeoverWatch } from './takeover-watch.ts';

export interface ConnectionOrigin {
  readonly address: string;
  readonly port: number;
  readonly certificate: X509Certificate | undefined;
  /** Tells the listener that the peer has proved who it is. */
  readonly admit: () => void;
}

export type ConnectionRefusal =
  | LoginRefusal
  | PacketViolation
  | 'bad-login'
  | 'connect-timeout'
  | 'endless-request-id'
  | 'foreign-subscription'
  | 'foreign-topic'
  | 'foreign-will'
  /** Our own failure; the log has it. */
  | 'hub-failed'
  | 'identity-contested'
  | 'qos-2'
  | 'too-many-subscriptions';

/** What is known of a connection, before and after its login. */
export interface Visit {
  readonly origin: ConnectionOrigin;
  connect?: { readonly clientId: string; readonly isClean: boolean; readonly will: ConnectPacket['will'] | undefined };
  session?: DeviceSession;
  isRefused: boolean;
}

export interface DeviceDoorParts {
  readonly clock: Clock;
  readonly credentials: DeviceCredentials;
  readonly sessions: SessionTable;
  readonly takeovers: TakeoverWatch;
  readonly refusals: RefusalJournal;
}

// Six filters are all there is to subscribe to; but an id can be url-encoded in more ways than memory can hold.
const filtersLimit = 16;

export type DeviceDoor = ReturnType<typeof createDeviceDoor>;

export function createDeviceDoor(parts: DeviceDoorParts) {
  const { clock, sessions, refusals } = parts;

  function note(visit: Visit, reason: ConnectionRefusal): void {
    const identity = visit.session?.identity ?? parseClientId(visit.connect?.clientId ?? '');
    refusals.note({ address: visit.origin.address, reason, identity });
  }

  function refuse(visit: Visit, reason: ConnectionRefusal): void {
    // One connection is one refusal: what follows from closing it is no news.
    if (!visit.isRefused) note(visit, reason);
    visit.isRefused = true;
    visit.session?.close('protocol-violation');
  }

  return {
    refuse,

    /** The visit has its session afterwards, or the reason comes back and the refusal is journaled. */
    logIn(client: Client, visit: Visit, username: string, password: string): ConnectionRefusal | null {
      const outcome = decide(parts, visit, username, password);
      if (typeof outcome === 'string') {
        refuse(visit, outcome);
        return outcome;
      }
      sessions.get(outcome.identity)?.close('taken-over');
      visit.session = createDeviceSession(client, outcome);
      visit.origin.admit();
      return null;
    },

    /** What the publication is; undefined when it is refused, and with it the connection. */
    publication(visit: Visit, session: DeviceSession, packet: PublishPacket): AllowedPublication | undefined {
      // Whose access was withdrawn says nothing more, not even by its last will.
      if (session.endReason() === 'access-withdrawn') return undefined;
      const allowed = allowedPublication(session.identity, packet.topic);
      if (packet.qos === 2) refuse(visit, 'qos-2');
      else if (allowed === undefined)
        refuse(visit, hasEndlessRequestId(packet.topic) ? 'endless-request-id' : 'foreign-topic');
      else {
        session.lastActivityAtMs = clock.nowMs();
        return marked(allowed, { isRetained: packet.retain, isWill: packet === visit.connect?.will });
      }
      return undefined;
    },

    /** A sign of life that is no publication. */
    heard(session: DeviceSession): void {
      session.lastActivityAtMs = clock.nowMs();
    },

    /** Grants a subscription; a refused one leaves the connection open, as MQTT has an answer for it. */
    subscription(visit: Visit, session: DeviceSession, subscription: Subscription): boolean {
      const refusal = grant(session, subscription);
      if (refusal !== null) note(visit, refusal);
      return refusal === null;
    },
  };
}

/** IoT Hub retains nothing; it takes such telemetry all the same, and marks it, as it marks a last will. */
function marked(
  publication: AllowedPublication,
  { isRetained, isWill }: { readonly isRetained: boolean; readonly isWill: boolean },
): AllowedPublication {
  if (publication.kind !== 'telemetry' || !(isRetained || isWill)) return publication;
  const properties = {
    ...publication.properties,
    ...(isRetained ? { 'mqtt-retain': 'true' } : {}),
    ...(isWill ? { 'iothub-MessageType': 'Will' } : {}),
  };
  return { ...publication, properties };
}

/** Notes the subscription in the session, or says why not. */
function grant(session: DeviceSession, { topic, qos }: Subscription): ConnectionRefusal | null {
  const allowed = allowedSubscription(session.identity, topic);
  if (allowed === undefined) return 'foreign-subscription';
  if (session.filters.size >= filtersLimit && !session.filters.has(topic)) return 'too-many-subscriptions';
  session.filters.add(topic);
  session.subscriptions.set(allowed.kind, { prefix: 'prefix' in allowed ? allowed.prefix : '', qos });
  return null;
}

/** What a new session is made from, or why there is none. */
function decide(
  { credentials, sessions, takeovers, clock }: DeviceDoorParts,
  { origin, connect }: Visit,
  username: string,
  password: string,
): Parameters<typeof createDeviceSession>[1] | ConnectionRefusal {
  const login = connect === undefined ? undefined : parseLogin(connect.clientId, username);
  if (login === undefined) return 'bad-login';
  const { identity } = login;
  const decision = credentials.decide(login, password, origin.certificate);
  if (!decision.ok) return decision.reason;
  const will = connect?.will;
  if (will !== undefined && !mayLeaveWill(identity, { qos: 0, ...will })) return 'foreign-will';
  const peer = `${origin.address}:${origin.port}`;
  const current = sessions.get(identity);
  if (current !== undefined && !takeovers.mayTakeOver(current, peer)) return 'identity-contested';
  return { identity, peer, proof: decision.proof, openedAtMs: clock.nowMs() };
}

const malformed: readonly ConnectionRefusal[] = ['bad-login', 'malformed-token'];

/** CONNACK: 4 tells a device that it is set up wrongly, 5 that it is not let in, 3 to come again later. */
export function connackCode(refusal: ConnectionRefusal): 3 | 4 | 5 {
  if (refusal === 'identity-contested' || refusal === 'hub-failed') return 3;
  return malformed.includes(refusal) ? 4 : 5;
}
