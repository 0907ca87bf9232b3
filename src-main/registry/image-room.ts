// How much images may take: a quota that a person set, and a rest of the disk that is left alone so that the hub itself goes on.
// Refused before the disk is full, in one sentence with the figures.
import { statfs } from 'node:fs/promises';
import { refused, unready } from '#base/errors.ts';
import type { Store } from '#store/store-types.ts';
import { bytesText } from './bytes-text.ts';

export interface ImageRoom {
  /**
   * Whether so many bytes more fit, besides what is on its way. @throws refused `image.quota`, unready `store.full`
   */
  check(bytes: number): Promise<void>;
  /** The same, and kept for the caller until released; what then arrives is checked as it comes. */
  reserve(bytes: number): Promise<() => void>;
  /** Bytes of uploads that are written and belong to no blob yet: negative when one ends. */
  moved(bytes: number): void;
  freeBytes(): Promise<number>;
  quotaBytes(): number | null;
}

interface RoomParts {
  readonly dir: string;
  readonly store: Pick<Store, 'read'>;
}

export const quotaName = 'image-quota-bytes';
const mostLeftAlone = 512 * 1024 * 1024;
/** Of the disk's size, where that is less: a small disk is to hold something too. */
const leftAlonePart = 0.05;

export function createImageRoom({ dir, store }: RoomParts): ImageRoom {
  let reservedBytes = 0;
  let movingBytes = 0;

  function quotaBytes(): number | null {
    const quota = store.read.settings.get(quotaName);
    return typeof quota === 'number' ? quota : null;
  }

  function checkQuota(bytes: number): void {
    const quota = quotaBytes();
    if (quota === null) return;
    const used = store.read.images.usage().bytes + movingBytes;
    if (used + bytes <= quota) return;
    const message = `The images of this site may take ${bytesText(quota)}, have ${bytesText(used)} and need ${bytesText(bytes)} more: delete images that are not needed and collect, or raise the quota.`;
    throw refused('image.quota', message);
  }

  async function checkDisk(bytes: number): Promise<void> {
    const { free, leftAlone } = await diskOf(dir);
    if (free - bytes >= leftAlone) return;
    const message = `The disk of ${dir} has ${bytesText(free)} free, of which ${bytesText(leftAlone)} stay for the hub itself, and ${bytesText(bytes)} are needed: free some of it, or delete images and collect.`;
    throw unready('store.full', message, { subject: dir });
  }

  return {
    async check(bytes) {
      checkQuota(bytes);
      await checkDisk(bytes);
    },
    async reserve(bytes) {
      const together = bytes + reservedBytes;
      // Kept before the disk was asked, so that two who ask at once do not both get the same room.
      reservedBytes += bytes;
      let isKept = true;
      const release = (): void => {
        if (isKept) reservedBytes -= bytes;
        isKept = false;
      };
      try {
        checkQuota(together);
        await checkDisk(together);
        return release;
      } catch (error) {
        // Only to give the room back; the error goes on.
        release();
        throw error;
      }
    },
    moved(bytes) {
      movingBytes += bytes;
    },
    freeBytes: async () => (await diskOf(dir)).free,
    quotaBytes,
  };
}

async function diskOf(dir: string): Promise<{ readonly free: number; readonly leftAlone: number }> {
  const { bavail, bsize, blocks } = await statfs(dir);
  return { free: bavail * bsize, leftAlone: Math.min(mostLeftAlone, blocks * bsize * leftAlonePart) };
}
