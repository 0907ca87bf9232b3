// Automatic device configurations beside the deployments of edge devices: their kind, how they stand on device twins too, and
// what each of them wrote, so that it can be taken away again.
import type { Migration } from './migration.ts';

// A status may now stand on a device's own twin: module_id ''. SQLite cannot change a foreign key, so the table is made anew
// with `module_ref`, as in `twins`. Nothing refers to it, so dropping the old one takes nothing along.
const statuses = `
  CREATE TABLE twin_statuses (
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    module_id TEXT NOT NULL,
    deployment_id TEXT NOT NULL REFERENCES deployments ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('Applied', 'Targeted')),
    module_ref TEXT GENERATED ALWAYS AS (nullif(module_id, '')) VIRTUAL,
    PRIMARY KEY (device_id, module_id, deployment_id),
    FOREIGN KEY (device_id, module_ref) REFERENCES modules (device_id, module_id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  INSERT INTO twin_statuses (device_id, module_id, deployment_id, status)
    SELECT device_id, module_id, deployment_id, status FROM deployment_statuses;
  DROP TABLE deployment_statuses;
  ALTER TABLE twin_statuses RENAME TO deployment_statuses;
  CREATE INDEX deployment_statuses_by_deployment ON deployment_statuses (deployment_id, module_id, status);
`;

// No foreign key to the configuration: what a deleted one left behind is still known. `path` is a JSON array of segments.
const writes = `
  CREATE TABLE configuration_writes (
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    module_id TEXT NOT NULL,
    path TEXT NOT NULL CHECK (json_type(path) = 'array'),
    configuration_id TEXT NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value)),
    on_removal TEXT NOT NULL CHECK (on_removal IN ('leave', 'remove')),
    is_left INTEGER NOT NULL CHECK (is_left IN (0, 1)),
    module_ref TEXT GENERATED ALWAYS AS (nullif(module_id, '')) VIRTUAL,
    PRIMARY KEY (device_id, module_id, path),
    FOREIGN KEY (device_id, module_ref) REFERENCES modules (device_id, module_id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX configuration_writes_by_configuration ON configuration_writes (configuration_id, is_left);
`;

export const m004AutomaticConfigurations: Migration = {
  version: 4,
  name: 'automatic-configurations',
  apply(db) {
    db.exec(`
      ALTER TABLE deployments ADD COLUMN kind TEXT NOT NULL DEFAULT 'edge' CHECK (kind IN ('edge', 'device', 'module'));
      ALTER TABLE deployments ADD COLUMN on_removal TEXT CHECK (on_removal IN ('leave', 'remove'));
      ${statuses}${writes}`);
  },
};
