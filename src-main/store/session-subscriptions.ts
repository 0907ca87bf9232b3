// The subscriptions of persistent MQTT sessions, as rows.
import type { Connection } from './connection.ts';
import type { SessionSubscription, StoreReaders, StoreWriters } from './store-types.ts';

export function readSessionSubscriptions(db: Connection): StoreReaders['sessionSubscriptions'] {
  const of = db.prepare<[string, string], SessionSubscription>(
    'SELECT filter, qos FROM session_subscriptions WHERE device_id = ? AND module_id = ?',
  );
  return { of: ({ deviceId, moduleId }) => of.all(deviceId, moduleId ?? '') };
}

export function writeSessionSubscriptions(db: Connection): StoreWriters['sessionSubscriptions'] {
  const set = db.prepare(`
    INSERT INTO session_subscriptions (device_id, module_id, filter, qos) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET qos = excluded.qos`);
  const remove = db.prepare('DELETE FROM session_subscriptions WHERE device_id = ? AND module_id = ? AND filter = ?');
  const clear = db.prepare('DELETE FROM session_subscriptions WHERE device_id = ? AND module_id = ?');
  return {
    set: ({ deviceId, moduleId }, { filter, qos }) => void set.run(deviceId, moduleId ?? '', filter, qos),
    delete: ({ deviceId, moduleId }, filter) => void remove.run(deviceId, moduleId ?? '', filter),
    clear: ({ deviceId, moduleId }) => void clear.run(deviceId, moduleId ?? ''),
  };
}
