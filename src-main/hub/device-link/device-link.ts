// The device link: everything the hub says and hears over MQTT, put together. Connections come from the listeners,
// operations from the hub; the parts know each other only here.
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { SiteCa } from '#hub/certificates/site-ca.ts';
import type { CloudMessageOperations, MethodOperations, TwinOperations } from '#hub/hub-types.ts';
import type { Store } from '#store/store-types.ts';
import { createCloudMessages } from './cloud-messages.ts';
import type { AllowedPublication } from './device-access.ts';
import { openDeviceBroker, type BrokerLimits } from './device-broker.ts';
import { createDeviceCredentials } from './device-credentials.ts';
import { createDeviceDoor, type ConnectionOrigin } from './device-door.ts';
import { createSessionTable, type DeviceSession } from './device-session.ts';
import { createLiveMessages, type LiveMessages } from './live-messages.ts';
import { createMessageDelivery } from './message-delivery.ts';
import { createMessageRouting } from './message-routing.ts';
import { createMessageTime } from './message-time.ts';
import { createMethodCalls } from './method-calls.ts';
import { answerModuleKeys, createSiteAddress } from './module-keys.ts';
import { createModuleMessages } from './module-messages.ts';
import { defaultPacketLimits } from './packet-guard.ts';
import { createPresence } from './presence.ts';
import { createRedeliveredReports } from './redelivered-reports.ts';
import { createRefusalJournal, type Refusal } from './refusal-journal.ts';
import { createRouteTables } from './route-tables.ts';
import { renewSessions } from './session-renewal.ts';
import { createSessionRevocation } from './session-revocation.ts';
import { createSessionSubscriptions } from './session-subscriptions.ts';
import { createTakeoverWatch } from './takeover-watch.ts';
import { createTelemetryIntake } from './telemetry-intake.ts';
import { createTwinExchange } from './twin-exchange.ts';

export interface DeviceLinkParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ca: SiteCa;
  readonly twins: Pick<TwinOperations, 'get' | 'report'>;
  readonly limits?: Partial<BrokerLimits>;
}

export interface DeviceLink {
  readonly methods: MethodOperations;
  readonly cloudMessages: CloudMessageOperations;
  /** What devices send, for whoever looks right now. */
  readonly live: LiveMessages;
  /** A connection past TLS (or WebSocket): the link speaks MQTT on it from here. */
  take(connection: Duplex, origin: ConnectionOrigin): void;
  /** A connection that did not get that far. */
  refuse(refusal: Refusal): void;
  connectedCount(): number;
  /** Where HTTPS is served on the host that devices reach this link by; agents are told. */
  tellHttpsPort(httpsPort: number): void;
  /**
   * Closes every session, so that devices come anew, and resolves when it is written who went. For after a sleep: a connection of
   * before is dead on the device's side, or tells nothing of it for minutes.
   */
  renew(): Promise<void>;
  /** Closes every session and writes that it did; the store must still be open. */
  stop(): Promise<void>;
}

const defaultBrokerLimits: BrokerLimits = {
  packets: defaultPacketLimits,
  connectTimeoutMs: 15_000,
  drainTimeoutMs: 10_000,
};

type Parts = ReturnType<typeof createParts>;

