// What automatic configurations wrote to each twin, and left there: the book by which it can be taken away again.
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type { StoredWrite } from '#domain/layering/automatic-writes.ts';
import type { RemovalRule } from '#domain/records/deployment.ts';
import type { Connection } from './connection.ts';
import { fromColumn, toColumn } from './json-column.ts';
import type { StoreReaders, StoreWriters } from './store-types.ts';

interface WriteRow {
  readonly module_id: string;
  readonly path: string;
  readonly configuration_id: string;
  readonly value: string;
  readonly on_removal: string;
  readonly is_left: number;
}

function toStoredWrite(row: WriteRow): StoredWrite {
  return {
    path: fromColumn(row.path) as string[],
    configurationId: row.configuration_id as DeploymentId,
    value: fromColumn(row.value) as Json,
    onRemoval: row.on_removal as RemovalRule,
    isLeft: row.is_left === 1,
  };
}

export function readConfigurationWrites(db: Connection): StoreReaders['configurationWrites'] {
  const ofDevice = db.prepare<[string], WriteRow>(
    `SELECT module_id, path, configuration_id, value, on_removal, is_left FROM configuration_writes
     WHERE device_id = +?`,
  );
  const left = db.prepare<
    [],
    { readonly configurationId: DeploymentId; readonly twins: number; readonly asked: number }
  >(`
    SELECT configuration_id AS configurationId, count(DISTINCT device_id || '/' || module_id) AS twins,
      EXISTS (SELECT 1 FROM left_value_clearings AS asked
        WHERE asked.configuration_id = configuration_writes.configuration_id) AS asked
    FROM configuration_writes WHERE is_left = 1 AND on_removal = 'leave' GROUP BY configuration_id`);
  const devices = db
    .prepare<[string, string, number], DeviceId>(
      `SELECT DISTINCT device_id FROM configuration_writes
       WHERE configuration_id = +? AND is_left = 1 AND device_id > +? ORDER BY device_id LIMIT ? | 0`,
    )
    .pluck();
  const countDevices = db
    .prepare<[string], number>(
      `SELECT count(*) FROM (
         SELECT DISTINCT device_id FROM configuration_writes WHERE configuration_id = +? AND is_left = 1)`,
    )
    .pluck();
  return {
    ofDevice(deviceId) {
      const byTwin = new Map<ModuleId | null, StoredWrite[]>();
      for (const row of ofDevice.all(deviceId)) {
        const moduleId = row.module_id === '' ? null : (row.module_id as ModuleId);
        const ofTwin = byTwin.get(moduleId) ?? [];
        byTwin.set(moduleId, ofTwin);
        ofTwin.push(toStoredWrite(row));
      }
      return byTwin;
    },
    left: () => left.all().map(({ asked, ...rest }) => ({ ...rest, isBeingRemoved: asked === 1 })),
    devicesWithLeft: (id, { after, limit }) => devices.all(id, after ?? '', limit),
    countDevicesWithLeft: (id) => countDevices.get(id) ?? 0,
  };
}

export function writeConfigurationWrites(db: Connection): StoreWriters['configurationWrites'] {
  const clear = db.prepare<[string, string]>('DELETE FROM configuration_writes WHERE device_id = ? AND module_id = ?');
  const insert = db.prepare<[string, string, string, string, string, string, number]>(
    `INSERT INTO configuration_writes (device_id, module_id, path, configuration_id, value, on_removal, is_left)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const setRule = db.prepare<[string, string]>(
    'UPDATE configuration_writes SET on_removal = ? WHERE configuration_id = ? AND is_left = 0',
  );
  const removeLeft = db.prepare<[string, string]>(
    `UPDATE configuration_writes SET on_removal = 'remove'
     WHERE device_id = +? AND configuration_id = +? AND is_left = 1 AND on_removal = 'leave'`,
  );
  return {
    replace({ deviceId, moduleId }, writes) {
      clear.run(deviceId, moduleId ?? '');
      for (const { path, configurationId, value, onRemoval, isLeft } of writes) {
        const given = [toColumn(path), configurationId, toColumn(value), onRemoval] as const;
        insert.run(deviceId, moduleId ?? '', ...given, isLeft ? 1 : 0);
      }
    },
    setRule: (id, rule) => void setRule.run(rule, id),
    removeLeft: (id, deviceId) => removeLeft.run(deviceId, id).changes > 0,
  };
}
