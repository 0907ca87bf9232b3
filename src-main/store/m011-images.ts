// Images of the site: which blobs lie on disk, manifests by their content, and what names them.
import type { Migration } from './migration.ts';

// `sums` comes last: it is long, and most reads stop before it.
const blobs = `
  CREATE TABLE image_blobs (
    digest TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    added_at_ms INTEGER NOT NULL,
    damaged_at_ms INTEGER,
    sums BLOB NOT NULL
  ) STRICT;
  CREATE INDEX image_blobs_by_bytes ON image_blobs (bytes);
  CREATE TABLE image_blob_links (
    repository TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES image_blobs ON DELETE CASCADE,
    linked_at_ms INTEGER NOT NULL,
    PRIMARY KEY (repository, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX image_blob_links_by_digest ON image_blob_links (digest);
`;

// One content is kept once, however many repositories have it; what it is taken for is each repository's own.
const manifests = `
  CREATE TABLE image_manifests (
    digest TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    subject TEXT,
    artifact_type TEXT,
    annotations TEXT CHECK (json_valid(annotations)),
    content BLOB NOT NULL
  ) STRICT;
  CREATE INDEX image_manifests_by_subject ON image_manifests (subject) WHERE subject IS NOT NULL;
  CREATE TABLE image_manifest_links (
    repository TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES image_manifests ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    put_at_ms INTEGER NOT NULL,
    PRIMARY KEY (repository, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX image_manifest_links_by_digest ON image_manifest_links (digest);
`;

// A part need not be here: an index may name architectures that the site has no use for.
const names = `
  CREATE TABLE image_parts (
    manifest TEXT NOT NULL REFERENCES image_manifests ON DELETE CASCADE,
    part TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('manifest', 'blob')),
    bytes INTEGER NOT NULL,
    PRIMARY KEY (manifest, part)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX image_parts_by_part ON image_parts (part);
  CREATE TABLE image_tags (
    repository TEXT NOT NULL,
    tag TEXT NOT NULL,
    digest TEXT NOT NULL,
    tagged_at_ms INTEGER NOT NULL,
    PRIMARY KEY (repository, tag),
    FOREIGN KEY (repository, digest) REFERENCES image_manifest_links ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX image_tags_by_digest ON image_tags (digest, repository);
`;

export const m011Images: Migration = {
  version: 11,
  name: 'images',
  apply: (db) => void db.exec(`${blobs}${manifests}${names}`),
};
