// Stores for tests: in memory, or in a temporary folder that is removed afterwards; and rows with defaults to put in them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import type { NewJournalEntry } from '#domain/records/journal-event.ts';
import type { Device, Module } from '#domain/records/registry.ts';
import type { Twin } from '#domain/values/twin.ts';
import { connect, type Connection } from '#store/connection.ts';
import { migrate } from '#store/migrations.ts';
import { openMemoryStore, openStore } from '#store/open-store.ts';
import { createReportedFold, type ReportedFold } from '#store/reported-fold.ts';
import { createSharedDocuments } from '#store/shared-documents.ts';
import type { Store } from '#store/store-types.ts';
import { readTwins, writeTwins } from '#store/twins.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

export const silentLog: Logger = pino({ level: 'silent' });

export function aTemporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-store-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export function aMemoryStore(clock = createFakeClock()): Store {
  const store = openMemoryStore({ clock, log: silentLog });
  onTestFinished(() => store.close());
  return store;
}

/** The database alone, with the newest schema and no store around it. */
export function aMigratedDatabase(): Connection {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  migrate(db, { backUp: () => undefined });
  onTestFinished(() => void db.close());
  return db;
}

/** How SQLite finds the rows of a query, step by step: `SEARCH t USING INDEX …; SCAN …`. */
export function queryPlan(sql: string, parameters: readonly unknown[]): string {
  const rows = aMigratedDatabase()
    .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...parameters);
  return rows.map(({ detail }) => detail).join('; ');
}

/** What a commit queue of one's own needs for what devices report. */
export function aReportedFold(db: Connection): ReportedFold {
  return createReportedFold(readTwins(db), writeTwins(db, createSharedDocuments(db)));
}

/** A store on disk; closed after the test when the test did not. */
export function aStoreIn(dir: string, { clock = createFakeClock(), log = silentLog } = {}): Store {
  const store = openStore({ dir, clock, log });
  onTestFinished(() => store.close());
  return store;
}

const presence = { connectionState: 'Disconnected', connectionChangedAtMs: 0, lastActivityAtMs: 0 } as const;
const authentication = { type: 'sas', primaryKey: 'cHJpbWFyeQ==', secondaryKey: 'c2Vjb25kYXJ5' } as const;

export function aStoredDevice(device: Partial<Device> = {}): Device {
  return {
    deviceId: 'device-1' as DeviceId,
    generationId: '1',
    status: 'enabled',
    statusReason: null,
    statusChangedAtMs: 0,
    isEdge: true,
    authentication,
    version: 1,
    createdAtMs: 1,
    ...presence,
    ...device,
  };
}

export function aStoredModule(module: Partial<Module> = {}): Module {
  return {
    deviceId: 'device-1' as DeviceId,
    moduleId: '$edgeAgent' as ModuleId,
    generationId: '1',
    managedBy: 'iotEdge',
    authentication,
    version: 1,
    createdAtMs: 1,
    ...presence,
    ...module,
  };
}

export function aStoredTwin(twin: Partial<Twin> = {}): Twin {
  return {
    deviceId: 'device-1' as DeviceId,
    moduleId: null,
    version: 1,
    tags: {},
    desired: { value: {}, metadata: {}, version: 1 },
    reported: { value: {}, metadata: {}, version: 1 },
    ...twin,
  };
}

export function aStoredDeployment(deployment: Partial<EdgeDeployment> = {}): EdgeDeployment {
  return {
    kind: 'edge',
    id: 'deployment-1' as DeploymentId,
    priority: 10,
    createdAtMs: 1000,
    updatedAtMs: 1000,
    targetCondition: '*',
    content: { $edgeAgent: { 'properties.desired': { schemaVersion: '1.1' } } },
    labels: null,
    metricQueries: {},
    schemaVersion: '1.0',
    version: 1,
    ...deployment,
  };
}

export function aReport(n: number, deviceId = 'device-1' as DeviceId): NewJournalEntry {
  return { kind: 'reported-changed', actor: 'device', deviceId, detail: { n } };
}

/** Puts a device and its twin into the store. */
export function putDevice(store: Store, device: Partial<Device> = {}): Device {
  const row = aStoredDevice(device);
  store.change((write) => {
    write.devices.insert(row);
    write.twins.insert(aStoredTwin({ deviceId: row.deviceId }));
  });
  return row;
}
