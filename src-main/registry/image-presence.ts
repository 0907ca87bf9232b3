// Whether a part is here whole: its row, and the file under it as far as its size tells. A file that is gone or cut off is told by
// the store when it is opened, and then counts as missing, so that an import or a fetch brings it again.
import { AppError } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { ImageBlobs } from './image-store.ts';

export async function isHere(
  blobs: Pick<ImageBlobs, 'sizeOf' | 'open'>,
  { digest, bytes }: { readonly digest: Digest; readonly bytes: number },
): Promise<boolean> {
  if (blobs.sizeOf(digest) !== bytes) return false;
  if (bytes === 0) return true;
  try {
    const content = await blobs.open(digest, { first: 0, last: 0 });
    content.destroy();
    return true;
  } catch (error) {
    // The store's word for "the file is gone": it is what was asked.
    if (error instanceof AppError && error.code === 'image.unknown') return false;
    throw error;
  }
}

/** Those that are not. */
export async function lackingOf<T extends { readonly digest: Digest; readonly bytes: number }>(
  blobs: Pick<ImageBlobs, 'sizeOf' | 'open'>,
  parts: readonly T[],
): Promise<readonly T[]> {
  const lacking: T[] = [];
  for (const part of parts) if (!(await isHere(blobs, part))) lacking.push(part);
  return lacking;
}
