// A file that takes all the room a disk has left, as another program would; removed, the room is back.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';

export interface DiskFiller {
  /** Writes until the disk takes no more. */
  fill(): void;
  empty(): void;
}

export function diskFiller(path: string): DiskFiller {
  return {
    fill() {
      const file = openSync(path, 'a');
      try {
        for (const size of [65_536, 4096]) writeUntilFull(file, Buffer.alloc(size));
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(path),
  };
}

function writeUntilFull(file: number, block: Buffer): void {
  try {
    while (writeSync(file, block) === block.length);
  } catch (error) {
    // The full disk is what this is for; anything else is not.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
