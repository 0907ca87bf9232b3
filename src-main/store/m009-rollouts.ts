// Groups of devices, and rollouts: how a deployment is brought to its devices wave by wave, where each of them stands in it, and
// every attempt that was made.
import type { Migration } from './migration.ts';

const groups = `
  CREATE TABLE device_groups (
    id TEXT NOT NULL PRIMARY KEY,
    condition TEXT,
    ring INTEGER UNIQUE,
    created_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE device_group_members (
    group_id TEXT NOT NULL REFERENCES device_groups ON DELETE CASCADE,
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    PRIMARY KEY (group_id, device_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_group_members_by_device ON device_group_members (device_id);
`;

// A rollout is numbered by its deployment's `created_at_ms`, which is never given twice, and has no foreign key: what was rolled
// out stays to be read when the deployment is gone, and another that takes its id has nothing to do with it. Devices have none
// either: one that was taken out of service stays in the count.
const rollouts = `
  CREATE TABLE rollouts (
    number INTEGER PRIMARY KEY,
    deployment_id TEXT NOT NULL,
    target_condition TEXT NOT NULL,
    policy TEXT NOT NULL CHECK (json_valid(policy)),
    status TEXT NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    cause TEXT NOT NULL CHECK (json_valid(cause)),
    waves TEXT NOT NULL CHECK (json_valid(waves)),
    current_wave INTEGER NOT NULL,
    bystanders_up TEXT NOT NULL CHECK (json_valid(bystanders_up)),
    is_hurried INTEGER NOT NULL CHECK (is_hurried IN (0, 1)),
    pardoned_failures INTEGER NOT NULL,
    redeployed_number INTEGER
  ) STRICT;
  CREATE INDEX rollouts_by_deployment ON rollouts (deployment_id, number);
  CREATE INDEX rollouts_open ON rollouts (number) WHERE is_open = 1;
`;

// An attempt is numbered over all rollouts in `id`: the newest of a device is the one whose terms hold. `sent_version` is the
// desired version of `$edgeAgent` that carried it; reports of an older one are of another attempt.
const devices = `
  CREATE TABLE rollout_devices (
    rollout_number INTEGER NOT NULL REFERENCES rollouts,
    device_id TEXT NOT NULL,
    wave INTEGER,
    standing TEXT NOT NULL,
    is_admitted INTEGER NOT NULL CHECK (is_admitted IN (0, 1)),
    is_awake INTEGER NOT NULL CHECK (is_awake IN (0, 1)),
    is_up INTEGER NOT NULL CHECK (is_up IN (0, 1)),
    attempt INTEGER NOT NULL,
    is_changing INTEGER NOT NULL CHECK (is_changing IN (0, 1)),
    purpose TEXT NOT NULL CHECK (purpose IN ('change', 'roll-back')),
    report_number INTEGER NOT NULL,
    deadline_run_ms REAL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER,
    bytes_done INTEGER NOT NULL,
    bytes_total INTEGER NOT NULL,
    verdict TEXT,
    reason TEXT,
    preflight TEXT CHECK (json_valid(preflight)),
    groups TEXT NOT NULL CHECK (json_valid(groups)),
    failures INTEGER NOT NULL,
    PRIMARY KEY (rollout_number, device_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rollout_devices_admitted ON rollout_devices (device_id, rollout_number) WHERE is_admitted = 1;
  CREATE TABLE rollout_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id TEXT NOT NULL,
    rollout_number INTEGER NOT NULL REFERENCES rollouts,
    attempt INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('change', 'roll-back')),
    settle_seconds INTEGER NOT NULL,
    hold TEXT NOT NULL CHECK (hold IN ('none', 'window', 'person')),
    switch_within_seconds INTEGER,
    sent_version INTEGER,
    is_needless INTEGER NOT NULL CHECK (is_needless IN (0, 1)),
    started_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    verdict TEXT,
    reason TEXT,
    bytes_done INTEGER NOT NULL,
    bytes_total INTEGER NOT NULL,
    UNIQUE (rollout_number, device_id, attempt)
  ) STRICT;
  CREATE INDEX rollout_attempts_by_device ON rollout_attempts (device_id, id);
`;

export const m009Rollouts: Migration = {
  version: 9,
  name: 'rollouts',
  apply: (db) => void db.exec(`${groups}${rollouts}${devices}`),
};
