// Whether the disk on which the engine keeps images has room for one more, before anything of it is fetched. Layers that the device
// has, under whatever name, need none.
import { statfs } from 'node:fs/promises';
import { sizeText } from '#domain/rollouts/preflight.ts';
import type { ImageShelf } from './docker-shelf.ts';
import type { Engine } from './engine.ts';
import type { ImageLook } from './image-look.ts';

/** Layers travel packed and lie unpacked, usually twice as large; while they are unpacked both are there. */
const roomOfPackedByte = 3;
/** What the engine and everything else on that disk needs to go on. */
const marginBytes = 100e6;

export interface ImageRoom {
  /** What the image will take of the disk, about. */
  neededBytes(look: ImageLook): Promise<number>;
  /** Null: it has. `tidy` is asked to make some, once, and says whether it did. */
  whyNone(look: ImageLook, tidy: () => Promise<boolean>): Promise<string | null>;
}

export interface ImageRoomOptions {
  readonly shelf: ImageShelf;
  /** Null: not known, and then nothing is in the way. */
  readonly freeBytes: () => Promise<number | null>;
}

export function createImageRoom({ shelf, freeBytes }: ImageRoomOptions): ImageRoom {
  async function neededBytes({ fitting }: ImageLook): Promise<number> {
    if (fitting === null) return 0;
    const { layers, diffIds } = fitting;
    const present = diffIds.length === layers.length ? await longestShared(diffIds) : 0;
    return layers.slice(present).reduce((sum, { size }) => sum + size, 0) * roomOfPackedByte;
  }

  /** How many of the lowest layers an image of the device has in common: the engine shares them from the lowest up. */
  async function longestShared(diffIds: readonly string[]): Promise<number> {
    let longest = 0;
    for (const { id } of await shelf.all()) {
      const layers = await shelf.layersOf(id);
      const differs = diffIds.findIndex((diffId, index) => layers[index] !== diffId);
      longest = Math.max(longest, differs < 0 ? diffIds.length : differs);
      if (longest === diffIds.length) break;
    }
    return longest;
  }

  return {
    neededBytes,
    async whyNone(look, tidy) {
      const free = await freeBytes();
      // Most of the time there is room for all of it, and nobody has to be asked what of it is there.
      const atMost = (look.fitting?.layers ?? []).reduce((sum, { size }) => sum + size, 0) * roomOfPackedByte;
      if (free === null || free >= atMost + marginBytes) return null;
      const needed = await neededBytes(look);
      if (needed === 0 || free >= needed + marginBytes) return null;
      const left = (await tidy()) ? ((await freeBytes()) ?? free) : free;
      if (left >= needed + marginBytes) return null;
      return `it needs about ${sizeText(needed)} where the container engine keeps images, and ${sizeText(left)} are free there, of which ${sizeText(marginBytes)} are kept: make room by removing images and containers that the device does not need, or give it a larger disk`;
    },
  };
}

/** Of what is free some is kept for root; images may have only the rest. */
export async function freeBytesOf(engine: Pick<Engine, 'machine'>): Promise<number | null> {
  const root = await engine.machine.dataRoot();
  if (root === null) return null;
  const { bavail, bsize } = await statfs(root);
  return bavail * bsize;
}
