// A hub as devices of a site see it: real TLS listeners on loopback, the real broker, store and operations.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { DeviceId, Identity, ModuleId } from '#base/ids.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import type { Authentication } from '#domain/records/registry.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import type { BrokerLimits } from '#hub/device-link/device-broker.ts';
import type { GateLimits } from '#hub/device-link/connection-gate.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import { openDeviceLink } from '#hub/device-link/device-link.ts';
import { createRegistryOperations } from '#hub/operations/registry-operations.ts';
import { createSiteListener } from '#hub/site/site-listener.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { createTwinOperations } from '#hub/records/twin-operations.ts';
import { openMemoryStore } from '#store/open-store.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';

export type SiteHub = Awaited<ReturnType<typeof startSiteHub>>;

export async function startSiteHub(
  options: { readonly broker?: Partial<BrokerLimits>; readonly gate?: Partial<GateLimits> } = {},
) {
  const dir = mkdtempSync(join(tmpdir(), 'site-hub-'));
  const clock = createSystemClock();
  const log = pino({ level: 'silent' });
  const store = openMemoryStore({ clock, log });
  const ca = await openSiteCa({ dir, clock });
  const registry = createRegistryOperations({ store, clock });
  const twins = createTwinOperations({ store, clock });
  /** Errors the next twin operations end with, for what a healthy disk never does. */
  const faults: { report?: Error; get?: Error } = {};
  const clients: MqttClient[] = [];
  const link = await openDeviceLink({
    store,
    clock,
    log,
    ca,
    limits: options.broker ?? {},
    twins: {
      get(identity) {
        if (faults.get !== undefined) throw faults.get;
        return twins.get(identity);
      },
      report: (identity, patch, delivery) =>
        faults.report === undefined ? twins.report(identity, patch, delivery) : Promise.reject(faults.report),
    },
  });
  const listener = await createSiteListener({
    dir,
    host: '127.0.0.1',
    httpsPort: 0,
    mqttPort: 0,
    ca,
    link,
    clock,
    log,
    gateLimits: options.gate ?? {},
  });
  const ports = await listener.start();
  return {
    dir,
    store,
    ca,
    registry,
    twins,
    faults,
    clients,
    link,
    listener,
    ...ports,
    host: `localhost:${ports.mqttPort}`,
    journal: (...kinds: JournalKind[]): readonly JournalEntry[] =>
      store.read.journal.list({ limit: 100_000 }).filter(({ kind }) => kinds.includes(kind)),
    reasons: () =>
      store.read.journal
        .list({ limit: 100_000 })
        .filter(({ kind }) => kind === 'connection-refused')
        .map(({ detail }) => detail['reason']),
    /** Ends the clients of `connectMqtt` as well. */
    async stop() {
      for (const client of clients) client.end(true);
      await listener.stop();
      await link.stop();
      store.close();
      rmSync(dir, { recursive: true });
    },
  };
}

export function identityOf(text: string): Identity {
  const [deviceId, moduleId = null] = text.split('/');
  return { deviceId: deviceId as DeviceId, moduleId: moduleId as ModuleId | null };
}

/** A device with known keys; `authentication` for other kinds. */
export function addDevice(hub: SiteHub, id: string, authentication?: Authentication) {
  const { deviceId } = identityOf(id);
  return hub.registry.createDevice(
    { deviceId, isEdge: true, ...(authentication === undefined ? {} : { authentication }) },
    'service',
  );
}

export function keyOf(hub: SiteHub, id: string): string {
  const { deviceId, moduleId } = identityOf(id);
  const { authentication } =
    moduleId === null ? hub.registry.getDevice(deviceId) : hub.registry.getModule(deviceId, moduleId);
  if (authentication.type !== 'sas') throw new Error(`${id} has no key`);
  return authentication.primaryKey;
}

export function connectionString(hub: SiteHub, id: string): string {
  const { deviceId, moduleId } = identityOf(id);
  const module = moduleId === null ? '' : `;ModuleId=${moduleId}`;
  return `HostName=${hub.host};DeviceId=${deviceId}${module};SharedAccessKey=${keyOf(hub, id)}`;
}

export function tokenFor(
  hub: SiteHub,
  id: string,
  change: { readonly keyBase64?: string; readonly resource?: string; readonly expiresAtS?: number } = {},
): string {
  const { deviceId, moduleId } = identityOf(id);
  const path = moduleId === null ? `devices/${deviceId}` : `devices/${deviceId}/modules/${moduleId}`;
  const expiresAtS = Math.round(Date.now() / 1000) + 3600;
  const defaults = { resource: `${hub.host}/${path}`, expiresAtS };
  const keyBase64 = change.keyBase64 ?? keyOf(hub, id);
  return signSharedAccessSignature({ ...defaults, ...change, keyBase64 }, hmacSha256Base64);
}

/** MQTT.js as a device would use it; `reconnectPeriod: 0`, so that a close is seen. */
export function mqttOptions(hub: SiteHub, id: string, change: IClientOptions = {}): IClientOptions {
  return {
    protocolVersion: 4,
    clientId: id,
    username: `${hub.host}/${id}/?api-version=2021-04-12`,
    password: change.password ?? tokenFor(hub, id),
    ca: hub.ca.certificatePem,
    reconnectPeriod: 0,
    connectTimeout: 5000,
    ...change,
  };
}

export async function connectMqtt(hub: SiteHub, id: string, change: IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${hub.mqttPort}`, mqttOptions(hub, id, change), false);
  hub.clients.push(client);
  return client;
}

export function nextMessage(client: MqttClient): Promise<{ readonly topic: string; readonly text: string }> {
  return new Promise((resolve) => {
    client.once('message', (topic, payload) => resolve({ topic, text: payload.toString() }));
  });
}
