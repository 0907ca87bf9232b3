// A site with one edge device whose module `a` sends to its module `b`.
import type { ModuleId } from '#base/ids.ts';
import { deviceIdAt, openSiteStore, seedSite } from '#test/support/seed-site.ts';

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
