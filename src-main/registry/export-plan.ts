// What an export writes: an OCI layout with its documents byte for byte, so that every digest is the same where it is read back. Of an
// index only what is chosen and here; the index itself stays as it is. Beside it docker's old manifest.json, by which `docker load`
// of every version reads it.
import { refused } from '#base/errors.ts';
import { digestHex, type Digest } from '#domain/manifests/image-digest.ts';
import { imageText, type ImageName } from '#domain/manifests/image-name.ts';
import { entriesFor } from '#domain/manifests/image-platforms.ts';
import type { ImageManifest } from '#store/image-types.ts';
import {
  isAttestation,
  isImageConfig,
  ociIndexType,
  ociLayoutVersion,
  readDocument,
  type Descriptor,
} from './image-document.ts';
import { isHere } from './image-presence.ts';
import type { ImageStore } from './image-store.ts';

export interface ExportedImage {
  /** Its place in the site's registry. */
  readonly repository: string;
  readonly digest: Digest;
  /** Written as its name; none: by its digest alone. */
  readonly names: readonly ImageName[];
}

export type ExportFile =
  | { readonly name: string; readonly bytes: number; readonly content: Uint8Array }
  | { readonly name: string; readonly bytes: number; readonly digest: Digest };

export interface ExportPlan {
  /** Each once, those that tell of the others first. */
  readonly files: readonly ExportFile[];
  readonly totalBytes: number;
}

interface Gathering {
  readonly store: ImageStore;
  readonly repository: string;
  /** Of an index only these; null: all that is here. */
  readonly platforms: readonly string[] | null;
  readonly documents: Map<Digest, ImageManifest>;
  readonly blobs: Map<Digest, Descriptor>;
}

