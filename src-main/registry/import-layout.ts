// An OCI layout (image-spec, image-layout.md), as a folder or a tar: index.json names documents, documents name blobs, each by its
// digest. `docker save` writes one from its 25th version on, besides its old manifest.json.
import { digestHex, type Digest } from '#domain/manifests/image-digest.ts';
import type { ImageName } from '#domain/manifests/image-name.ts';
import { entriesFor } from '#domain/manifests/image-platforms.ts';
import { digestOf } from './blob-hash.ts';
import {
  isAttestation,
  isDocumentType,
  isImageConfig,
  ociIndexType,
  platformOfConfig,
  readDocument,
  typeOfDocument,
  type Descriptor,
} from './image-document.ts';
import { otherContent, readSavedImages, type SavedImage } from './import-docker-save.ts';
import {
  readNames,
  type ImportPlan,
  type PlannedBlob,
  type PlannedDocument,
  type PlannedImage,
  type PlanOptions,
} from './import-plan.ts';
import { normalName, unreadable, type ImportSource, type SourceEntry } from './import-source.ts';

const deepestIndex = 4;
const mostDocuments = 2_000;
const fullName = 'io.containerd.image.name';
const referenceName = 'org.opencontainers.image.ref.name';

/** @throws refused `image.archive`, `image.manifest` */
export async function planLayout(
  source: ImportSource,
  entry: SourceEntry,
  options: PlanOptions & { readonly signal?: AbortSignal | undefined },
): Promise<ImportPlan> {
  const where = `index.json of '${source.path}'`;
  const index = readDocument(await source.read(entry), ociIndexType, where);
  if (index.kind !== 'index') throw unreadable(source.path, 'has an index.json that is no index', 'save it anew');
  const savedEntry = await source.find('manifest.json');
  const saved = savedEntry === undefined ? [] : await readSavedImages(source, savedEntry);
  const warnings: string[] = [];
  const walk = { source, platforms: options.platforms, signal: options.signal, warnings, documents: 0 };
  const images = new Map<Digest, PlannedImage>();
  for (const descriptor of index.entries) {
    if (!isDocumentType(descriptor.mediaType)) {
      warnings.push(`'${source.path}' names something that is no image (${descriptor.mediaType}): it is passed over.`);
      continue;
    }
    const known = images.get(descriptor.digest);
    const image = known ?? (await imageOf(walk, descriptor));
    const names = namesOf(descriptor, image, { path: source.path, saved, warnings });
    images.set(descriptor.digest, { ...image, names: [...(known?.names ?? []), ...names] });
  }
  return { format: source.isFolder ? 'oci-layout' : 'oci-archive', images: [...images.values()], warnings };
}

async function imageOf(walk: Walk, descriptor: Descriptor): Promise<PlannedImage> {
  const found = await below(walk, descriptor, 0);
  if ('missing' in found) throw notWhole(walk.source.path, found.missing);
  return { ...found, names: [] };
}

function namesOf(
  { annotations }: Descriptor,
  image: PlannedImage,
  {
    path,
    saved,
    warnings,
  }: { readonly path: string; readonly saved: readonly SavedImage[]; readonly warnings: string[] },
): readonly ImageName[] {
  const given = annotations[fullName];
  if (given !== undefined) return readNames([given], path, warnings);
  const reference = annotations[referenceName];
  if (reference !== undefined && /[:/@]/.test(reference)) return readNames([reference], path, warnings);
  // A tag alone, or nothing: docker's old list may know more, by the config.
  const tags = saved
    .filter(({ Config }) => image.blobs.some(({ entry }) => entry.name === normalName(Config)))
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((tag) => reference === undefined || tag.endsWith(`:${reference}`));
  return readNames(tags, path, warnings);
}

interface Found {
  readonly documents: readonly PlannedDocument[];
  readonly blobs: readonly PlannedBlob[];
  readonly platforms: readonly string[];
  readonly subject: Digest | null;
}

/** A file that is named and not there: an index goes on without that image. */
interface Missing {
  readonly missing: string;
}

interface Walk {
  readonly source: ImportSource;
  readonly platforms: readonly string[] | null;
  readonly signal: AbortSignal | undefined;
  readonly warnings: string[];
  documents: number;
}

