// Takes an image away on a person's word: its names, its manifest, and the manifests that only it led to. What that hits is told
// before, and the bytes go when they are collected.
import { refused } from '#base/errors.ts';
import type { ImageRemovalPlan } from '#contract/console-image-rows.ts';
import { isDigest } from '#domain/manifests/image-digest.ts';
import type { ImagePlace, ListedImage } from '#store/image-listing-types.ts';
import type { Store } from '#store/store-types.ts';
import type { ImageStore } from './image-store.ts';
import type { ImageUsersIndex } from './image-users.ts';

interface RemovalRequest {
  readonly repository: string;
  readonly digest: string;
  /** One name alone; null: all of them, and the image. */
  readonly tag: string | null;
}

export interface ImageRemoval {
  plan(request: RemovalRequest): Promise<ImageRemovalPlan>;
  remove(request: RemovalRequest): Promise<ImageRemovalPlan>;
}

export function createImageRemoval(parts: {
  readonly read: Store['read'];
  readonly images: Pick<ImageStore, 'manifests'>;
  readonly users: ImageUsersIndex;
}): ImageRemoval {
  const { read, images, users } = parts;

  async function plan(request: RemovalRequest): Promise<ImageRemovalPlan> {
    const { image, tags } = imageOf(read, request);
    const [usedBy] = await users.of([image]);
    const { bytes, sharedBytes } = read.images.weigh(image);
    const staysNamed = tags.length < image.tags.length;
    const nobody = { deployments: [], deploymentCount: 0, devices: [], deviceCount: 0 };
    return { ...(usedBy ?? nobody), tags, freedBytes: staysNamed ? 0 : bytes - sharedBytes };
  }

  return {
    plan,
    async remove(request) {
      const planned = await plan(request);
      const { image, tags } = imageOf(read, request);
      if (tags.length < image.tags.length) {
        for (const tag of tags) images.manifests.remove(image.repository, tag, 'console');
        return planned;
      }
      const below = manifestsBelow(read, image);
      images.manifests.remove(image.repository, image.digest, 'console');
      // Nothing leads to them any more, and they would show as images that nobody brought.
      const orphans = below.filter((place) => read.images.listedAt(place)?.tags.length === 0);
      for (const { repository, digest } of orphans) images.manifests.remove(repository, digest, 'console');
      return planned;
    },
  };
}

function imageOf(
  read: Store['read'],
  { repository, digest, tag }: RemovalRequest,
): { readonly image: ListedImage; readonly tags: readonly string[] } {
  const image = isDigest(digest) ? read.images.listedAt({ repository, digest }) : undefined;
  if (image === undefined || (tag !== null && !image.tags.includes(tag)))
    throw refused('image.unknown', 'This image is not here any more: somebody removed it, or its name moved on.');
  return { image, tags: tag === null ? image.tags : [tag] };
}

function manifestsBelow(read: Store['read'], { repository, digest }: ImagePlace): readonly ImagePlace[] {
  return read.images
    .parts(digest)
    .filter(({ kind }) => kind === 'manifest')
    .map((part) => ({ repository, digest: part.digest }));
}
