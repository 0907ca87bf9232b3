// What a rollout went through, whose place it takes when it takes another back, the logs of attempts as devices kept them, and
// switches that a person forced.
import type { Migration } from './migration.ts';

// Of a rollout made before this no more is known than where it stands.
const course = `
  ALTER TABLE rollouts ADD COLUMN history TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(history));
  ALTER TABLE rollouts ADD COLUMN takes_back_number INTEGER;
  ALTER TABLE rollouts ADD COLUMN led_by_number INTEGER;
  ALTER TABLE rollouts ADD COLUMN joining_of INTEGER;
  ALTER TABLE rollouts ADD COLUMN is_retrying INTEGER NOT NULL DEFAULT 0 CHECK (is_retrying IN (0, 1));
  ALTER TABLE rollout_devices ADD COLUMN changed_by TEXT CHECK (json_valid(changed_by));
  UPDATE rollouts SET history = json_array(json_object('status', status, 'cause', json(cause)));
`;

// `text` null: the device keeps none, and is not asked again. `module` and `code` are those of the failure, `slice` the lines of
// the text that tell of it: pages of devices show them, and a text is too long to be searched for each.
const logs = `
  CREATE TABLE attempt_logs (
    attempt_id INTEGER PRIMARY KEY REFERENCES rollout_attempts ON DELETE CASCADE,
    text TEXT,
    total_bytes INTEGER NOT NULL,
    is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
    module TEXT,
    code TEXT,
    fetched_at_ms INTEGER NOT NULL,
    slice TEXT NOT NULL CHECK (json_valid(slice))
  ) STRICT;
`;

// A person said now and meant it: locks and hooks of modules hold the switch no more.
const force = `
  ALTER TABLE rollout_attempts ADD COLUMN is_forced INTEGER NOT NULL DEFAULT 0 CHECK (is_forced IN (0, 1));
`;

export const m010RolloutCourse: Migration = {
  version: 10,
  name: 'rollout course',
  apply: (db) => void db.exec(`${course}${logs}${force}`),
};
