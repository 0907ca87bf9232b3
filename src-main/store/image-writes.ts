// What is written of images. A manifest goes with its tags and parts, a blob with its links.
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { Connection } from './connection.ts';
import { writeImageOrigins } from './image-listings.ts';
import type { ImageWriters, NewImageManifest } from './image-types.ts';

const dropContents = `
  DELETE FROM image_manifests WHERE digest = ?
  AND NOT EXISTS (SELECT 1 FROM image_manifest_links AS link WHERE link.digest = image_manifests.digest)`;

// What is kept leads to what it points at, and holds what speaks of it: a signature stays as long as what it signs.
const unnamedManifestsSql = `
  WITH RECURSIVE kept (digest) AS (
    SELECT digest FROM image_tags
    UNION SELECT digest FROM image_manifest_links WHERE put_at_ms >= $putBeforeMs
    UNION SELECT value FROM json_each($pinned)
    UNION SELECT part FROM kept CROSS JOIN image_parts ON manifest = kept.digest AND kind = 'manifest'
    UNION SELECT image_manifests.digest FROM kept CROSS JOIN image_manifests ON subject = kept.digest
  )
  SELECT DISTINCT digest FROM image_manifest_links WHERE digest NOT IN (SELECT digest FROM kept)`;

export function writeImages(db: Connection): ImageWriters {
  return { ...writeBlobs(db), ...writeManifests(db), ...writeNames(db), ...writeImageOrigins(db) };
}

function writeBlobs(db: Connection) {
  const put = db.prepare(`
    INSERT INTO image_blobs (digest, bytes, sums, added_at_ms) VALUES ($digest, $bytes, $sums, $addedAtMs)
    ON CONFLICT (digest) DO UPDATE SET
      bytes = $bytes, sums = $sums, added_at_ms = $addedAtMs, damaged_at_ms = NULL`);
  const damage = db.prepare('UPDATE image_blobs SET damaged_at_ms = ? WHERE digest = ? AND damaged_at_ms IS NULL');
  const remove = db.prepare('DELETE FROM image_blobs WHERE digest = ?');
  const link = db.prepare(`
    INSERT INTO image_blob_links (repository, digest, linked_at_ms) VALUES (?, ?, ?)
    ON CONFLICT (repository, digest) DO UPDATE SET linked_at_ms = excluded.linked_at_ms`);
  const unlink = db.prepare('DELETE FROM image_blob_links WHERE repository = ? AND digest = ?');
  return {
    putBlob: ({ digest, bytes, sums, addedAtMs }: Parameters<ImageWriters['putBlob']>[0]) =>
      void put.run({ digest, bytes, sums, addedAtMs }),
    damageBlob: (digest: Digest, atMs: number) => void damage.run(atMs, digest),
    deleteBlob: (digest: Digest) => void remove.run(digest),
    linkBlob: (repository: string, digest: Digest, atMs: number) => void link.run(repository, digest, atMs),
    unlinkBlob: (repository: string, digest: Digest) => unlink.run(repository, digest).changes > 0,
  };
}

function writeManifests(db: Connection) {
  const insert = db.prepare(`
    INSERT INTO image_manifests (digest, bytes, subject, artifact_type, annotations, content)
    VALUES ($digest, $bytes, $subject, $artifactType, $annotations, $content)
    ON CONFLICT (digest) DO UPDATE SET content = excluded.content WHERE content <> excluded.content`);
  const part = db.prepare(
    'INSERT INTO image_parts (manifest, part, kind, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const known = db.prepare<[string, string], string>(
    'SELECT media_type FROM image_manifest_links WHERE repository = ? AND digest = ?',
  );
  known.pluck();
  // A content that was damaged comes again by the same digest; put again, its grace begins again.
  const link = db.prepare(`
    INSERT INTO image_manifest_links (repository, digest, media_type, put_at_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (repository, digest) DO UPDATE SET media_type = excluded.media_type, put_at_ms = excluded.put_at_ms`);
  const unlink = db.prepare('DELETE FROM image_manifest_links WHERE repository = ? AND digest = ?');
  const drop = db.prepare(dropContents);
  const unnamed = db.prepare<[Record<string, unknown>], string>(unnamedManifestsSql).pluck();
  const unlinkAll = db.prepare('DELETE FROM image_manifest_links WHERE digest = ?');
  return {
    putManifest(repository: string, manifest: NewImageManifest, atMs: number): boolean {
      const { digest, mediaType, content, parts, subject, artifactType, annotations } = manifest;
      const isKnown = known.get(repository, digest) === mediaType;
      const row = { digest, bytes: content.byteLength, subject, artifactType, annotations, content };
      const isFresh = insert.run(row).changes > 0;
      if (isFresh) for (const { digest: name, kind, bytes } of parts) part.run(digest, name, kind, bytes);
      link.run(repository, digest, mediaType, atMs);
      return !isKnown;
    },
    deleteManifest(repository: string, digest: Digest): boolean {
      const isGone = unlink.run(repository, digest).changes > 0;
      if (isGone) drop.run(digest);
      return isGone;
    },
    dropUnnamedManifests(putBeforeMs: number, pinned: readonly Digest[]): number {
      const digests = unnamed.all({ putBeforeMs, pinned: JSON.stringify(pinned) });
      for (const digest of digests) {
        unlinkAll.run(digest);
        drop.run(digest);
      }
      return digests.length;
    },
  };
}

function writeNames(db: Connection) {
  const current = db.prepare<[string, string], string>(
    'SELECT digest FROM image_tags WHERE repository = ? AND tag = ?',
  );
  current.pluck();
  const set = db.prepare(`
    INSERT INTO image_tags (repository, tag, digest, tagged_at_ms) VALUES ($repository, $tag, $digest, $taggedAtMs)
    ON CONFLICT (repository, tag) DO UPDATE SET digest = $digest, tagged_at_ms = $taggedAtMs`);
  const remove = db.prepare('DELETE FROM image_tags WHERE repository = ? AND tag = ?');
  return {
    setTag({ repository, tag, digest, taggedAtMs }: Parameters<ImageWriters['setTag']>[0]): boolean {
      if (current.get(repository, tag) === digest) return false;
      set.run({ repository, tag, digest, taggedAtMs });
      return true;
    },
    deleteTag: (repository: string, tag: string) => remove.run(repository, tag).changes > 0,
  };
}
