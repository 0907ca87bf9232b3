// The first schema: registry, twins, deployments, waiting messages, the telemetry ring, the journal.
// Once released a migration is never edited; a change of the schema is a new file.
import type { Migration } from './migration.ts';

// A twin of a device itself has module_id ''. `module_ref` turns that into NULL, which a foreign key skips, so that one
// table holds both kinds of twin and still goes with whichever of the two is deleted.
const registry = `
  CREATE TABLE devices (
    device_id TEXT NOT NULL PRIMARY KEY,
    generation_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('enabled', 'disabled')),
    status_reason TEXT,
    status_changed_at_ms INTEGER NOT NULL,
    is_edge INTEGER NOT NULL CHECK (is_edge IN (0, 1)),
    authentication TEXT NOT NULL CHECK (json_valid(authentication)),
    version INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    connection_state TEXT NOT NULL CHECK (connection_state IN ('Connected', 'Disconnected')),
    connection_changed_at_ms INTEGER NOT NULL,
    last_activity_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX devices_connected ON devices (device_id) WHERE connection_state = 'Connected';

  CREATE TABLE modules (
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    module_id TEXT NOT NULL CHECK (module_id <> ''),
    generation_id TEXT NOT NULL,
    managed_by TEXT,
    authentication TEXT NOT NULL CHECK (json_valid(authentication)),
    version INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    connection_state TEXT NOT NULL CHECK (connection_state IN ('Connected', 'Disconnected')),
    connection_changed_at_ms INTEGER NOT NULL,
    last_activity_at_ms INTEGER NOT NULL,
    PRIMARY KEY (device_id, module_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX modules_connected ON modules (device_id, module_id) WHERE connection_state = 'Connected';

  CREATE TABLE twins (
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    module_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    desired_version INTEGER NOT NULL,
    reported_version INTEGER NOT NULL,
    reported TEXT NOT NULL CHECK (json_valid(reported)),
    reported_metadata TEXT NOT NULL CHECK (json_valid(reported_metadata)),
    tags TEXT NOT NULL CHECK (json_valid(tags)),
    desired TEXT NOT NULL CHECK (json_valid(desired)),
    desired_metadata TEXT NOT NULL CHECK (json_valid(desired_metadata)),
    module_ref TEXT GENERATED ALWAYS AS (nullif(module_id, '')) VIRTUAL,
    PRIMARY KEY (device_id, module_id),
    FOREIGN KEY (device_id, module_ref) REFERENCES modules (device_id, module_id) ON DELETE CASCADE
  ) STRICT;
`;

const deployments = `
  CREATE TABLE deployments (
    id TEXT NOT NULL PRIMARY KEY,
    priority INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL UNIQUE,
    updated_at_ms INTEGER NOT NULL,
    target_condition TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    labels TEXT CHECK (json_valid(labels)),
    metric_queries TEXT NOT NULL CHECK (json_valid(metric_queries)),
    schema_version TEXT NOT NULL,
    version INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE deployment_statuses (
    device_id TEXT NOT NULL,
    module_id TEXT NOT NULL,
    deployment_id TEXT NOT NULL REFERENCES deployments ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('Applied', 'Targeted')),
    PRIMARY KEY (device_id, module_id, deployment_id),
    FOREIGN KEY (device_id, module_id) REFERENCES modules ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deployment_statuses_by_deployment ON deployment_statuses (deployment_id, module_id, status);

  -- Devices with the same deployments have the same configuration: it is kept once, under its digest.
  CREATE TABLE effective_configurations (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    effective TEXT NOT NULL CHECK (json_valid(effective))
  ) STRICT;
  CREATE TABLE revisions (
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    at_ms INTEGER NOT NULL,
    digest BLOB NOT NULL REFERENCES effective_configurations,
    PRIMARY KEY (device_id, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX revisions_by_digest ON revisions (digest);
  CREATE TRIGGER revisions_drop_orphan AFTER DELETE ON revisions
    WHEN NOT EXISTS (SELECT 1 FROM revisions WHERE digest = OLD.digest)
    BEGIN DELETE FROM effective_configurations WHERE digest = OLD.digest; END;
`;

const messages = `
  CREATE TABLE cloud_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    message_id TEXT NOT NULL,
    body BLOB NOT NULL,
    properties TEXT NOT NULL CHECK (json_valid(properties)),
    enqueued_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    delivery_count INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX cloud_messages_by_device ON cloud_messages (device_id, id);
  CREATE INDEX cloud_messages_by_expiry ON cloud_messages (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

  CREATE TABLE telemetry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
    module_id TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    properties TEXT NOT NULL CHECK (json_valid(properties)),
    body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX telemetry_by_identity ON telemetry (device_id, module_id, id);
`;

// The index by device is cut into stretches of 1,024 rows: one over the whole journal would dirty a page of its
// own for nearly every row appended, which costs a third of the ingest rate. `kind` is in it so that a listing of a few kinds
// does not visit the rows of the others.
const journal = `
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    device_id TEXT,
    module_id TEXT,
    deployment_id TEXT,
    detail TEXT NOT NULL CHECK (json_valid(detail)),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
  ) STRICT;
  CREATE INDEX journal_by_device ON journal (seq >> 10, device_id, kind) WHERE device_id IS NOT NULL;
  CREATE TRIGGER journal_never_updated BEFORE UPDATE ON journal
    BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER journal_never_deleted BEFORE DELETE ON journal
    BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

  CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

export const m001Foundation: Migration = {
  version: 1,
  name: 'foundation',
  apply(db) {
    db.exec(registry + deployments + messages + journal);
  },
};
