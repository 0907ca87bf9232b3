// What the site's image store offers to the registry, imports, exports and fetches: content on disk, and names over it.
// INVARIANT: nothing is served or named whose bytes were not seen to have their digest.
import type { Readable } from 'node:stream';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { ImageManifest, ImageReferrer, ImageTag, ManifestPart, NamePage } from '#store/image-types.ts';
import type { StretchBuffers } from './stretch-buffers.ts';

/** First and last byte, both inclusive, as in HTTP. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** A blob on its way in. Bytes go to disk as they come; at most one call at a time. It is forgotten when the hub stops. */
export interface BlobUpload {
  readonly id: string;
  /** Bytes that arrived, and how far the next `write` continues. */
  readonly offset: number;
  /** What `offset` bytes hash to so far is kept going: never read back. @throws refused `image.quota`, unready `store.full` */
  write(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /**
   * On disk under its digest when it resolves. Another content: the upload is gone.
   * @throws refused `image.digest`
   */
  finish(expected: Digest): Promise<{ readonly bytes: number }>;
  cancel(): Promise<void>;
}

export interface ImageBlobs {
  /** Null: not here, or damaged. */
  sizeOf(digest: Digest): number | null;
  /**
   * The bytes, each stretch compared with its checksum before it is given out: a damaged one is told (journal) and ends the
   * stream with an error before it. `lender`: memory that is used again, for who gives it back. @throws refused `image.unknown` when it is not here or damaged; `request.range` out of it
   */
  open(digest: Digest, range?: ByteRange, lender?: StretchBuffers): Promise<Readable>;
  begin(): Promise<BlobUpload>;
  resume(id: string): BlobUpload | undefined;
  /** A whole one; what is here already is not written again, but is read and compared. Two at once of a digest are harmless. */
  put(
    source: AsyncIterable<Uint8Array>,
    expected: Digest,
    signal?: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly isNew: boolean }>;
}

export interface NewManifest {
  readonly repository: string;
  /** Null: by its digest alone. */
  readonly tag: string | null;
  readonly mediaType: string;
  readonly content: Uint8Array;
  readonly actor: Actor;
}

export interface ImageManifests {
  /** By tag or digest; undefined where the repository has none. */
  get(repository: string, reference: string): ImageManifest | undefined;
  /**
   * Content that it points at must be here (in whichever repository), manifests inside an index need not: an index of which a
   * site has only its architectures is an honest one.
   * @throws refused `image.manifest`, `image.blob-missing`, `image.name`
   */
  put(manifest: NewManifest): { readonly digest: Digest; readonly subject: Digest | null };
  /** A tag alone, or a manifest with its tags. @throws refused `image.unknown` */
  remove(repository: string, reference: string, actor: Actor): void;
  /** What it points at. */
  parts(digest: Digest): readonly ManifestPart[];
  tags(repository: string, page: NamePage): readonly ImageTag[];
  repositories(page: NamePage): readonly string[];
  hasRepository(repository: string): boolean;
  referrers(repository: string, subject: Digest): readonly ImageReferrer[];
  /** Whether `digest` is `root` or lies below it. */
  reaches(root: Digest, digest: Digest): boolean;
}

/** Which repository shows which blob, as the distribution specification has it. */
export interface BlobLinks {
  has(repository: string, digest: Digest): boolean;
  add(repository: string, digest: Digest): void;
  /** False: it was not linked. @throws refused `image.in-use` while a manifest of the repository points at it */
  remove(repository: string, digest: Digest): boolean;
}

interface ImageUsage {
  readonly blobs: number;
  readonly bytes: number;
  /** Null: as much as the disk has. */
  readonly quotaBytes: number | null;
  /** Free on the disk. */
  readonly freeBytes: number;
}

export interface ImageStore {
  readonly blobs: ImageBlobs;
  readonly links: BlobLinks;
  readonly manifests: ImageManifests;
  /**
   * Room for so many bytes more, kept until released: asked before the first byte of something large.
   * @throws refused `image.quota`, unready `store.full`: one sentence with the figures
   */
  reserve(bytes: number): Promise<() => void>;
  usage(): Promise<ImageUsage>;
  /** Null: as much as the disk has. */
  setQuota(quotaBytes: number | null, actor: Actor): void;
  /** What is younger is not collected. */
  readonly graceMs: number;
  /**
   * Deletes manifests without a name that no deployment names by digest, and content that nothing points at. What came within the
   * grace stays, for its manifest may be under way.
   */
  collect(actor: Actor): Promise<{ readonly freedBytes: number; readonly blobs: number; readonly manifests: number }>;
  /** Removes what uploads left when the hub last ended. */
  start(): Promise<void>;
  /** Ends uploads under way. */
  stop(): Promise<void>;
}
