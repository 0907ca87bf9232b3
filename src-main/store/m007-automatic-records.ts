// What automatic configurations made of a device's twins, kept with each revision from now on.
import type { Migration } from './migration.ts';

// Devices under the same configurations share one record, as they share one effective configuration. Revisions that are there
// already keep NULL: what configurations wrote then is in no table any more, and is said to be unknown rather than guessed.
export const m007AutomaticRecords: Migration = {
  version: 7,
  name: 'automatic-records',
  apply(db) {
    db.exec(`
      CREATE TABLE automatic_records (
        digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
        record TEXT NOT NULL CHECK (json_valid(record))
      ) STRICT;
      ALTER TABLE revisions ADD COLUMN automatic_digest BLOB REFERENCES automatic_records;
      CREATE INDEX revisions_by_automatic_digest ON revisions (automatic_digest) WHERE automatic_digest IS NOT NULL;
      CREATE TRIGGER revisions_drop_orphan_record AFTER DELETE ON revisions
        WHEN OLD.automatic_digest IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM revisions WHERE automatic_digest = OLD.automatic_digest)
        BEGIN DELETE FROM automatic_records WHERE digest = OLD.automatic_digest; END;`);
  },
};
