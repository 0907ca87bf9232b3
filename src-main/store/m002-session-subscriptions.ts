// What a persistent MQTT session has subscribed to, so that it outlives the hub's own restart, as it does in IoT Hub.
import type { Migration } from './migration.ts';

// `module_ref`: as in `twins`, so that a subscription goes with its device or its module, whichever is deleted.
export const m002SessionSubscriptions: Migration = {
  version: 2,
  name: 'session-subscriptions',
  apply(db) {
    db.exec(`
      CREATE TABLE session_subscriptions (
        device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
        module_id TEXT NOT NULL,
        filter TEXT NOT NULL,
        qos INTEGER NOT NULL CHECK (qos IN (0, 1)),
        module_ref TEXT GENERATED ALWAYS AS (nullif(module_id, '')) VIRTUAL,
        PRIMARY KEY (device_id, module_id, filter),
        FOREIGN KEY (device_id, module_ref) REFERENCES modules (device_id, module_id) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;`);
  },
};
