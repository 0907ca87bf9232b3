// The rows of the Images screen and one image in full, straight from the store.
import type { ImageDetail, ImageOrigin, ImagePage, ImageRow } from '#contract/console-image-rows.ts';
import { imageNameOf, imageText } from '#domain/manifests/image-name.ts';
import { isDigest } from '#domain/manifests/image-digest.ts';
import type { ImagePlace, ListedImage } from '#store/image-listing-types.ts';
import type { Store } from '#store/store-types.ts';
import { createImagePartsView, type ImageParts } from './image-parts-view.ts';
import type { ImageStore } from './image-store.ts';
import type { ImageUsersIndex } from './image-users.ts';
import { createTurns } from './turns.ts';

export interface ImageRows {
  page(page: { readonly after: string | null; readonly limit: number }): Promise<ImagePage>;
  detail(place: { readonly repository: string; readonly digest: string }): Promise<ImageDetail | null>;
}

export function createImageRows(parts: {
  readonly read: Store['read'];
  readonly store: ImageStore;
  readonly users: ImageUsersIndex;
}): ImageRows {
  const { read, users } = parts;
  const partsOf = createImagePartsView(parts);

  async function rowsOf(listed: readonly ListedImage[]): Promise<readonly ImageRow[]> {
    const named = await users.of(listed);
    const turns = createTurns();
    const rows: ImageRow[] = [];
    for (const [at, image] of listed.entries()) {
      await turns.next();
      const usedBy = named[at];
      if (usedBy !== undefined) rows.push({ ...rowOf(read, image, await partsOf(image)), ...usedBy });
    }
    return rows;
  }

  return {
    async page({ after, limit }) {
      const listed = read.images.listed({ after: placeIn(after), limit });
      const last = listed.at(-1);
      const next = last === undefined || listed.length < limit ? null : `${last.repository}@${last.digest}`;
      return { rows: await rowsOf(listed), next };
    },
    async detail({ repository, digest }) {
      const place = isDigest(digest) ? { repository, digest } : null;
      const image = place === null ? undefined : read.images.listedAt(place);
      if (place === null || image === undefined) return null;
      const [row] = await rowsOf([image]);
      if (row === undefined) return null;
      const { platforms } = await partsOf(place);
      const referrers = read.images.referrers(repository, place.digest).map(({ digest, bytes, ...referrer }) => ({
        digest,
        type: referrer.artifactType ?? referrer.mediaType,
        bytes,
      }));
      return { row, mediaType: image.mediaType, platforms, referrers };
    },
  };
}

function rowOf(read: Store['read'], image: ListedImage, parts: ImageParts) {
  const { repository, digest, tags } = image;
  const { bytes, sharedBytes, isDamaged } = read.images.weigh(image);
  const whole = parts.platforms.filter(({ layers }) => layers.every(({ soundness }) => soundness === 'verified'));
  return {
    repository,
    name: nameOf(repository),
    tags,
    digest,
    platforms: whole.flatMap(({ platform }) => platform ?? []),
    absentPlatforms: parts.absentPlatforms,
    bytes,
    sharedBytes,
    origin: originOf(image),
    soundness: isDamaged ? ('damaged' as const) : ('verified' as const),
  };
}

/** Without a tag. */
function nameOf(repository: string): string {
  return imageText({ ...imageNameOf(repository, 'latest'), tag: null });
}

function originOf({ origin, atMs }: ListedImage): ImageOrigin {
  // Tagged again by a push, it still came from where its bytes came from.
  return origin ?? { kind: 'push', from: null, atMs };
}

function placeIn(text: string | null): ImagePlace | null {
  if (text === null) return null;
  const at = text.lastIndexOf('@');
  const digest = text.slice(at + 1);
  return isDigest(digest) ? { repository: text.slice(0, at), digest } : null;
}
