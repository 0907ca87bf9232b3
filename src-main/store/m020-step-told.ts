// What the agents of devices in change tell of the step they are in: whether they switched, how long their gate may take, and that
// they unpack.
import type { Migration } from './migration.ts';

export const m020StepTold: Migration = {
  version: 20,
  name: 'step told',
  // Whoever is in a step now tells it with the next report.
  apply: (db) => void db.exec('ALTER TABLE rollout_devices ADD COLUMN told TEXT CHECK (json_valid(told))'),
};
