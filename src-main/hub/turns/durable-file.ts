// Writes a small file so that after a power cut it is whole: either the old one or the new one, never a half.
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from '#store/data-directory.ts';

export function writeDurably(path: string, text: string, mode: number): void {
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', mode);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  // A rename is only on disk with its directory.
  syncDirectory(dirname(path));
}
