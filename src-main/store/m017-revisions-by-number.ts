// Revisions by their number first: those that a fleet is given together lie side by side, where each was written among the older ones
// of its own device, a page for every few devices. The number of each device's newest is kept beside them, to find them by.
import type { Migration } from './migration.ts';

// Revisions are numbered from 1 without gaps and stay as long as their device, so that its newest number says where all of them are.
// They go with it by that, and not by a reference to the device, which would need an index by device again.
const tables = `
  CREATE TABLE newest_revisions (
    device_id TEXT NOT NULL PRIMARY KEY REFERENCES devices ON DELETE CASCADE,
    revision INTEGER NOT NULL CHECK (revision >= 1)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE numbered_revisions (
    revision INTEGER NOT NULL CHECK (revision >= 1),
    device_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    digest BLOB NOT NULL REFERENCES effective_configurations,
    automatic_digest BLOB REFERENCES automatic_records,
    PRIMARY KEY (revision, device_id)
  ) STRICT, WITHOUT ROWID;
`;

const move = `
  INSERT INTO newest_revisions SELECT device_id, max(revision) FROM revisions GROUP BY device_id;
  INSERT INTO numbered_revisions
    SELECT revision, device_id, at_ms, digest, automatic_digest FROM revisions ORDER BY revision, device_id;
  DROP TRIGGER revisions_drop_orphan;
  DROP TRIGGER revisions_drop_orphan_record;
  DROP TABLE revisions;
  ALTER TABLE numbered_revisions RENAME TO revisions;
`;

const rest = `
  CREATE INDEX revisions_by_digest ON revisions (digest);
  CREATE INDEX revisions_by_automatic_digest ON revisions (automatic_digest) WHERE automatic_digest IS NOT NULL;
  CREATE TRIGGER revisions_drop_orphan AFTER DELETE ON revisions
    WHEN NOT EXISTS (SELECT 1 FROM revisions WHERE digest = OLD.digest)
    BEGIN DELETE FROM effective_configurations WHERE digest = OLD.digest; END;
  CREATE TRIGGER revisions_drop_orphan_record AFTER DELETE ON revisions
    WHEN OLD.automatic_digest IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM revisions WHERE automatic_digest = OLD.automatic_digest)
    BEGIN DELETE FROM automatic_records WHERE digest = OLD.automatic_digest; END;
  CREATE TRIGGER newest_revisions_drop AFTER DELETE ON newest_revisions
    BEGIN
      DELETE FROM revisions WHERE device_id = OLD.device_id AND revision IN (SELECT number FROM (
        WITH RECURSIVE numbers (number) AS (VALUES (OLD.revision) UNION ALL SELECT number - 1 FROM numbers WHERE number > 1)
        SELECT number FROM numbers));
    END;
`;

export const m017RevisionsByNumber: Migration = {
  version: 17,
  name: 'revisions by number',
  apply: (db) => void db.exec(`${tables}${move}${rest}`),
};
