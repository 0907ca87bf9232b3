// Modules of devices, as rows.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Module } from '#domain/records/registry.ts';
import type { Connection } from './connection.ts';
import { toColumn } from './json-column.ts';
import { toRegistered, type RegisteredRow } from './registered-row.ts';
import type { StoreReaders, StoreWriters } from './store-types.ts';

interface ModuleRow extends RegisteredRow {
  readonly device_id: string;
  readonly module_id: string;
  readonly managed_by: string | null;
}

function toModule(row: ModuleRow): Module {
  return {
    ...toRegistered(row),
    deviceId: row.device_id as DeviceId,
    moduleId: row.module_id as ModuleId,
    managedBy: row.managed_by,
  };
}

function toParameters(module: Module): Record<string, unknown> {
  return { ...module, authentication: toColumn(module.authentication) };
}

export function readModules(db: Connection): StoreReaders['modules'] {
  const get = db.prepare<[string, string], ModuleRow>('SELECT * FROM modules WHERE device_id = ? AND module_id = ?');
  const ofDevice = db.prepare<[string], ModuleRow>('SELECT * FROM modules WHERE device_id = +? ORDER BY module_id');
  const ids = db
    .prepare<[string], string>('SELECT module_id FROM modules WHERE device_id = +? ORDER BY module_id')
    .pluck();
  return {
    get(deviceId, moduleId) {
      const row = get.get(deviceId, moduleId);
      return row === undefined ? undefined : toModule(row);
    },
    ofDevice: (deviceId) => ofDevice.all(deviceId).map(toModule),
    idsOf: (deviceId) => ids.all(deviceId) as ModuleId[],
  };
}

export function writeModules(db: Connection): StoreWriters['modules'] {
  const insert = db.prepare(`
    INSERT INTO modules VALUES (
      $deviceId, $moduleId, $generationId, $managedBy, $authentication, $version, $createdAtMs,
      $connectionState, $connectionChangedAtMs, $lastActivityAtMs
    )`);
  const update = db.prepare(`
    UPDATE modules SET generation_id = $generationId, managed_by = $managedBy, authentication = $authentication,
      version = $version
    WHERE device_id = $deviceId AND module_id = $moduleId`);
  const remove = db.prepare('DELETE FROM modules WHERE device_id = ? AND module_id = ?');
  return {
    insert: (module) => void insert.run(toParameters(module)),
    update: (module) => void update.run(toParameters(module)),
    delete: (deviceId, moduleId) => void remove.run(deviceId, moduleId),
  };
}
