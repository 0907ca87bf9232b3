// Where an image of the site came from, when that was not a push: it goes with the image.
import type { Migration } from './migration.ts';

export const m013ImageOrigins: Migration = {
  version: 13,
  name: 'image origins',
  apply: (db) =>
    void db.exec(`
      CREATE TABLE image_origins (
        repository TEXT NOT NULL,
        digest TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('file', 'registry')),
        came_from TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (repository, digest),
        FOREIGN KEY (repository, digest) REFERENCES image_manifest_links ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;`),
};
