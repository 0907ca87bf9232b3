// Messages from module to module that wait until theirs is connected.
import type { Migration } from './migration.ts';

// `size` stands in the index, and before the body in the row, so that neither weighing nor ordering what waits reads a body.
export const m006ModuleMessages: Migration = {
  version: 6,
  name: 'module-messages',
  apply(db) {
    db.exec(`
      CREATE TABLE module_messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        device_id TEXT NOT NULL,
        module_id TEXT NOT NULL,
        input TEXT NOT NULL,
        priority INTEGER NOT NULL,
        size INTEGER NOT NULL,
        enqueued_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER,
        properties TEXT NOT NULL CHECK (json_valid(properties)),
        body BLOB NOT NULL,
        FOREIGN KEY (device_id, module_id) REFERENCES modules (device_id, module_id) ON DELETE CASCADE
      ) STRICT;
      CREATE INDEX module_messages_by_module ON module_messages (device_id, module_id, priority, id, size);
      CREATE INDEX module_messages_by_expiry ON module_messages (expires_at_ms) WHERE expires_at_ms IS NOT NULL;`);
  },
};