export async function openDeviceLink(needs: DeviceLinkParts): Promise<DeviceLink> {
  const { store, log } = needs;
  const parts = createParts(needs);
  const { sessions, cloudMessages, moduleMessages, delivery, methods, presence, revocation, subscriptions } = parts;
  const broker = await openDeviceBroker({
    log,
    sessions,
    subscriptions,
    door: parts.door,
    limits: { ...defaultBrokerLimits, ...needs.limits },
    onPublication: (session, publication, payload) => receive(store, parts, session, publication, payload),
    onReady(session) {
      revocation.watch(session);
      presence.connected(session);
      onSubscribed(session);
    },
    onSubscribed,
    onClosed(session) {
      revocation.unwatch(session);
      methods.closed(session);
      presence.disconnected(session);
      const { deviceId } = session.identity;
      if (sessions.ofDevice(deviceId).length === 0) parts.routeTables.forget(deviceId);
    },
  });

  function onSubscribed(session: DeviceSession): void {
    cloudMessages.deliver(session);
    moduleMessages.deliver(session);
    methods.available(session);
  }

  const unfollow = store.onCommitted((entries) => {
    parts.routeTables.review(entries);
    parts.twinExchange.pushChanges(entries);
    revocation.review(entries);
  });
  return {
    methods,
    cloudMessages,
    live: parts.live,
    take: (connection, origin) => broker.take(connection, origin),
    refuse: (refusal) => parts.refusals.note(refusal),
    connectedCount: () => sessions.count(),
    renew: () => renewSessions({ sessions, store, clock: needs.clock }),
    tellHttpsPort: (httpsPort) => parts.site.tellHttpsPort(httpsPort),
    async stop() {
      unfollow();
      for (const session of sessions.all()) session.close('hub-stopped');
      await broker.stop();
      subscriptions.stop();
      presence.stop();
      cloudMessages.stop();
      moduleMessages.stop();
      delivery.stop();
      parts.refusals.stop();
    },
  };
}

function createParts({ store, clock, log, ca, twins }: DeviceLinkParts) {
  const sessions = createSessionTable();
  const credentials = createDeviceCredentials({ store, clock, ca });
  const delivery = createMessageDelivery({ store, clock, log });
  const refusals = createRefusalJournal({ store, clock, log });
  const redelivered = createRedeliveredReports({ read: store.read, clock });
  const takeovers = createTakeoverWatch({
    clock,
    onContested({ identity, addresses, takeovers }) {
      log.warn({ ...identity, addresses }, 'two clients fight over one identity');
      const detail = { addresses, takeovers };
      store
        .changeSoon((write) => {
          write.journal.append({ kind: 'identity-contested', actor: 'hub', ...identity, detail });
        })
        .catch((error: unknown) => log.warn({ err: error }, 'a contest could not be journaled'));
    },
  });
  const telemetry = createTelemetryIntake({ store, clock });
  const routeTables = createRouteTables({ store, log });
  const time = createMessageTime({ store, clock, log });
  const moduleMessages = createModuleMessages({ store, sessions, clock, time, log, delivery });
  return {
    sessions,
    site: createSiteAddress(),
    refusals,
    routeTables,
    delivery,
    moduleMessages,
    live: createLiveMessages({ clock, sessions }),
    routing: createMessageRouting({ store, telemetry, tables: routeTables, moduleMessages }),
    door: createDeviceDoor({ clock, credentials, sessions, takeovers, refusals }),
    twinExchange: createTwinExchange({ twins, redelivered, sessions, clock }),
    cloudMessages: createCloudMessages({ store, sessions, clock, time, log, delivery }),
    methods: createMethodCalls({ store, sessions, clock, log }),
    subscriptions: createSessionSubscriptions({ store, clock, log }),
    presence: createPresence({ store, sessions, clock, log }),
    revocation: createSessionRevocation({ credentials, sessions, clock }),
  };
}

async function receive(
  store: Store,
  { twinExchange, routing, methods, site, live }: Parts,
  session: DeviceSession,
  publication: AllowedPublication,
  payload: Buffer,
): Promise<void> {
  live.noteIncoming();
  switch (publication.kind) {
    case 'telemetry':
      live.note(session.identity, publication.properties, payload);
      return routing.take(session.identity, publication.properties, payload);
    case 'twin-get':
      return twinExchange.answerGet(session, publication.requestId);
    case 'twin-report':
      return twinExchange.takeReport(session, publication.requestId, payload);
    case 'method-answer':
      return methods.answered(session, publication.requestId, publication.status, payload);
    case 'module-keys':
      return answerModuleKeys({ read: store.read, site }, session, publication.requestId, payload);
  }
}
