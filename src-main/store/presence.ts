// Who is connected. Presence has statements of its own, so that an update of a device or module, made from a value read
// earlier, never brings back an old connection state.
import type { Connection } from './connection.ts';
import type { StoreWriters } from './store-types.ts';

// The moment of change moves only when the state does; activity always.
const assignments = `
  connection_changed_at_ms = CASE WHEN connection_state = $state THEN connection_changed_at_ms ELSE $atMs END,
  connection_state = $state,
  last_activity_at_ms = $atMs`;

export function writePresence(db: Connection): StoreWriters['devices']['setPresence'] {
  const ofDevice = db.prepare(`UPDATE devices SET ${assignments} WHERE device_id = $deviceId`);
  const ofModule = db.prepare(
    `UPDATE modules SET ${assignments} WHERE device_id = $deviceId AND module_id = $moduleId`,
  );
  return ({ deviceId, moduleId }, state, atMs) => {
    if (moduleId === null) ofDevice.run({ deviceId, state, atMs });
    else ofModule.run({ deviceId, moduleId, state, atMs });
  };
}

/** For the start: no connection outlives the hub, whatever the rows of the run before say. */
export function disconnectAll(db: Connection, atMs: number): void {
  const run = db.transaction(() => {
    for (const table of ['devices', 'modules']) {
      db.prepare(
        `UPDATE ${table} SET connection_state = 'Disconnected', connection_changed_at_ms = ?
         WHERE connection_state = 'Connected'`,
      ).run(atMs);
    }
  });
  run.immediate();
}