/** @throws refused `image.unknown`, `image.blob-missing` */
export async function planExport(
  store: ImageStore,
  images: readonly ExportedImage[],
  platforms: readonly string[] | null,
): Promise<ExportPlan> {
  const documents = new Map<Digest, ImageManifest>();
  const blobs = new Map<Digest, Descriptor>();
  const entries: object[] = [];
  const saved: SavedEntry[] = [];
  for (const { repository, digest, names } of images) {
    const gathering = { store, repository, platforms, documents, blobs };
    const runnable = await gather(gathering, digest);
    entries.push(...entriesOf(store, repository, digest, names));
    saved.push(...savedEntries(runnable, names));
    for (const companion of await companionsOf(gathering, digest)) entries.push(companion);
  }
  const parts: ExportFile[] = [
    ...[...documents.values()].map(({ digest, content }) => fileOf(blobName(digest), content)),
    ...[...blobs.values()].map(({ digest, bytes }) => ({ name: blobName(digest), bytes, digest })),
  ];
  const files = [
    fileOf('oci-layout', { imageLayoutVersion: ociLayoutVersion }),
    fileOf('index.json', { schemaVersion: 2, mediaType: ociIndexType, manifests: entries }),
    fileOf('manifest.json', saved),
    ...parts,
  ];
  return { files, totalBytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** An image that runs: what docker's old list can tell of. */
interface Runnable {
  readonly platform: string | null;
  readonly config: Digest;
  readonly layers: readonly Digest[];
}

async function gather(gathering: Gathering, digest: Digest, platform: string | null = null): Promise<Runnable[]> {
  const { store, repository, documents } = gathering;
  const manifest = store.manifests.get(repository, digest);
  if (manifest === undefined)
    throw refused('image.unknown', `There is no ${digest} in '${repository}': list its tags to see what there is.`);
  const document = readDocument(manifest.content, manifest.mediaType, `${digest} of '${repository}'`);
  if (document.kind === 'image') {
    const { config, layers } = document;
    await gatherParts(gathering, digest, [config, ...layers]);
    documents.set(digest, manifest);
    if (!isImageConfig(config) || layers.some(({ isElsewhere }) => isElsewhere)) return [];
    return [{ platform, config: config.digest, layers: layers.map((layer) => layer.digest) }];
  }
  const runnable: Runnable[] = [];
  const here = document.entries.filter((entry) => store.manifests.get(repository, entry.digest) !== undefined);
  const chosen = chosenOf(gathering, digest, here);
  for (const entry of chosen) runnable.push(...(await gather(gathering, entry.digest, entry.platform)));
  documents.set(digest, manifest);
  return runnable;
}

async function gatherParts({ store, blobs, repository }: Gathering, of: Digest, parts: readonly Descriptor[]) {
  for (const part of parts) {
    if (blobs.has(part.digest)) continue;
    const isThere = await isHere(store.blobs, part);
    if (!isThere && part.isElsewhere) continue;
    if (!isThere)
      throw refused(
        'image.blob-missing',
        `${part.digest} of ${of} in '${repository}' is missing or damaged: fetch or import the image again, which mends it.`,
        { subject: part.digest },
      );
    blobs.set(part.digest, part);
  }
}

function chosenOf({ platforms, repository }: Gathering, digest: Digest, here: readonly Descriptor[]) {
  if (platforms === null) return here;
  const offered = here.filter((entry) => !isAttestation(entry));
  const fitting = new Set(platforms.flatMap((platform) => entriesFor(offered, platform)));
  if (fitting.size > 0) return offered.filter((entry) => fitting.has(entry));
  const has = offered.flatMap(({ platform }) => platform ?? []).join(', ');
  throw refused(
    'image.unknown',
    `${digest} of '${repository}' is here for ${has === '' ? 'no platform that it tells' : has}, not for ${platforms.join(', ')}: fetch it for those first, or choose others.`,
  );
}

/** Signatures and SBOMs travel with what they speak of. */
async function companionsOf(gathering: Gathering, root: Digest): Promise<object[]> {
  const entries: object[] = [];
  const { store, repository, documents } = gathering;
  const seen = new Set<Digest>();
  const open = [...documents.keys()].filter((digest) => store.manifests.reaches(root, digest));
  for (let subject = open.pop(); subject !== undefined; subject = open.pop()) {
    for (const { digest, mediaType, bytes, artifactType } of store.manifests.referrers(repository, subject)) {
      if (seen.has(digest)) continue;
      seen.add(digest);
      await gather(gathering, digest);
      entries.push({ mediaType, digest, size: bytes, ...(artifactType === null ? {} : { artifactType }) });
      open.push(digest);
    }
  }
  return entries;
}

function entriesOf(store: ImageStore, repository: string, digest: Digest, names: readonly ImageName[]): object[] {
  const manifest = store.manifests.get(repository, digest);
  const descriptor = { mediaType: manifest?.mediaType, digest, size: manifest?.content.byteLength };
  if (names.length === 0) return [descriptor];
  return names.map((name) => ({
    ...descriptor,
    // The first is OCI's and what people type; the second is whole, as containerd (and so docker) wants it.
    annotations: {
      'org.opencontainers.image.ref.name': imageText(name),
      'io.containerd.image.name': wholeText(name),
    },
  }));
}

function wholeText({ registry, repository, tag, digest }: ImageName): string {
  return `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null || tag !== null ? '' : `@${digest}`}`;
}

interface SavedEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/** That list holds one platform of a name: amd64 where there is one, as most that read it are. */
function savedEntries(runnable: readonly Runnable[], names: readonly ImageName[]): readonly SavedEntry[] {
  const one = runnable.find(({ platform }) => platform === 'linux/amd64') ?? runnable[0];
  if (one === undefined) return [];
  const tags = names.filter(({ tag }) => tag !== null).map((name) => imageText({ ...name, digest: null }));
  return [
    {
      Config: blobName(one.config),
      RepoTags: tags.length === 0 ? null : tags,
      Layers: one.layers.map((layer) => blobName(layer)),
    },
  ];
}

function fileOf(name: string, content: Uint8Array | object): ExportFile {
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
  return { name, bytes: bytes.byteLength, content: bytes };
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}
