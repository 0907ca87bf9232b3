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
  const append = db.prepare<[string, string, number, string, Uint8Array, number]>(`
    INSERT INTO telemetry (device_id, module_id, received_at_ms, properties, body, bytes_through)
    VALUES (?, ?, ?, ?, ?, ? + coalesce((SELECT bytes_through FROM telemetry ORDER BY id DESC LIMIT 1), 0))`);
  const span = db.prepare<[], number>('SELECT coalesce(max(id) - min(id) + 1, 0) FROM telemetry').pluck();
  const trimRows = db.prepare<[number]>(
    'DELETE FROM telemetry WHERE id <= (SELECT id FROM telemetry ORDER BY id DESC LIMIT 1 OFFSET ?)',
  );
  // The look for the first row to keep goes from the oldest on, over those alone that are deleted.
  const trimBytes = db.prepare<[number]>(`
    DELETE FROM telemetry WHERE id < (
      SELECT id FROM telemetry
      WHERE bytes_through > (SELECT bytes_through FROM telemetry ORDER BY id DESC LIMIT 1) - ?
      ORDER BY id LIMIT 1)`);
  return {
    append({ deviceId, moduleId, receivedAtMs, properties, body }) {
      const text = toColumn(properties);
      append.run(deviceId, moduleId ?? '', receivedAtMs, text, body, text.length + body.byteLength);
    },
    trim(keep) {
      // Ids may have gaps, so their span is at least the count: most calls end here without counting rows.
      if ((span.get() ?? 0) > keep.rows) trimRows.run(keep.rows);
      trimBytes.run(keep.bytes);
    },
  };
}
