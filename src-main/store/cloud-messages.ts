// Cloud-to-device messages that wait for their device, as rows. An id is never given twice.
import type { DeviceId } from '#base/ids.ts';
import type { Connection } from './connection.ts';
import { fromColumn, toColumn } from './json-column.ts';
import type { CloudMessage, StoreReaders, StoreWriters } from './store-types.ts';

interface CloudMessageRow {
  readonly id: number;
  readonly device_id: string;
  readonly message_id: string;
  readonly body: Buffer;
  readonly properties: string;
  readonly enqueued_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly delivery_count: number;
}

function toCloudMessage(row: CloudMessageRow): CloudMessage {
  return {
    id: row.id,
    deviceId: row.device_id as DeviceId,
    messageId: row.message_id,
    body: row.body,
    properties: fromColumn(row.properties) as Record<string, string>,
    enqueuedAtMs: row.enqueued_at_ms,
    expiresAtMs: row.expires_at_ms,
    deliveryCount: row.delivery_count,
  };
}

export function readCloudMessages(db: Connection): StoreReaders['cloudMessages'] {
  const waiting = db.prepare<[string, number], CloudMessageRow>(
    'SELECT * FROM cloud_messages WHERE device_id = +? ORDER BY id LIMIT ? | 0',
  );
  const countWaiting = db.prepare<[string], number>('SELECT count(*) FROM cloud_messages WHERE device_id = ?').pluck();
  const expired = db.prepare<[number, number], CloudMessageRow>(
    'SELECT * FROM cloud_messages WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?',
  );
  const newest = db.prepare<[], number>('SELECT enqueued_at_ms FROM cloud_messages ORDER BY id DESC LIMIT 1').pluck();
  return {
    newestAtMs: () => newest.get(),
    waiting: (deviceId, limit) => waiting.all(deviceId, limit).map(toCloudMessage),
    countWaiting: (deviceId) => countWaiting.get(deviceId) ?? 0,
    expired: (nowMs, limit) => expired.all(nowMs, limit).map(toCloudMessage),
  };
}

export function writeCloudMessages(db: Connection): StoreWriters['cloudMessages'] {
  const insert = db.prepare(`
    INSERT INTO cloud_messages (device_id, message_id, body, properties, enqueued_at_ms, expires_at_ms, delivery_count)
    VALUES ($deviceId, $messageId, $body, $properties, $enqueuedAtMs, $expiresAtMs, 0)`);
  const markDelivered = db.prepare('UPDATE cloud_messages SET delivery_count = delivery_count + 1 WHERE id = ?');
  const remove = db.prepare('DELETE FROM cloud_messages WHERE id = ?');
  return {
    enqueue(message) {
      const { lastInsertRowid } = insert.run({ ...message, properties: toColumn(message.properties) });
      return { ...message, id: Number(lastInsertRowid), deliveryCount: 0 };
    },
    markDelivered: (id) => void markDelivered.run(id),
    delete: (id) => remove.run(id).changes > 0,
  };
}
