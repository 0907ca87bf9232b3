// The last telemetry messages, as rows: a ring for the console, not an archive.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Connection } from './connection.ts';
import { fromColumn, toColumn } from './json-column.ts';
import type { StoreReaders, StoreWriters, TelemetryMessage } from './store-types.ts';

interface TelemetryRow {
  readonly device_id: string;
  readonly module_id: string;
  readonly received_at_ms: number;
  readonly properties: string;
  readonly body: Buffer;
}

function toTelemetryMessage(row: TelemetryRow): TelemetryMessage {
  return {
    deviceId: row.device_id as DeviceId,
    moduleId: row.module_id === '' ? null : (row.module_id as ModuleId),
    receivedAtMs: row.received_at_ms,
    properties: fromColumn(row.properties) as Record<string, string>,
    body: row.body,
  };
}

export function readTelemetry(db: Connection): StoreReaders['telemetry'] {
  const latest = db.prepare<[string, string, number], TelemetryRow>(`
    SELECT device_id, module_id, received_at_ms, properties, body FROM telemetry
    WHERE device_id = ? AND module_id = ? ORDER BY id DESC LIMIT ?`);
  const count = db.prepare<[], number>('SELECT count(*) FROM telemetry').pluck();
  return {
    latest: ({ deviceId, moduleId }, limit) => latest.all(deviceId, moduleId ?? '', limit).map(toTelemetryMessage),
    count: () => count.get() ?? 0,
  };
}

export function writeTelemetry(db: Connection): StoreWriters['telemetry'] {
  const append = db.prepare<[string, string, number, string, Uint8Array]>(
    'INSERT INTO telemetry (device_id, module_id, received_at_ms, properties, body) VALUES (?, ?, ?, ?, ?)',
  );
  const span = db.prepare<[], number>('SELECT coalesce(max(id) - min(id) + 1, 0) FROM telemetry').pluck();
  const trim = db.prepare<[number]>(
    'DELETE FROM telemetry WHERE id <= (SELECT id FROM telemetry ORDER BY id DESC LIMIT 1 OFFSET ?)',
  );
  return {
    append({ deviceId, moduleId, receivedAtMs, properties, body }) {
      append.run(deviceId, moduleId ?? '', receivedAtMs, toColumn(properties), body);
    },
    trim(keep) {
      // Ids may have gaps, so their span is at least the count: most calls end here without counting rows.
      if ((span.get() ?? 0) > keep) trim.run(keep);
    },
  };
}
