// The routes of each device, read once and kept until they change: equal documents share one table. A route that cannot be read is
// skipped and told once, in the log and the journal. INVARIANTS: what is kept is what the store has, since a commit that changes the
// routes is heard before anything later of the device is.
import type { Logger } from 'pino';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { desiredChangesIn } from '#domain/journal/desired-change.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { readRouteTable, type RouteTable } from '#domain/routes/route-table.ts';
import type { Store } from '#store/store-types.ts';

export interface RouteTables {
  /** Null: the device has no route that can be read. */
  of(deviceId: DeviceId): RouteTable | null;
  review(entries: readonly JournalEntry[]): void;
  /** Nobody of the device is connected. */
  forget(deviceId: DeviceId): void;
}

const edgeHub = '$edgeHub' as ModuleId;
const mostTold = 20;

export function createRouteTables(parts: {
  readonly store: Pick<Store, 'read' | 'changeSoon'>;
  readonly log: Logger;
}): RouteTables {
  const { store, log } = parts;
  const tables = new Map<DeviceId, RouteTable | null>();
  const shared = new WeakMap<JsonObject, RouteTable>();
  const told = new WeakMap<RouteTable, Set<DeviceId>>();

  function read(deviceId: DeviceId): RouteTable | null {
    const desired = store.read.twins.desiredOf(deviceId).get(edgeHub);
    if (desired === undefined) return null;
    const table = shared.get(desired) ?? readRouteTable(desired);
    shared.set(desired, table);
    if (table.unreadable.length > 0) tellOnce(deviceId, table);
    return table.routes.length === 0 ? null : table;
  }

  function tellOnce(deviceId: DeviceId, table: RouteTable): void {
    const devices = told.get(table) ?? new Set();
    if (devices.has(deviceId)) return;
    told.set(table, devices.add(deviceId));
    const routes = Object.fromEntries(
      table.unreadable.slice(0, mostTold).map(({ name, problems }) => [name, problems[0]?.message ?? '']),
    );
    log.warn({ deviceId, routes }, 'routes that cannot be read are skipped');
    store
      .changeSoon(({ journal }) => {
        const detail = { routes, count: table.unreadable.length };
        journal.append({ kind: 'routes-skipped', actor: 'hub', deviceId, moduleId: edgeHub, detail });
      })
      .catch((error: unknown) => log.warn({ err: error }, 'skipped routes could not be journaled'));
  }

  return {
    of(deviceId) {
      const known = tables.get(deviceId);
      if (known !== undefined) return known;
      const table = read(deviceId);
      tables.set(deviceId, table);
      return table;
    },
    review(entries) {
      // A fleet is given one object: it is looked through once for the devices in a row that share it.
      let last: { readonly detail: JsonObject; readonly touchesRoutes: boolean } | undefined;
      for (const entry of entries) {
        const { kind, deviceId, detail } = entry;
        if (deviceId === null) continue;
        if (kind === 'configuration-changed') {
          if (last?.detail !== detail) last = { detail, touchesRoutes: changesRoutes(entry) };
          if (last.touchesRoutes) tables.delete(deviceId);
        } else if (kind === 'device-deleted' || changesRoutes(entry)) tables.delete(deviceId);
      }
    },
    forget: (deviceId) => void tables.delete(deviceId),
  };
}

function changesRoutes(entry: JournalEntry): boolean {
  return desiredChangesIn(entry).some(({ moduleId }) => moduleId === edgeHub);
}
