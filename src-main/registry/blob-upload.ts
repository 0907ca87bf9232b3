// One blob on its way in: hashed and checksummed as it comes, written in batches, synced piece by piece so that no commit of the
// hub waits behind a gigabyte. A peer that stops halfway may go on later; a disk that refuses ends the upload and leaves nothing.
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { refused, unready } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { BlobFiles } from './blob-files.ts';
import { codeOf } from './blob-files.ts';
import { createSums, type SumsInMaking } from './blob-sums.ts';
import type { ImageRoom } from './image-room.ts';
import type { BlobUpload } from './image-store.ts';

/** What came whole and is on disk, in a file that is not yet under its digest. */
export interface ReceivedBlob {
  readonly digest: Digest;
  readonly bytes: number;
  readonly sums: Uint8Array;
}

export interface UploadParts {
  readonly id: string;
  readonly files: BlobFiles;
  readonly room: ImageRoom;
  /** Puts it under its digest. */
  readonly keep: (blob: ReceivedBlob) => Promise<void>;
  /** Called once, however it ended. */
  readonly onEnded: () => void;
}

export interface OwnUpload extends BlobUpload {
  /** Whether a call is under way. */
  readonly isBusy: boolean;
}

const batchBytes = 1024 * 1024;
const roomStepBytes = 16 * 1024 * 1024;
const syncEveryBytes = 16 * 1024 * 1024;

export async function openUpload(parts: UploadParts): Promise<OwnUpload> {
  const { id, files } = parts;
  return new Upload(parts, await whileDiskTakes(id, () => files.openUpload(id)));
}

class Upload implements OwnUpload {
  readonly id: string;
  isBusy = false;
  readonly #parts: UploadParts;
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  readonly #sums: SumsInMaking = createSums();
  #offset = 0;
  #batch: Uint8Array[] = [];
  #batchedBytes = 0;
  #unsyncedBytes = 0;
  #roomBytes = 0;
  #hasEnded = false;

  constructor(parts: UploadParts, file: FileHandle) {
    this.id = parts.id;
    this.#parts = parts;
    this.#file = file;
  }

  get offset(): number {
    return this.#offset;
  }

  write(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    return this.#alone(async () => {
      // While one batch goes to disk the next is filled.
      let writing: Promise<void> = Promise.resolve();
      try {
        for await (const chunk of source) {
          signal?.throwIfAborted();
          this.#take(chunk);
          if (this.#batchedBytes < batchBytes) continue;
          await writing;
          writing = this.#flush();
          // Awaited by the next batch or the end; until then its failure is nobody's surprise.
          writing.catch(() => undefined);
        }
      } finally {
        // What came before a peer broke off counts: it may go on from there.
        await writing;
        await this.#flush();
      }
    });
  }

  finish(expected: Digest): Promise<{ readonly bytes: number }> {
    return this.#alone(async () => {
      const digest = `sha256:${this.#hash.digest('hex')}`;
      if (digest !== expected) {
        await this.#end();
        throw refused('image.digest', `What arrived has the digest ${digest} and not ${expected}: send it again.`);
      }
      const blob = { digest: expected, bytes: this.#offset, sums: this.#sums.finish() };
      await this.#onDisk(async () => {
        await this.#file.sync();
        await this.#parts.keep(blob);
      });
      await this.#end();
      return { bytes: blob.bytes };
    });
  }

  async cancel(): Promise<void> {
    await this.#end();
  }

  #take(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#sums.add(chunk);
    this.#offset += chunk.byteLength;
    this.#batch.push(chunk);
    this.#batchedBytes += chunk.byteLength;
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    const bytes = this.#batchedBytes;
    if (bytes === 0) return;
    this.#batch = [];
    this.#batchedBytes = 0;
    await this.#onDisk(async () => {
      await this.#makeRoom(bytes);
      const { bytesWritten } = await this.#file.writev(batch);
      if (bytesWritten < bytes) throw Object.assign(new Error('the disk took a part'), { code: 'ENOSPC' });
      this.#unsyncedBytes += bytes;
      if (this.#unsyncedBytes < syncEveryBytes) return;
      this.#unsyncedBytes = 0;
      await this.#file.datasync();
    });
  }

  /** Asked for in steps, for asking the disk takes time. */
  async #makeRoom(bytes: number): Promise<void> {
    if (this.#offset > this.#roomBytes) {
      await this.#parts.room.check(Math.max(bytes, this.#offset - this.#roomBytes));
      this.#roomBytes = this.#offset + roomStepBytes;
    }
    this.#parts.room.moved(bytes);
    this.#movedBytes += bytes;
  }

  #movedBytes = 0;

  /** A disk that does not take it, or room that is refused, ends the upload: there is no going on from there. */
  async #onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await whileDiskTakes(this.id, work);
    } catch (error) {
      // Only to leave nothing behind; the error goes on.
      await this.#end();
      throw error;
    }
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#hasEnded) throw refused('image.upload', 'This upload has ended: begin it anew.');
    if (this.isBusy) throw refused('image.upload', 'This upload is being written to by another request: wait for it.');
    this.isBusy = true;
    try {
      return await work();
    } finally {
      this.isBusy = false;
    }
  }

  async #end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#batch = [];
    this.#batchedBytes = 0;
    this.#parts.room.moved(-this.#movedBytes);
    this.#parts.onEnded();
    await this.#file.close();
    await this.#parts.files.removeUpload(this.id);
  }
}

async function whileDiskTakes<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // The file system's word for it is put into ours: it is no fault, and it passes.
    if (!['ENOSPC', 'EDQUOT'].includes(String(codeOf(cause)))) throw cause;
    const message =
      'The disk of the images is full: free some of it, or delete images and collect, and send this again.';
    throw unready('store.full', message, { subject, cause });
  }
}
