// Deletes what nothing names any more: first manifests, then content that no manifest points at, then its files. A power cut between
// leaves files without a row, which the next collection takes.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { Store } from '#store/store-types.ts';
import type { BlobFiles } from './blob-files.ts';

interface CollectionParts {
  readonly store: Store;
  readonly files: BlobFiles;
  readonly clock: Clock;
  readonly graceMs: number;
  readonly pinned: () => Promise<readonly Digest[]>;
  /** Blobs that a peer was told to be here, for a manifest that is on its way. */
  readonly isAwaited: (digest: Digest) => boolean;
}

export interface Collected {
  readonly manifests: number;
  readonly blobs: number;
  readonly freedBytes: number;
}

export async function collectImages(parts: CollectionParts, actor: Actor): Promise<Collected> {
  const { store, files, clock, graceMs } = parts;
  const pinned = await parts.pinned();
  const before = clock.nowMs() - graceMs;
  const { manifests, loose } = store.change((write) => {
    const dropped = write.images.dropUnnamedManifests(before, pinned);
    const gone = store.read.images.looseBlobs(before).filter(({ digest }) => !parts.isAwaited(digest));
    for (const { digest } of gone) write.images.deleteBlob(digest);
    const freedBytes = gone.reduce((sum, { bytes }) => sum + bytes, 0);
    if (dropped > 0 || gone.length > 0) {
      const detail = { manifests: dropped, blobs: gone.length, freedBytes };
      write.journal.append({ kind: 'images-collected', actor, detail });
    }
    return { manifests: dropped, loose: gone };
  });
  for (const { digest } of loose) await files.remove(digest);
  const strayBytes = await removeStrays(parts, before);
  const freedBytes = loose.reduce((sum, { bytes }) => sum + bytes, strayBytes);
  return { manifests, blobs: loose.length, freedBytes };
}

async function removeStrays({ store, files }: CollectionParts, before: number): Promise<number> {
  let bytes = 0;
  for (const folder of await readdir(files.blobsDir))
    for (const name of await readdir(join(files.blobsDir, folder))) {
      const digest = `sha256:${name}`;
      if (!isDigest(digest) || store.read.images.blobHead(digest) !== undefined) continue;
      const { mtimeMs, size } = await stat(files.pathOf(digest));
      // A younger one may be about to get its row.
      if (mtimeMs >= before) continue;
      await files.remove(digest);
      bytes += size;
    }
  return bytes;
}
