// Devices of a rollout that were taken out of service after they had come to their end: how they ended is counted on.
import type { Migration } from './migration.ts';

export const m019GoneDevices: Migration = {
  version: 19,
  name: 'gone devices',
  // Before this, whoever was gone became decommissioned, and is known by that.
  apply: (db) =>
    void db.exec('ALTER TABLE rollout_devices ADD COLUMN is_gone INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1))'),
};
