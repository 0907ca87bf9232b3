// Images as rows: blobs that lie on disk, manifests, and the names over them. Whether a blob's file is there is the registry's word.
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { Connection } from './connection.ts';
import { readImageListings } from './image-listings.ts';
import type { ImageBlob, ImageManifest, ImageReaders, ImageReferrer, ImageTag, ManifestPart } from './image-types.ts';

interface BlobHeadRow {
  readonly digest: Digest;
  readonly bytes: number;
  readonly added_at_ms: number;
  readonly damaged_at_ms: number | null;
}

interface ManifestRow {
  readonly digest: Digest;
  readonly media_type: string;
  readonly content: Buffer;
}

type BlobHead = Omit<ImageBlob, 'sums'>;

const headColumns = 'digest, bytes, added_at_ms, damaged_at_ms';

export const hasBlobSql = `
  SELECT 1 FROM image_blob_links WHERE repository = $repository AND digest = $digest
  UNION ALL
  SELECT 1 FROM image_parts CROSS JOIN image_manifest_links ON digest = manifest AND repository = $repository
    WHERE part = $digest
  LIMIT 1`;
export const reachesSql = `
  WITH RECURSIVE below (digest) AS (
    VALUES ($root) UNION SELECT part FROM below CROSS JOIN image_parts ON manifest = digest
  ) SELECT 1 FROM below WHERE digest = $digest LIMIT 1`;
export const repositoriesSql = `
  SELECT DISTINCT repository FROM image_manifest_links WHERE repository > ? ORDER BY repository LIMIT ?`;
export const referrersSql = `
  SELECT image_manifests.digest, media_type, bytes, artifact_type, annotations
  FROM image_manifests CROSS JOIN image_manifest_links USING (digest)
  WHERE subject = ? AND repository = ? ORDER BY image_manifests.digest`;
export const looseBlobsSql = `
  SELECT ${headColumns} FROM image_blobs WHERE added_at_ms < ?
  AND NOT EXISTS (SELECT 1 FROM image_parts WHERE part = digest)`;

export function readImages(db: Connection): ImageReaders {
  return { ...readBlobs(db), ...readManifests(db), ...readNames(db), ...readImageListings(db) };
}

function readBlobs(db: Connection) {
  const blob = db.prepare<[string], BlobHeadRow & { readonly sums: Buffer }>(
    `SELECT ${headColumns}, sums FROM image_blobs WHERE digest = ?`,
  );
  const head = db.prepare<[string], BlobHeadRow>(`SELECT ${headColumns} FROM image_blobs WHERE digest = ?`);
  const has = db.prepare<[Record<string, string>]>(hasBlobSql);
  const usage = db.prepare<[], { readonly blobs: number; readonly bytes: number }>(
    'SELECT count(*) AS blobs, coalesce(sum(bytes), 0) AS bytes FROM image_blobs',
  );
  const loose = db.prepare<[number], BlobHeadRow>(looseBlobsSql);
  return {
    blob(digest: Digest): ImageBlob | undefined {
      const row = blob.get(digest);
      return row === undefined ? undefined : { ...toHead(row), sums: row.sums };
    },
    blobHead(digest: Digest): BlobHead | undefined {
      const row = head.get(digest);
      return row === undefined ? undefined : toHead(row);
    },
    hasBlob: (repository: string, digest: Digest) => has.get({ repository, digest }) !== undefined,
    usage: () => usage.get() ?? { blobs: 0, bytes: 0 },
    looseBlobs: (addedBeforeMs: number) => loose.all(addedBeforeMs).map(toHead),
  };
}

function readManifests(db: Connection) {
  const manifest = db.prepare<[string, string], ManifestRow>(
    `SELECT digest, media_type, content FROM image_manifest_links CROSS JOIN image_manifests USING (digest)
     WHERE repository = ? AND digest = ?`,
  );
  const any = db.prepare<[string], ManifestRow>(
    `SELECT digest, media_type, content FROM image_manifest_links CROSS JOIN image_manifests USING (digest)
     WHERE image_manifest_links.digest = ? LIMIT 1`,
  );
  const parts = db.prepare<[string], ManifestPart>(
    'SELECT part AS digest, kind, bytes FROM image_parts WHERE manifest = ?',
  );
  const reaches = db.prepare<[Record<string, string>]>(reachesSql);
  const referrers = db.prepare<
    [string, string],
    Omit<ImageReferrer, 'mediaType' | 'artifactType'> & { media_type: string; artifact_type: string | null }
  >(referrersSql);
  return {
    manifest: (repository: string, digest: Digest) => toManifest(manifest.get(repository, digest)),
    anyManifest: (digest: Digest) => toManifest(any.get(digest)),
    parts: (digest: Digest) => parts.all(digest),
    reaches: (root: Digest, digest: Digest) => reaches.get({ root, digest }) !== undefined,
    referrers: (repository: string, subject: Digest) =>
      referrers.all(subject, repository).map(({ media_type, artifact_type, ...rest }) => ({
        ...rest,
        mediaType: media_type,
        artifactType: artifact_type,
      })),
  };
}

function readNames(db: Connection) {
  const tagged = db.prepare<[string, string], Digest>('SELECT digest FROM image_tags WHERE repository = ? AND tag = ?');
  const tags = db.prepare<[string, string, number], { tag: string; digest: Digest; tagged_at_ms: number }>(
    'SELECT tag, digest, tagged_at_ms FROM image_tags WHERE repository = ? AND tag > ? ORDER BY tag LIMIT ?',
  );
  const repositories = db.prepare<[string, number], string>(repositoriesSql).pluck();
  const has = db.prepare<[string]>('SELECT 1 FROM image_manifest_links WHERE repository = ? LIMIT 1');
  tagged.pluck();
  return {
    tagged: (repository: string, tag: string) => tagged.get(repository, tag),
    tags: (
      repository: string,
      { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
    ) =>
      tags
        .all(repository, after, limit)
        .map(({ tag, digest, tagged_at_ms }): ImageTag => ({ repository, tag, digest, taggedAtMs: tagged_at_ms })),
    repositories: ({ after = '', limit }: { readonly after?: string | undefined; readonly limit: number }) =>
      repositories.all(after, limit),
    hasRepository: (repository: string) => has.get(repository) !== undefined,
  };
}

function toHead({ digest, bytes, added_at_ms, damaged_at_ms }: BlobHeadRow): BlobHead {
  return { digest, bytes, addedAtMs: added_at_ms, damagedAtMs: damaged_at_ms };
}

function toManifest(row: ManifestRow | undefined): ImageManifest | undefined {
  return row === undefined ? undefined : { digest: row.digest, mediaType: row.media_type, content: row.content };
}
