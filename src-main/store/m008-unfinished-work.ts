// Work that is done in portions, as it stands on disk: what a deletion, a removal of left values or an import has still to do, so
// that a hub that was killed in between goes on with it, or says that it ended there.
import type { Migration } from './migration.ts';

// A status names its deployment by `created_at_ms`, which is never given twice, and without a foreign key: deleting a deployment
// of ten thousand devices would cascade over all of them at once. Those of a deployment that is gone are seen by nobody, not even
// when another takes its id, and go in portions. Nothing refers to the table, so dropping the old one takes nothing along.
const statuses = `
  CREATE TABLE twin_statuses (
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    module_id TEXT NOT NULL,
    deployment_number INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('Applied', 'Targeted')),
    module_ref TEXT GENERATED ALWAYS AS (nullif(module_id, '')) VIRTUAL,
    PRIMARY KEY (device_id, module_id, deployment_number),
    FOREIGN KEY (device_id, module_ref) REFERENCES modules (device_id, module_id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  INSERT INTO twin_statuses (device_id, module_id, deployment_number, status)
    SELECT device_id, module_id, created_at_ms, status
    FROM deployment_statuses JOIN deployments ON deployments.id = deployment_id;
  DROP TABLE deployment_statuses;
  ALTER TABLE twin_statuses RENAME TO deployment_statuses;
  CREATE INDEX deployment_statuses_by_deployment ON deployment_statuses (deployment_number, module_id, status);
  CREATE TABLE gone_deployments (number INTEGER PRIMARY KEY) STRICT;
`;

const others = `
  CREATE TABLE left_value_clearings (
    configuration_id TEXT NOT NULL PRIMARY KEY,
    actor TEXT NOT NULL,
    after_device_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE file_imports (
    id INTEGER PRIMARY KEY,
    begun_at_ms INTEGER NOT NULL,
    file_name TEXT,
    items INTEGER NOT NULL,
    done INTEGER NOT NULL
  ) STRICT;
`;

export const m008UnfinishedWork: Migration = {
  version: 8,
  name: 'unfinished-work',
  apply: (db) => void db.exec(`${statuses}${others}`),
};
