// Messages that wait for a module of their device, as rows: the most urgent first, then the oldest. An id is never given twice.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Connection } from './connection.ts';
import { fromColumn, toColumn } from './json-column.ts';
import type { ModuleMessage, ModuleMessageReaders, ModuleMessageWriters } from './module-message-types.ts';

interface ModuleMessageRow {
  readonly id: number;
  readonly device_id: string;
  readonly module_id: string;
  readonly input: string;
  readonly priority: number;
  readonly enqueued_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly properties: string;
  readonly body: Buffer;
}

function toModuleMessage(row: ModuleMessageRow): ModuleMessage {
  return {
    id: row.id,
    deviceId: row.device_id as DeviceId,
    moduleId: row.module_id as ModuleId,
    input: row.input,
    priority: row.priority,
    enqueuedAtMs: row.enqueued_at_ms,
    expiresAtMs: row.expires_at_ms,
    properties: fromColumn(row.properties) as Record<string, string>,
    body: row.body,
  };
}

export const headsSql = `
  SELECT id, size FROM module_messages
  WHERE device_id = +? AND module_id = +? AND (expires_at_ms IS NULL OR expires_at_ms > ?)
  ORDER BY priority, id LIMIT ? | 0`;
export const weightSql = 'SELECT count(*) AS rows, total(size) AS bytes FROM module_messages WHERE device_id = +?';

export function readModuleMessages(db: Connection): ModuleMessageReaders {
  const heads = db.prepare<[string, string, number, number], { readonly id: number; readonly size: number }>(headsSql);
  const get = db.prepare<[number], ModuleMessageRow>('SELECT * FROM module_messages WHERE id = ?');
  const weight = db.prepare<[string], { readonly rows: number; readonly bytes: number }>(weightSql);
  const newest = db.prepare<[], number>('SELECT enqueued_at_ms FROM module_messages ORDER BY id DESC LIMIT 1').pluck();
  return {
    newestAtMs: () => newest.get(),
    heads: (deviceId, moduleId, { nowMs, limit }) => heads.all(deviceId, moduleId, nowMs, limit),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toModuleMessage(row);
    },
    weight: (deviceId) => weight.get(deviceId) ?? { rows: 0, bytes: 0 },
  };
}

export function writeModuleMessages(db: Connection): ModuleMessageWriters {
  const insert = db.prepare(`
    INSERT INTO module_messages
      (device_id, module_id, input, priority, size, enqueued_at_ms, expires_at_ms, properties, body)
    SELECT $deviceId, $moduleId, $input, $priority, $size, $enqueuedAtMs, $expiresAtMs, $properties, $body
    WHERE EXISTS (SELECT 1 FROM modules WHERE device_id = $deviceId AND module_id = $moduleId)`);
  const remove = db.prepare('DELETE FROM module_messages WHERE id = ?');
  const removeExpired = db
    .prepare<[number, number], DeviceId>(`
    DELETE FROM module_messages WHERE id IN (
      SELECT id FROM module_messages WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)
    RETURNING device_id`)
    .pluck();
  const trim = db.prepare(`
    DELETE FROM module_messages WHERE id IN (
      SELECT id FROM (
        SELECT id, count(*) OVER newer AS rows, sum(size) OVER newer AS bytes FROM module_messages
        WHERE device_id = ? WINDOW newer AS (ORDER BY priority, id DESC))
      WHERE rows > ? OR bytes > ?)`);
  return {
    enqueue(message) {
      const properties = toColumn(message.properties);
      const size = properties.length + message.body.byteLength;
      return insert.run({ ...message, properties, size }).changes > 0;
    },
    delete: (id) => remove.run(id).changes > 0,
    deleteExpired: (nowMs, limit) => removeExpired.all(nowMs, limit),
    trim: (deviceId, keep) => trim.run(deviceId, keep.rows, keep.bytes).changes,
  };
}