async function below(walk: Walk, descriptor: Descriptor, depth: number): Promise<Found | Missing> {
  const { source, signal } = walk;
  signal?.throwIfAborted();
  walk.documents += 1;
  if (depth > deepestIndex || walk.documents > mostDocuments)
    throw unreadable(source.path, 'has indexes within indexes without end', 'save the image anew');
  const entry = await source.find(blobName(descriptor.digest));
  if (entry === undefined) return { missing: blobName(descriptor.digest) };
  const content = await source.read(entry, signal);
  const digest = digestOf(content);
  if (digest !== descriptor.digest) throw otherContent(source.path, entry.name, descriptor.digest, digest);
  const where = `'${entry.name}' of '${source.path}'`;
  const mediaType = typeOfDocument(content, descriptor.mediaType, where);
  const document = readDocument(content, mediaType, where);
  const self = { digest, mediaType, content };
  if (document.kind === 'index')
    return { ...(await children(walk, document.entries, self, depth)), subject: document.subject };
  const blobs = await partsOf(source, [document.config, ...document.layers]);
  if ('missing' in blobs) return blobs;
  const platform = descriptor.platform ?? (await configPlatform(source, document.config));
  const platforms = platform === null ? [] : [platform];
  return { documents: [self], blobs, platforms, subject: document.subject };
}

async function children(
  walk: Walk,
  entries: readonly Descriptor[],
  self: PlannedDocument,
  depth: number,
): Promise<Omit<Found, 'subject'>> {
  const found: Found[] = [];
  const missing: string[] = [];
  for (const entry of chosenOf(walk, entries)) {
    const child = await below(walk, entry, depth + 1);
    if ('missing' in child) missing.push(`${entry.platform ?? 'an unnamed platform'} (${child.missing})`);
    else found.push(child);
  }
  const { path } = walk.source;
  if (found.length === 0 && entries.length > 0) throw notWhole(path, missing.join(', '));
  if (missing.length > 0)
    walk.warnings.push(`'${path}' lacks parts of ${self.digest} for ${missing.join(', ')}: those are passed over.`);
  return {
    documents: [...found.flatMap(({ documents }) => documents), self],
    blobs: found.flatMap(({ blobs }) => blobs),
    platforms: [...new Set(found.flatMap(({ platforms }) => platforms))],
  };
}

function chosenOf({ source, platforms }: Walk, entries: readonly Descriptor[]): readonly Descriptor[] {
  if (platforms === null) return entries;
  const offered = entries.filter((entry) => !isAttestation(entry));
  const fitting = new Set(platforms.flatMap((platform) => entriesFor(offered, platform)));
  if (fitting.size > 0) return offered.filter((entry) => fitting.has(entry));
  const made = offered.map(({ platform }) => platform ?? 'an unnamed platform').join(', ');
  throw unreadable(
    source.path,
    `has an image for ${made}, none for ${platforms.join(', ')}`,
    'save it for those platforms, or import it for all',
  );
}

async function partsOf(source: ImportSource, wanted: readonly Descriptor[]): Promise<PlannedBlob[] | Missing> {
  const blobs: PlannedBlob[] = [];
  for (const { digest, bytes, isElsewhere } of wanted) {
    const entry = await source.find(blobName(digest));
    if (entry === undefined && isElsewhere) continue;
    if (entry === undefined) return { missing: blobName(digest) };
    if (entry.bytes !== bytes)
      throw unreadable(
        source.path,
        `has '${entry.name}' with ${entry.bytes} bytes instead of ${bytes}`,
        'it was cut off on its way, so copy or save it again',
      );
    blobs.push({ digest, bytes, entry });
  }
  return blobs;
}

async function configPlatform(source: ImportSource, config: Descriptor): Promise<string | null> {
  if (!isImageConfig(config)) return null;
  const entry = await source.find(blobName(config.digest));
  if (entry === undefined) return null;
  return platformOfConfig(await source.read(entry), `'${entry.name}' of '${source.path}'`);
}

function notWhole(path: string, what: string): Error {
  return unreadable(path, `lacks ${what}, which it names`, 'it is not whole, so copy or save it again');
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}
