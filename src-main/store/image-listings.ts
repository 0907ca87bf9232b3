// Images as people see them, read from the rows of manifests, tags and blobs.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { Connection } from './connection.ts';
import type {
  ImageListingReaders,
  ImageOriginWriters,
  ImagePlace,
  ImageWeight,
  ListedImage,
  ReportedPlatform,
} from './image-listing-types.ts';

interface ListedRow {
  readonly repository: string;
  readonly digest: Digest;
  readonly media_type: string;
  readonly put_at_ms: number;
  readonly tagged_at_ms: number | null;
  readonly tags: string;
  readonly kind: 'file' | 'registry' | null;
  readonly came_from: string | null;
  readonly at_ms: number | null;
}

// A part of an index, and what speaks of another manifest, is seen with that one.
const isListed = `(
  EXISTS (SELECT 1 FROM image_tags AS tag WHERE tag.repository = link.repository AND tag.digest = link.digest)
  OR ((SELECT subject FROM image_manifests AS content WHERE content.digest = link.digest) IS NULL
    AND NOT EXISTS (
      SELECT 1 FROM image_parts CROSS JOIN image_manifest_links AS above
        ON above.digest = manifest AND above.repository = link.repository
      WHERE part = link.digest)))`;

const listedColumns = `
  SELECT link.repository, link.digest, link.media_type, link.put_at_ms, origin.kind, origin.came_from, origin.at_ms,
    (SELECT max(tagged_at_ms) FROM image_tags AS tag
      WHERE tag.repository = link.repository AND tag.digest = link.digest) AS tagged_at_ms,
    (SELECT json_group_array(tag) FROM (
      SELECT tag FROM image_tags AS tag WHERE tag.repository = link.repository AND tag.digest = link.digest
      ORDER BY tagged_at_ms DESC, tag LIMIT 100)) AS tags
  FROM image_manifest_links AS link LEFT JOIN image_origins AS origin USING (repository, digest)`;

export const listedImagesSql = `${listedColumns}
  WHERE (link.repository, link.digest) > ($repository, $digest) AND ${isListed}
  ORDER BY link.repository, link.digest LIMIT $limit`;

// The same manifest in another repository holds all of it too.
export const imageWeightSql = `
  WITH RECURSIVE below (digest) AS (
    VALUES ($digest)
    UNION SELECT part FROM below CROSS JOIN image_parts ON manifest = below.digest AND kind = 'manifest'
  ), content (digest) AS (
    SELECT DISTINCT part FROM below CROSS JOIN image_parts ON manifest = below.digest AND kind = 'blob'
  )
  SELECT coalesce(sum(bytes), 0) AS bytes, coalesce(max(damaged_at_ms IS NOT NULL), 0) AS damaged,
    coalesce(sum(CASE WHEN EXISTS (
      SELECT 1 FROM image_manifest_links WHERE digest = $digest AND repository <> $repository
    ) OR EXISTS (
      SELECT 1 FROM image_parts WHERE part = content.digest AND manifest NOT IN (SELECT digest FROM below)
    ) THEN bytes END), 0) AS shared
  FROM content CROSS JOIN image_blobs USING (digest)`;

export const devicesOfDeploymentsSql = `
  SELECT DISTINCT device_id FROM deployment_statuses
  WHERE deployment_number IN (SELECT created_at_ms FROM deployments WHERE id IN (SELECT value FROM json_each(?)))
    AND module_id = '$edgeAgent' AND status = 'Applied'`;

export const platformsOfDeploymentSql = `
  SELECT CASE json_type(reported, '$.runtime.platform.os') WHEN 'text'
      THEN json_extract(reported, '$.runtime.platform.os') END AS os,
    CASE json_type(reported, '$.runtime.platform.architecture') WHEN 'text'
      THEN json_extract(reported, '$.runtime.platform.architecture') END AS architecture,
    count(*) AS devices
  FROM deployment_statuses LEFT JOIN twins USING (device_id, module_id)
  WHERE deployment_number = (SELECT created_at_ms FROM deployments WHERE id = ?)
    AND module_id = '$edgeAgent' AND status = 'Applied'
  GROUP BY 1, 2`;

export function readImageListings(db: Connection): ImageListingReaders {
  const list = db.prepare<[Record<string, unknown>], ListedRow>(listedImagesSql);
  const one = db.prepare<[string, string], ListedRow>(
    `${listedColumns} WHERE link.repository = ? AND link.digest = ? AND ${isListed}`,
  );
  const count = db.prepare<[], number>(`SELECT count(*) FROM image_manifest_links AS link WHERE ${isListed}`).pluck();
  const weight = db.prepare<
    [Record<string, string>],
    { readonly bytes: number; readonly shared: number; readonly damaged: number }
  >(imageWeightSql);
  const countDevices = db.prepare<[string], number>(`SELECT count(*) FROM (${devicesOfDeploymentsSql})`).pluck();
  const devices = db.prepare<[string, number], DeviceId>(`${devicesOfDeploymentsSql} ORDER BY device_id LIMIT ?`);
  devices.pluck();
  const platforms = db.prepare<[string], ReportedPlatform>(platformsOfDeploymentSql);
  return {
    listed: ({ after, limit }) =>
      list.all({ repository: after?.repository ?? '', digest: after?.digest ?? '', limit }).map(toListed),
    listedAt({ repository, digest }) {
      const row = one.get(repository, digest);
      return row === undefined ? undefined : toListed(row);
    },
    countListed: () => count.get() ?? 0,
    weigh({ repository, digest }): ImageWeight {
      const { bytes, shared, damaged } = weight.get({ repository, digest }) ?? { bytes: 0, shared: 0, damaged: 0 };
      return { bytes, sharedBytes: shared, isDamaged: damaged === 1 };
    },
    devicesGiven(ids: readonly DeploymentId[], limit: number) {
      const text = JSON.stringify(ids);
      return { count: countDevices.get(text) ?? 0, first: devices.all(text, limit) };
    },
    platformsGiven: (id: DeploymentId) => platforms.all(id),
  };
}

function toListed(row: ListedRow): ListedImage {
  const { repository, digest, kind, came_from: from, at_ms: atMs } = row;
  return {
    repository,
    digest,
    mediaType: row.media_type,
    tags: JSON.parse(row.tags) as readonly string[],
    origin: kind === null || from === null || atMs === null ? null : { kind, from, atMs },
    atMs: Math.max(row.put_at_ms, row.tagged_at_ms ?? 0),
  };
}

export function writeImageOrigins(db: Connection): ImageOriginWriters {
  const put = db.prepare(`
    INSERT INTO image_origins (repository, digest, kind, came_from, at_ms)
    SELECT repository, digest, ?, ?, ? FROM image_manifest_links WHERE repository = ? AND digest = ?
    ON CONFLICT (repository, digest) DO UPDATE SET
      kind = excluded.kind, came_from = excluded.came_from, at_ms = excluded.at_ms`);
  return {
    putOrigin: ({ repository, digest }: ImagePlace, { kind, from, atMs }) =>
      void put.run(kind, from, atMs, repository, digest),
  };
}
