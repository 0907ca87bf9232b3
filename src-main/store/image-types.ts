// What the store offers for the images of the site: which blobs lie on disk, manifests by their content, and who names what.
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { ImageListingReaders, ImageOriginWriters } from './image-listing-types.ts';

/** A blob on disk. */
export interface ImageBlob {
  readonly digest: Digest;
  readonly bytes: number;
  /** Four bytes (CRC-32, big endian) for each stretch of the file, in order. */
  readonly sums: Uint8Array;
  readonly addedAtMs: number;
  /** When its file was seen to hold other bytes, or to be gone; null: it is sound as far as is known. */
  readonly damagedAtMs: number | null;
}

/** What a manifest points at. */
export interface ManifestPart {
  readonly digest: Digest;
  /** A manifest inside an index, or content that lies on disk. */
  readonly kind: 'manifest' | 'blob';
  readonly bytes: number;
}

export interface ImageManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Exactly as it came: its digest is over these bytes. */
  readonly content: Uint8Array;
}

/** As a manifest is kept: with what is looked for in it. */
export interface NewImageManifest extends ImageManifest {
  readonly parts: readonly ManifestPart[];
  /** The manifest it speaks of (a signature, an SBOM), which need not be here. */
  readonly subject: Digest | null;
  readonly artifactType: string | null;
  /** JSON text. */
  readonly annotations: string | null;
}

/** One line of the answer to "what speaks of this manifest". */
export interface ImageReferrer {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: number;
  readonly artifactType: string | null;
  readonly annotations: string | null;
}

export interface ImageTag {
  readonly repository: string;
  readonly tag: string;
  readonly digest: Digest;
  readonly taggedAtMs: number;
}

/** Where a listing goes on: the last name of the page before. */
export interface NamePage {
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ImageReaders extends ImageListingReaders {
  blob(digest: Digest): ImageBlob | undefined;
  /** Without its sums, which are long. */
  blobHead(digest: Digest): Omit<ImageBlob, 'sums'> | undefined;
  /** Whether a repository shows the blob: it was uploaded or mounted there, or a manifest of it points at it. */
  hasBlob(repository: string, digest: Digest): boolean;
  manifest(repository: string, digest: Digest): ImageManifest | undefined;
  /** In whichever repository it lies. */
  anyManifest(digest: Digest): ImageManifest | undefined;
  parts(digest: Digest): readonly ManifestPart[];
  tagged(repository: string, tag: string): Digest | undefined;
  /** In the order of their bytes. */
  tags(repository: string, page: NamePage): readonly ImageTag[];
  /** Those with a manifest in them, in the order of their bytes. */
  repositories(page: NamePage): readonly string[];
  hasRepository(repository: string): boolean;
  referrers(repository: string, subject: Digest): readonly ImageReferrer[];
  /** The root, every manifest below it and every blob of those; `root` need not be here. */
  reaches(root: Digest, digest: Digest): boolean;
  /** Distinct blobs and their bytes. */
  usage(): { readonly blobs: number; readonly bytes: number };
  /** Blobs that no manifest points at, added before `addedBeforeMs`. */
  looseBlobs(addedBeforeMs: number): readonly Omit<ImageBlob, 'sums'>[];
}

export interface ImageWriters extends ImageOriginWriters {
  /** Makes a damaged one sound again. */
  putBlob(blob: Omit<ImageBlob, 'damagedAtMs'>): void;
  damageBlob(digest: Digest, atMs: number): void;
  /** Forgets it and all links to it. */
  deleteBlob(digest: Digest): void;
  linkBlob(repository: string, digest: Digest, atMs: number): void;
  /** Whether it was linked. */
  unlinkBlob(repository: string, digest: Digest): boolean;
  /** False: the repository had it, with this media type. */
  putManifest(repository: string, manifest: NewImageManifest, atMs: number): boolean;
  /** With the tags of the repository that name it. False: it was not there. */
  deleteManifest(repository: string, digest: Digest): boolean;
  /** False: the tag named it already. */
  setTag(tag: ImageTag): boolean;
  /** False: there was none. */
  deleteTag(repository: string, tag: string): boolean;
  /**
   * Manifests put before `putBeforeMs` that no tag, no kept manifest and none of `pinned` leads to, and that speak of none that is
   * kept. Returns how many went.
   */
  dropUnnamedManifests(putBeforeMs: number, pinned: readonly Digest[]): number;
}
