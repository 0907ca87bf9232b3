// What the store tells of images as people see them: what a name stands for, what it weighs, where it came from, who needs it.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';

/** A manifest that a person would call an image: one with a tag, or that no other of its repository leads to or is spoken of. */
export interface ListedImage {
  readonly repository: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** The newest first, at most a hundred. */
  readonly tags: readonly string[];
  readonly origin: ImageOriginRow | null;
  /** When it was put here or tagged last. */
  readonly atMs: number;
}

interface ImageOriginRow {
  readonly kind: 'file' | 'registry';
  readonly from: string;
  readonly atMs: number;
}

export interface ImageWeight {
  /** Of all content below it that has come, each once. */
  readonly bytes: number;
  /** Of them in content that others point at too. */
  readonly sharedBytes: number;
  readonly isDamaged: boolean;
}

export interface ImagePlace {
  readonly repository: string;
  readonly digest: Digest;
}

export interface ImageListingReaders {
  /** By repository and digest, behind `after`. */
  listed(page: { readonly after: ImagePlace | null; readonly limit: number }): readonly ListedImage[];
  listedAt(place: ImagePlace): ListedImage | undefined;
  countListed(): number;
  weigh(place: ImagePlace): ImageWeight;
  /** Devices to which one of the deployments applies: how many, and the first by id. */
  devicesGiven(
    deploymentIds: readonly DeploymentId[],
    limit: number,
  ): { readonly count: number; readonly first: readonly DeviceId[] };
  /** Of the devices to which the deployment applies. */
  platformsGiven(id: DeploymentId): readonly ReportedPlatform[];
}

/** As its agent reported it; null where it did not, or no text. */
export interface ReportedPlatform {
  readonly os: string | null;
  readonly architecture: string | null;
  readonly devices: number;
}

export interface ImageOriginWriters {
  /** The latest counts; of an image that is gone by now nothing is kept. */
  putOrigin(place: ImagePlace, origin: ImageOriginRow): void;
}
