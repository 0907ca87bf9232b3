// A site with one edge device whose module `a` sends to its module `b`, and clients that log in as any of them.
import { readFileSync } from 'node:fs';
import { connect, type MqttClient } from 'mqtt';
import type { Identity, ModuleId } from '#base/ids.ts';
import { deviceIdAt, loginOf, openSiteStore, seedSite } from '#test/support/seed-site.ts';

export const deviceId = deviceIdAt(0);
export const [a, b] = ['a', 'b'].map((module) => module as ModuleId) as [ModuleId, ModuleId];
const edgeHub = '$edgeHub' as ModuleId;

export const routeToB = 'FROM /messages/modules/a/* INTO BrokeredEndpoint("/modules/b/inputs/in")';
export const routeUp = 'FROM /messages/modules/a/* INTO $upstream';

export function seedRoutes(dataDir: string, routes: Readonly<Record<string, string>>): void {
  seedSite({ dir: dataDir, devices: 1, isEdge: true });
  const store = openSiteStore(dataDir);
  store.change((write) => {
    const device = store.read.modules.get(deviceId, edgeHub);
    const twin = store.read.twins.get({ deviceId, moduleId: edgeHub });
    if (device === undefined || twin === undefined) throw new Error('an edge device has $edgeHub');
    for (const moduleId of [a, b]) write.modules.insert({ ...device, moduleId, managedBy: null });
    write.twins.update({ ...twin, desired: { ...twin.desired, value: { routes } } });
  });
  store.close();
}

/** Comes back by itself, with the session it had. */
export function openClient(identity: Identity, port: number, caFile: string): MqttClient {
  const client = connect({
    ...loginOf(identity),
    protocol: 'mqtts',
    host: '127.0.0.1',
    port,
    ca: readFileSync(caFile),
    clean: false,
    reconnectPeriod: 50,
    connectTimeout: 5000,
  });
  // A refused connection is what these tests are about; the client tries again by itself.
  client.on('error', () => undefined);
  return client;
}
