// What the Images screen shows, as plain JSON. Names and texts in here come from files, registries and devices: whoever draws
// them treats them as hostile. Bytes are bytes, moments epoch milliseconds.

import type { ImageSharesView } from './image-shares.ts';

/** `verified`: every byte was hashed when it came. `damaged`: what lies on disk is other bytes by now, and is never served. */
export type ImageSoundness = 'verified' | 'damaged';

export interface ImageOrigin {
  readonly kind: 'file' | 'registry' | 'push';
  /** The file or the registry's name; null: not known. */
  readonly from: string | null;
  readonly atMs: number;
}

/** Who names an image: the deployments by their content, the devices by what they are given. Each list holds its first few. */
export interface ImageUsers {
  readonly deployments: readonly string[];
  readonly deploymentCount: number;
  readonly devices: readonly string[];
  readonly deviceCount: number;
}

export interface ImageRow extends ImageUsers {
  /** Its place in the site's registry: `docker.io/library/nginx`. */
  readonly repository: string;
  /** As deployments write it, without tag: `nginx`. */
  readonly name: string;
  readonly tags: readonly string[];
  /** Of what the tags name: an index, or a single manifest. */
  readonly digest: string;
  /** `linux/amd64`, of those that are here whole. */
  readonly platforms: readonly string[];
  /** Named by its index and not here; nothing is wrong with that. */
  readonly absentPlatforms: readonly string[];
  readonly bytes: number;
  /** Of them in blobs that other images hold too. */
  readonly sharedBytes: number;
  readonly origin: ImageOrigin;
  readonly soundness: ImageSoundness;
}

export interface ImagePage {
  readonly rows: readonly ImageRow[];
  /** Where the next page goes on; null on the last. */
  readonly next: string | null;
}

export interface ImageLayerRow {
  readonly digest: string;
  readonly bytes: number;
  readonly soundness: ImageSoundness | 'absent';
}

export interface ImagePlatformRow {
  /** Null: the manifest does not say. */
  readonly platform: string | null;
  readonly digest: string;
  readonly bytes: number;
  readonly layers: readonly ImageLayerRow[];
}

/** A signature, an SBOM or another artifact that speaks of the image. */
export interface ImageReferrerRow {
  readonly digest: string;
  /** Its artifact type, else its media type. */
  readonly type: string;
  readonly bytes: number;
}

export interface ImageDetail {
  readonly row: ImageRow;
  readonly mediaType: string;
  readonly platforms: readonly ImagePlatformRow[];
  readonly referrers: readonly ImageReferrerRow[];
}

export interface ImageUsage {
  readonly images: number;
  readonly usedBytes: number;
  /** Null: only the disk limits. */
  readonly quotaBytes: number | null;
  readonly freeDiskBytes: number;
  /** Of the used, what no image names any more: `collectImages` frees it. */
  readonly loose: { readonly blobs: number; readonly bytes: number };
}

/** What removing would hit. */
export interface ImageRemovalPlan extends ImageUsers {
  /** Freed once collected; what other images share stays. */
  readonly freedBytes: number;
  /** The tags that go. */
  readonly tags: readonly string[];
}

/** An image inside a file or folder. */
export interface FoundImage {
  /** Null: the file names none; it can be given one. */
  readonly name: string | null;
  readonly digest: string | null;
  readonly platforms: readonly string[];
  readonly bytes: number;
  /** Of them not in the store yet; null: only reading the whole would tell. */
  readonly newBytes: number | null;
}

export interface ImageFileReport {
  /** `docker save` in its old form, or an OCI layout as a tar or a folder. */
  readonly format: 'docker-archive' | 'oci-archive' | 'oci-layout';
  readonly images: readonly FoundImage[];
  /** Each a sentence: what is passed over, and why. */
  readonly warnings: readonly string[];
}

export type ImageTaskKind = 'import' | 'fetch' | 'export';
type ImageTaskState = 'running' | 'done' | 'failed' | 'cancelled';

export interface ImageTaskRow {
  readonly id: string;
  readonly kind: ImageTaskKind;
  /** The file, the folder, or the image. */
  readonly subject: string;
  readonly state: ImageTaskState;
  /** What is done right now, in words: `layer 3 of 7`. Empty once it ended. */
  readonly step: string;
  readonly stepSinceMs: number;
  readonly doneBytes: number;
  /** Null: not known, and then there is no share to show. */
  readonly totalBytes: number | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Of the images that came in or went out, once it is done. */
  readonly images: readonly string[];
  /** Why it failed and how to mend it; or what to know of what was done. */
  readonly message: string | null;
}

/** The whole of what moves, each time: one that was missed costs nothing. At most ten a second. */
export interface ImageNews {
  /** Of images, deployments and settings: with another number, also an earlier one, the lists are read again. */
  readonly revision: number;
  readonly images: number;
  readonly tasks: readonly ImageTaskRow[];
  /** With the first pulls of them alone. */
  readonly shares: ImageSharesView;
}
