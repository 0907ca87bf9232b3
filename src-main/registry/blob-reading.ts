// A blob as it goes out: read stretch by stretch, each compared with its checksum before anybody gets it, the next one read
// meanwhile. Two stretches at most are held for a peer, however slowly it reads.
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { asAppError, unready } from '#base/errors.ts';
import type { ImageBlob } from '#store/image-types.ts';
import { isStretchSound, stretchBytes } from './blob-sums.ts';
import type { ByteRange } from './image-store.ts';
import type { StretchBuffers } from './stretch-buffers.ts';

interface ReadingParts {
  readonly blob: ImageBlob;
  /** Closed by the stream. */
  readonly file: FileHandle;
  readonly range: ByteRange;
  readonly buffers: StretchBuffers;
  readonly onDamaged: () => void;
}

export function readBlob(parts: ReadingParts): Readable {
  return new BlobStream(parts);
}

class BlobStream extends Readable {
  readonly #parts: ReadingParts;
  readonly #lastIndex: number;
  #index: number;
  #reading: Promise<Uint8Array> | null = null;

  constructor(parts: ReadingParts) {
    super({ highWaterMark: stretchBytes });
    this.#parts = parts;
    const isEmpty = parts.range.last < parts.range.first;
    this.#index = Math.floor(parts.range.first / stretchBytes);
    this.#lastIndex = isEmpty ? -1 : Math.floor(parts.range.last / stretchBytes);
  }

  override _read(): void {
    this.#giveNext().catch((error: unknown) => this.destroy(asAppError(error)));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // The file is not closed under a read; what that read says no longer matters.
    Promise.resolve(this.#reading)
      .catch(() => undefined)
      .then(() => this.#parts.file.close())
      .then(() => done(error), done);
  }

  async #giveNext(): Promise<void> {
    const index = this.#index;
    if (index > this.#lastIndex) {
      this.push(null);
      return;
    }
    const { blob, range, buffers, onDamaged } = this.#parts;
    const stretch = await (this.#reading ?? this.#readAt(index));
    if (!isStretchSound(blob.sums, index, stretch)) {
      onDamaged();
      throw unready('image.unknown', `The blob ${blob.digest} is damaged on disk: upload or import it again.`);
    }
    this.#index = index + 1;
    if (this.#index <= this.#lastIndex) void this.#readAt(this.#index);
    const start = index * stretchBytes;
    const part = stretch.subarray(
      Math.max(range.first - start, 0),
      Math.min(range.last + 1 - start, stretch.byteLength),
    );
    buffers.lent(part);
    this.push(part);
  }

  #readAt(index: number): Promise<Uint8Array> {
    const position = index * stretchBytes;
    const buffer = this.#parts.buffers.take().subarray(0, this.#parts.blob.bytes - position);
    const reading = readStretch(this.#parts.file, buffer, position);
    // Awaited with the next turn, unless the peer is gone by then.
    reading.catch(() => undefined);
    this.#reading = reading;
    return reading;
  }
}

/** Shorter than wanted where the file ends too soon. */
async function readStretch(file: FileHandle, buffer: Buffer, position: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < buffer.byteLength) {
    const { bytesRead } = await file.read(buffer, filled, buffer.byteLength - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
