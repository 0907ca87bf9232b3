// Desired sections in rows of their own, and those that a fleet has in common once: a new revision of a thousand devices wrote their
// whole twins anew, with all that they had reported, and the same text a thousand times.
import type { Migration } from './migration.ts';

// A section is here as text, or is the document with the digest. A reference would look through all sections for each document that
// goes: writers see to it that it is there (shared-documents.ts).
const sections = `
  CREATE TABLE desired_documents (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    desired TEXT NOT NULL CHECK (json_valid(desired))
  ) STRICT;
  CREATE TABLE desired_sections (
    device_id TEXT NOT NULL,
    module_id TEXT NOT NULL,
    twin_version INTEGER NOT NULL,
    desired_version INTEGER NOT NULL,
    digest BLOB,
    desired TEXT CHECK (json_valid(desired)),
    desired_metadata TEXT NOT NULL CHECK (json_valid(desired_metadata)),
    PRIMARY KEY (device_id, module_id),
    FOREIGN KEY (device_id, module_id) REFERENCES twins ON DELETE CASCADE,
    CHECK ((digest IS NULL) <> (desired IS NULL))
  ) STRICT, WITHOUT ROWID;
`;

// Sections that are there already are shared as they are next written.
const move = `
  INSERT INTO desired_sections
    SELECT device_id, module_id, version, desired_version, NULL, desired, desired_metadata FROM twins
    ORDER BY device_id, module_id;
  ALTER TABLE twins DROP COLUMN version;
  ALTER TABLE twins DROP COLUMN desired_version;
  ALTER TABLE twins DROP COLUMN desired;
  ALTER TABLE twins DROP COLUMN desired_metadata;
`;

export const m016DesiredSections: Migration = {
  version: 16,
  name: 'desired sections',
  apply: (db) => void db.exec(`${sections}${move}`),
};
