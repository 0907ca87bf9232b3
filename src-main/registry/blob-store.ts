// Blobs: whole files under their digests, a row for each, uploads under way.
// INVARIANTS: a row is written after its file is on disk; a file that does not fit its row is told once and given out no more.
import { open } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { ImageBlob } from '#store/image-types.ts';
import type { Store } from '#store/store-types.ts';
import { codeOf, type BlobFiles } from './blob-files.ts';
import { hashOf } from './blob-hash.ts';
import { readBlob } from './blob-reading.ts';
import type { ReceivedBlob } from './blob-upload.ts';
import type { ImageRoom } from './image-room.ts';
import type { ByteRange, ImageBlobs } from './image-store.ts';
import { ownBuffers, type StretchBuffers } from './stretch-buffers.ts';
import { createUploads } from './uploads-under-way.ts';

export interface BlobStoreParts {
  readonly files: BlobFiles;
  readonly room: ImageRoom;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface BlobStore extends ImageBlobs {
  /** Ends uploads whose peers are gone. */
  stop(): Promise<void>;
}

export function createBlobStore(parts: BlobStoreParts): BlobStore {
  const { files, store, clock, log } = parts;

  function markDamaged(digest: Digest): void {
    log.error({ digest }, 'a blob is damaged on disk and is not given out; uploading or importing it again heals it');
    store.change((write) => {
      write.images.damageBlob(digest, clock.nowMs());
      write.journal.append({ kind: 'image-damaged', actor: 'hub', detail: { digest } });
    });
  }

  async function keep({ digest, bytes, sums }: ReceivedBlob, id: string): Promise<void> {
    const known = store.read.images.blobHead(digest);
    if (known?.damagedAtMs === null && (await files.bytesOf(digest)) === bytes) return;
    await files.keep(id, digest);
    store.change((write) => {
      write.images.putBlob({ digest, bytes, sums, addedAtMs: clock.nowMs() });
      if (known !== undefined) write.journal.append({ kind: 'image-healed', actor: 'hub', detail: { digest } });
    });
  }

  const uploads = createUploads({ files, room: parts.room, clock, keep });

  function sizeOf(digest: Digest): number | null {
    const head = store.read.images.blobHead(digest);
    return head === undefined || head.damagedAtMs !== null ? null : head.bytes;
  }

  return {
    sizeOf,
    open: (digest, range, buffers = ownBuffers) =>
      openSound({ files, blob: store.read.images.blob(digest), digest, range, buffers, markDamaged }),
    begin: () => uploads.begin(),
    resume: (id) => uploads.resume(id),
    async put(source, expected, signal) {
      const size = sizeOf(expected);
      if (size !== null && (await files.bytesOf(expected)) === size) {
        await requireSame(source, expected, signal);
        return { bytes: size, isNew: false };
      }
      const upload = await uploads.begin();
      try {
        await upload.write(source, signal);
        return { ...(await upload.finish(expected)), isNew: true };
      } finally {
        await upload.cancel();
      }
    },
    stop: () => uploads.stop(),
  };
}

interface Opening {
  readonly files: BlobFiles;
  readonly blob: ImageBlob | undefined;
  readonly digest: Digest;
  readonly range: ByteRange | undefined;
  readonly buffers: StretchBuffers;
  readonly markDamaged: (digest: Digest) => void;
}

async function openSound({ files, blob, digest, range, buffers, markDamaged }: Opening) {
  const missing = () => refused('image.unknown', `There is no blob ${digest} here: upload or import it.`);
  if (blob === undefined || blob.damagedAtMs !== null) throw missing();
  const wanted = range ?? { first: 0, last: blob.bytes - 1 };
  if (range !== undefined && (range.first < 0 || range.first > range.last || range.last >= blob.bytes))
    throw refused('request.range', `The blob ${digest} has ${blob.bytes} bytes: ask for a range within them.`);
  const file = await open(files.pathOf(digest), 'r').catch((error: unknown) => {
    // The one way the platform tells that there is no such file.
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (file !== undefined && (await file.stat()).size === blob.bytes)
    return readBlob({ blob, file, range: wanted, buffers, onDamaged: () => markDamaged(digest) });
  await file?.close();
  markDamaged(digest);
  throw missing();
}

async function requireSame(source: AsyncIterable<Uint8Array>, expected: Digest, signal?: AbortSignal): Promise<void> {
  const digest = await hashOf(source, signal);
  if (digest !== expected)
    throw refused('image.digest', `What arrived has the digest ${digest} and not ${expected}: send it again.`);
}
