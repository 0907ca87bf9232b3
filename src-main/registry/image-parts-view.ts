// What an image is made of, as people see it: for each platform its manifest and layers, and whether they are here and sound.
import type { ImageLayerRow, ImagePlatformRow } from '#contract/console-image-rows.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { ImagePlace } from '#store/image-listing-types.ts';
import type { Store } from '#store/store-types.ts';
import {
  type Descriptor,
  type ImageDocument,
  isAttestation,
  isImageConfig,
  largestDocumentBytes,
  platformOfConfig,
  readDocument,
} from './image-document.ts';
import type { ImageStore } from './image-store.ts';

export interface ImageParts {
  /** Those whose manifest and content is here. */
  readonly platforms: readonly ImagePlatformRow[];
  /** Named by the index alone. */
  readonly absentPlatforms: readonly string[];
}

type SingleDocument = Extract<ImageDocument, { readonly kind: 'image' }>;

export function createImagePartsView(parts: {
  readonly read: Store['read'];
  readonly store: Pick<ImageStore, 'blobs'>;
}) {
  const { read, store } = parts;

  return async ({ repository, digest }: ImagePlace): Promise<ImageParts> => {
    const document = documentOf(repository, digest);
    if (document === null) return { platforms: [], absentPlatforms: [] };
    if (document.kind === 'image')
      return { platforms: [rowOf(digest, document, await platformOf(document))], absentPlatforms: [] };
    const platforms: ImagePlatformRow[] = [];
    const absentPlatforms: string[] = [];
    for (const entry of document.entries.filter((found) => !isAttestation(found))) {
      const single = documentOf(repository, entry.digest);
      if (single?.kind === 'image') platforms.push(rowOf(entry.digest, single, entry.platform));
      else if (single === null && entry.platform !== null) absentPlatforms.push(entry.platform);
    }
    return { platforms, absentPlatforms };
  };

  function documentOf(repository: string, digest: Digest): ImageDocument | null {
    const manifest = read.images.manifest(repository, digest);
    // Whatever is here was read in this way before it was taken.
    return manifest === undefined ? null : readDocument(manifest.content, manifest.mediaType, digest);
  }

  function rowOf(digest: Digest, { layers, config }: SingleDocument, platform: string | null): ImagePlatformRow {
    const bytes = [config, ...layers].reduce((sum, part) => sum + part.bytes, 0);
    return { platform, digest, bytes, layers: layers.map(layerOf) };
  }

  function layerOf({ digest, bytes }: Descriptor): ImageLayerRow {
    const head = read.images.blobHead(digest);
    if (head === undefined) return { digest, bytes, soundness: 'absent' };
    return { digest, bytes, soundness: head.damagedAtMs === null ? 'verified' : 'damaged' };
  }

  async function platformOf({ config }: SingleDocument): Promise<string | null> {
    const size = isImageConfig(config) ? store.blobs.sizeOf(config.digest) : null;
    if (size === null || size > largestDocumentBytes) return null;
    const chunks: Uint8Array[] = [];
    for await (const chunk of await store.blobs.open(config.digest)) chunks.push(chunk as Uint8Array);
    return platformOfConfig(Buffer.concat(chunks), config.digest);
  }
}
