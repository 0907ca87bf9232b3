// One layer on its way to the disk, beside the way to Docker and never in it: a disk that is slower than the network loses the copy, not
// the pull.
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { BlobKeeping } from './image-source.ts';

const mostBacklogBytes = 16 * 1024 * 1024;

export class LayerCopy implements BlobKeeping {
  /** Whether all of it is in the file; it rejects when the disk refuses. */
  readonly written: Promise<boolean>;
  readonly #path: string;
  readonly #chunks: Uint8Array[] = [];
  #backlogBytes = 0;
  #end: 'finish' | 'cancel' | null = null;
  #wake: () => void = () => undefined;

  constructor(path: string, prepare: () => Promise<boolean>) {
    this.#path = path;
    this.written = this.#write(prepare);
  }

  /** It was not given up. */
  get isWanted(): boolean {
    return this.#end !== 'cancel';
  }

  keep(chunk: Uint8Array): void {
    if (this.#end !== null) return;
    this.#chunks.push(chunk);
    this.#backlogBytes += chunk.length;
    if (this.#backlogBytes > mostBacklogBytes) this.cancel();
    this.#wake();
  }

  finish(): void {
    this.#end ??= 'finish';
    this.#wake();
  }

  cancel(): void {
    this.#end = 'cancel';
    this.#chunks.length = 0;
    this.#wake();
  }

  async #write(prepare: () => Promise<boolean>): Promise<boolean> {
    if (!(await prepare())) {
      this.cancel();
      return false;
    }
    const file = createWriteStream(this.#path, { flags: 'wx', mode: 0o600 });
    // What fails is told by the write or the end that it fails.
    file.on('error', () => undefined);
    try {
      for (let next = await this.#next(); next !== null; next = await this.#next()) await put(file, next);
      file.end();
      await finished(file);
    } catch (error) {
      this.cancel();
      file.destroy();
      throw error;
    }
    return this.#end === 'finish';
  }

  async #next(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0) {
      if (this.#end !== null) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const next = this.#chunks.shift();
    if (next === undefined) return null;
    this.#backlogBytes -= next.length;
    return next;
  }
}

function put(file: WriteStream, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => file.write(chunk, (error) => (error ? reject(error) : resolve())));
}
