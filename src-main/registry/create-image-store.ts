// The image store put together: a folder on disk and the hub's database over it.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { Store } from '#store/store-types.ts';
import { blobFiles } from './blob-files.ts';
import { createBlobStore } from './blob-store.ts';
import { collectImages } from './image-collection.ts';
import { createImageRoom, quotaName } from './image-room.ts';
import type { ImageStore } from './image-store.ts';
import { createBlobLinks, createManifestStore } from './manifest-store.ts';

interface ImageStoreParts {
  /** Its own folder, on one file system. */
  readonly dir: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** Digests that deployments name: they stay without a tag. */
  readonly pinned?: () => Promise<readonly Digest[]>;
  /** So long may lie between a blob and the manifest that points at it. */
  readonly graceMs?: number;
}

const usualGraceMs = 60 * 60_000;

export function createImageStore(parts: ImageStoreParts): ImageStore {
  const { dir, store, clock, log, pinned = () => Promise.resolve([]), graceMs = usualGraceMs } = parts;
  const files = blobFiles(dir);
  const room = createImageRoom({ dir, store });
  const blobs = createBlobStore({ files, room, store, clock, log });
  const asked = createAwaited(clock, graceMs);
  const links = createBlobLinks({ store, clock });
  return {
    blobs: {
      ...blobs,
      sizeOf(digest) {
        asked.note(digest);
        return blobs.sizeOf(digest);
      },
    },
    links,
    manifests: createManifestStore({ store, blobs, clock, log }),
    reserve: (bytes) => room.reserve(bytes),
    async usage() {
      return { ...store.read.images.usage(), quotaBytes: room.quotaBytes(), freeBytes: await room.freeBytes() };
    },
    setQuota(quotaBytes, actor) {
      if (quotaBytes !== null && !(Number.isSafeInteger(quotaBytes) && quotaBytes >= 0))
        throw refused('request.invalid', 'The quota of images is a whole number of bytes, or none.');
      if (quotaBytes === room.quotaBytes()) return;
      store.change((write) => {
        write.settings.set(quotaName, quotaBytes);
        write.journal.append({ kind: 'image-quota-changed', actor, detail: { bytes: quotaBytes } });
      });
    },
    graceMs,
    collect: (actor) => collectImages({ store, files, clock, graceMs, pinned, isAwaited: asked.has }, actor),
    start: () => files.prepare(),
    stop: () => blobs.stop(),
  };
}

/** Digests that somebody asked for within the grace: a pusher that was told "it is here" sends its manifest next. */
function createAwaited(clock: Clock, graceMs: number) {
  const askedAtMs = new Map<Digest, number>();
  return {
    note(digest: Digest): void {
      const nowMs = clock.nowMs();
      askedAtMs.delete(digest);
      askedAtMs.set(digest, nowMs);
      // In the order in which they were asked for, so that the old ones are the first.
      for (const [old, atMs] of askedAtMs) {
        if (atMs >= nowMs - graceMs && askedAtMs.size <= mostAwaited) return;
        askedAtMs.delete(old);
      }
    },
    has: (digest: Digest): boolean => (askedAtMs.get(digest) ?? -Infinity) >= clock.nowMs() - graceMs,
  };
}

const mostAwaited = 100_000;
