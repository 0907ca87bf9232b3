// Devices of the registry, as rows.
import type { DeviceId } from '#base/ids.ts';
import type { Device } from '#domain/records/registry.ts';
import type { Connection } from './connection.ts';
import { toColumn } from './json-column.ts';
import { toRegistered, type RegisteredRow } from './registered-row.ts';
import type { StoreReaders, StoreWriters } from './store-types.ts';

interface DeviceRow extends RegisteredRow {
  readonly device_id: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly status_changed_at_ms: number;
  readonly is_edge: number;
}

function toDevice(row: DeviceRow): Device {
  return {
    ...toRegistered(row),
    deviceId: row.device_id as DeviceId,
    status: row.status as Device['status'],
    statusReason: row.status_reason,
    statusChangedAtMs: row.status_changed_at_ms,
    isEdge: row.is_edge === 1,
  };
}

function toParameters(device: Device): Record<string, unknown> {
  return { ...device, isEdge: device.isEdge ? 1 : 0, authentication: toColumn(device.authentication) };
}

export function readDevices(db: Connection): StoreReaders['devices'] {
  const get = db.prepare<[string], DeviceRow>('SELECT * FROM devices WHERE device_id = ?');
  const list = db.prepare<[string, number], DeviceRow>(
    'SELECT * FROM devices WHERE device_id > ? ORDER BY device_id LIMIT ? | 0',
  );
  const ids = db
    .prepare<[string, number], DeviceId>(
      'SELECT device_id FROM devices WHERE device_id > ? ORDER BY device_id LIMIT ? | 0',
    )
    .pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM devices').pluck();
  return {
    get(deviceId) {
      const row = get.get(deviceId);
      return row === undefined ? undefined : toDevice(row);
    },
    list: (page) => list.all(page.after ?? '', page.limit).map(toDevice),
    ids: (page) => ids.all(page.after ?? '', page.limit),
    count: () => count.get() ?? 0,
  };
}

export function writeDevices(db: Connection): Omit<StoreWriters['devices'], 'setPresence'> {
  const insert = db.prepare(`
    INSERT INTO devices VALUES (
      $deviceId, $generationId, $status, $statusReason, $statusChangedAtMs, $isEdge, $authentication, $version,
      $createdAtMs, $connectionState, $connectionChangedAtMs, $lastActivityAtMs
    )`);
  const update = db.prepare(`
    UPDATE devices SET generation_id = $generationId, status = $status, status_reason = $statusReason,
      status_changed_at_ms = $statusChangedAtMs, is_edge = $isEdge, authentication = $authentication, version = $version
    WHERE device_id = $deviceId`);
  const remove = db.prepare('DELETE FROM devices WHERE device_id = ?');
  return {
    insert: (device) => void insert.run(toParameters(device)),
    update: (device) => void update.run(toParameters(device)),
    delete: (deviceId) => void remove.run(deviceId),
  };
}
