// What `docker save` wrote before its 25th version, and others still write: manifest.json, a config and a tar for each layer. It has
// no manifest of the distribution, so one is made. Layers stay the uncompressed tars that they are: their digests are the diff ids
// that the config lists, so that each is checked, known before it is read, and the same for whoever saves the image again; gzip
// would give other bytes with every version of it and cost a minute of the processor per few gigabytes. The price: more bytes on
// the site's network. The config keeps its bytes, and so the image its id.
import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import { digestOf } from './blob-hash.ts';
import { checked, ociConfigType, ociLayerType, ociManifestType, platformOfConfig, readJson } from './image-document.ts';
import { readNames, type ImportPlan, type PlannedBlob, type PlannedImage } from './import-plan.ts';
import { compressionOf, normalName, unreadable, type ImportSource, type SourceEntry } from './import-source.ts';

const savedImages = z
  .array(
    z.object({
      Config: z.string().min(1).max(1_024),
      RepoTags: z.array(z.string().max(1_024)).max(10_000).nullish(),
      Layers: z.array(z.string().max(1_024)).max(1_000).nullish(),
    }),
  )
  .max(10_000);
const savedConfig = z.looseObject({
  rootfs: z.object({ diff_ids: z.array(z.string().refine(isDigest, 'is no digest')).nullish() }).optional(),
});
export type SavedImage = z.infer<typeof savedImages>[number];

export async function readSavedImages(source: ImportSource, entry: SourceEntry): Promise<readonly SavedImage[]> {
  const where = `manifest.json of '${source.path}'`;
  return checked(savedImages, readJson(await source.read(entry), where), where);
}

/** @throws refused `image.archive`, `image.manifest` */
export async function planSaved(
  source: ImportSource,
  entry: SourceEntry,
  signal: AbortSignal | undefined,
): Promise<ImportPlan> {
  const warnings: string[] = [];
  const images: PlannedImage[] = [];
  const layers = new Map<string, PlannedLayer>();
  for (const saved of await readSavedImages(source, entry)) {
    signal?.throwIfAborted();
    images.push(await planImage(source, saved, { layers, warnings, signal }));
  }
  return { format: 'docker-archive', images, warnings };
}

interface PlannedLayer extends PlannedBlob {
  readonly mediaType: string;
}

interface Planning {
  /** By diff id: images share them. */
  readonly layers: Map<string, PlannedLayer>;
  readonly warnings: string[];
  readonly signal: AbortSignal | undefined;
}

async function planImage(source: ImportSource, saved: SavedImage, planning: Planning): Promise<PlannedImage> {
  const configEntry = await required(source, saved.Config);
  const configContent = await source.read(configEntry);
  const where = `'${configEntry.name}' of '${source.path}'`;
  const config = checked(savedConfig, readJson(configContent, where), where);
  const diffIds = config.rootfs?.diff_ids ?? [];
  const files = saved.Layers ?? [];
  if (files.length !== diffIds.length)
    throw unreadable(
      source.path,
      `lists ${files.length} layers for '${configEntry.name}', which is made of ${diffIds.length}`,
      'save the image anew',
    );
  const layers: PlannedLayer[] = [];
  for (const [at, file] of files.entries()) {
    const diffId = diffIds[at] as Digest;
    const layer = planning.layers.get(diffId) ?? (await planLayer(source, file, diffId, planning.signal));
    planning.layers.set(diffId, layer);
    layers.push(layer);
  }
  const configBlob = { digest: digestOf(configContent), bytes: configContent.byteLength, entry: configEntry };
  const platform = platformOfConfig(configContent, where);
  return {
    names: readNames(saved.RepoTags ?? [], source.path, planning.warnings),
    documents: [manifestOf(configBlob, layers)],
    blobs: [configBlob, ...layers],
    platforms: platform === null ? [] : [platform],
    subject: null,
  };
}

function manifestOf(config: PlannedBlob, layers: readonly PlannedLayer[]) {
  const manifest = {
    schemaVersion: 2,
    mediaType: ociManifestType,
    config: { mediaType: ociConfigType, digest: config.digest, size: config.bytes },
    layers: layers.map(({ mediaType, digest, bytes }) => ({ mediaType, digest, size: bytes })),
  };
  const content = Buffer.from(JSON.stringify(manifest));
  return { digest: digestOf(content), mediaType: ociManifestType, content };
}

async function planLayer(
  source: ImportSource,
  file: string,
  diffId: Digest,
  signal: AbortSignal | undefined,
): Promise<PlannedLayer> {
  const entry = await required(source, file);
  const compression = compressionOf(entry.head);
  // Wrong bytes are found when they are written under this digest.
  if (compression === null) return { digest: diffId, bytes: entry.bytes, entry, mediaType: ociLayerType };
  if (compression !== 'gzip' && compression !== 'zstd')
    throw unreadable(source.path, `has '${entry.name}' compressed with ${compression}`, 'save the image with docker');
  const { digest, content } = await hashes(source, entry, compression, signal);
  if (content !== diffId) throw otherContent(source.path, entry.name, diffId, content);
  return { digest, bytes: entry.bytes, entry, mediaType: `${ociLayerType}+${compression}` };
}

/** Of the bytes as they lie there, and of what they hold. */
async function hashes(
  source: ImportSource,
  entry: SourceEntry,
  compression: 'gzip' | 'zstd',
  signal: AbortSignal | undefined,
): Promise<{ readonly digest: Digest; readonly content: Digest }> {
  const outer = createHash('sha256');
  const inner = createHash('sha256');
  const inflate = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  for await (const { content } of source.each([entry], signal)) {
    const noted = async function* () {
      for await (const chunk of content) {
        outer.update(chunk);
        yield chunk;
      }
    };
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        inner.update(chunk);
        done();
      },
    });
    try {
      await pipeline(noted, inflate, sink, { signal });
    } catch (cause) {
      // zlib's words say nothing of where and what to do.
      signal?.throwIfAborted();
      throw unreadable(
        source.path,
        `has '${entry.name}' damaged (${(cause as Error).message})`,
        'save it again',
        cause,
      );
    }
  }
  return { digest: sha256(outer.digest('hex')), content: sha256(inner.digest('hex')) };
}

function sha256(hex: string): Digest {
  return `sha256:${hex}` as Digest;
}

/** A part whose bytes are not those that its digest stands for. */
export function otherContent(path: string, name: string, expected: string, found: string): Error {
  return unreadable(
    path,
    `has other bytes in '${name}' than it says (${found}, not ${expected})`,
    'it was damaged on its way, so copy or save it again',
  );
}

async function required(source: ImportSource, file: string): Promise<SourceEntry> {
  const name = normalName(file);
  if (name === null) throw unreadable(source.path, `names '${file}', which is outside of it`, 'save the image anew');
  const entry = await source.find(name);
  if (entry !== undefined) return entry;
  throw unreadable(
    source.path,
    `lacks '${name}', which its manifest.json names`,
    'it is not whole, so copy or save it again',
  );
}
