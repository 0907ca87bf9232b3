// The layers that a device keeps to pass them on to its neighbours: files named by digest in one directory, no more than so many bytes,
// those not used for longest going first. A file that is not what its name says is not believed: it is read through its digest
// each time it is served, and dropped when it does not fit.
import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError, unready } from '#base/errors.ts';
import { leastSiblingBytes } from '#contract/sibling-headers.ts';
import type { BlobKeeper, BlobKeeping, BlobName } from './image-source.ts';
import { LayerCopy } from './sibling-copy.ts';

export interface LayerCacheOptions {
  /** Made when something is kept. */
  readonly dir: string;
  /** Asked for each layer; 0: nothing is kept. */
  readonly mostBytes: () => number;
  /** What is held is another list now. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** What the disk must have left; a gigabyte when not given. */
  readonly leastFreeBytes?: number;
}

const usualLeastFreeBytes = 1024 ** 3;
const chunkBytes = 256 * 1024;
const fileName = /^[0-9a-f]{64}$/;

export class LayerCache implements BlobKeeper {
  readonly #options: LayerCacheOptions;
  /** Digest → bytes; a map lists its keys in the order they were set: the first was not used for longest. */
  readonly #kept = new Map<string, number>();
  readonly #writing = new Map<string, LayerCopy>();
  readonly #unsettled = new Set<Promise<void>>();
  #parts = 0;

  constructor(options: LayerCacheOptions) {
    this.#options = options;
  }

  /** Finds what an earlier run kept, and removes what it left half. */
  async start(): Promise<void> {
    const { dir } = this.#options;
    const files: Dirent[] = await readdir(dir, { withFileTypes: true }).catch(() => []);
    const found: { digest: string; size: number; usedAtMs: number }[] = [];
    for (const file of files) {
      const path = join(dir, file.name);
      if (!file.isFile() || !fileName.test(file.name)) await rm(path, { recursive: true, force: true });
      else {
        const { size, mtimeMs } = await stat(path);
        found.push({ digest: `sha256:${file.name}`, size, usedAtMs: mtimeMs });
      }
    }
    for (const { digest, size } of found.sort((a, b) => a.usedAtMs - b.usedAtMs)) this.#kept.set(digest, size);
    if (this.#kept.size > 0) await this.#makeRoomFor(0);
  }

  /** Those used last first. */
  holds(): readonly string[] {
    return [...this.#kept.keys()].toReversed();
  }

  sizeOf(digest: string): number | null {
    return this.#kept.get(digest) ?? null;
  }

  begin(blob: BlobName): BlobKeeping | null {
    const { dir, mostBytes } = this.#options;
    const { digest, sizeBytes } = blob;
    const known = this.#kept.get(digest);
    if (known !== undefined) this.#touch(digest, known);
    const isWorthIt = sizeBytes >= leastSiblingBytes && sizeBytes <= mostBytes();
    if (!isWorthIt || known !== undefined || this.#writing.get(digest)?.isWanted === true) return null;
    const part = `${this.#fileOf(digest)}.${++this.#parts}.part`;
    const copy = new LayerCopy(part, async () => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      return this.#makeRoomFor(sizeBytes);
    });
    const done = this.#settle(copy, part, blob).finally(() => {
      this.#unsettled.delete(done);
      if (this.#writing.get(digest) === copy) this.#writing.delete(digest);
    });
    this.#unsettled.add(done);
    this.#writing.set(digest, copy);
    return copy;
  }

  /** From a byte to the end. It breaks before its end when the file is not what its digest says. */
  async *read(digest: string, fromByte: number): AsyncGenerator<Buffer, void, void> {
    const size = this.#kept.get(digest);
    if (size === undefined) throw unready('agent.image', `${digest} is not kept here`);
    this.#touch(digest, size);
    const pieces = verified(this.#fileOf(digest), digest, fromByte);
    try {
      for (let next = await this.#nextOf(pieces, digest); next !== null; next = await this.#nextOf(pieces, digest))
        // A receiver that breaks off is thrown in here, and says nothing about the file.
        yield next;
    } finally {
      await pieces.return();
    }
  }

  /** Everything goes. */
  async clear(): Promise<void> {
    for (const digest of this.#kept.keys()) await this.#drop(digest);
  }

  /** When what was begun is on disk or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#unsettled);
  }

  async #settle(copy: LayerCopy, part: string, blob: BlobName): Promise<void> {
    try {
      if (await copy.written) await this.#adopt(part, blob);
      else await rm(part, { force: true });
    } catch (error) {
      // The pull that it came by has its own copy; what is left of this one goes at the next start.
      const reason = asAppError(error).message;
      this.#options.log.warn({ digest: blob.digest, reason }, 'a layer was not kept for neighbours');
      await rm(part, { force: true }).catch(() => undefined);
    }
  }

  async #nextOf(pieces: AsyncGenerator<Buffer, void, void>, digest: string): Promise<Buffer | null> {
    try {
      const next = await pieces.next();
      return next.done === true ? null : next.value;
    } catch (error) {
      // Cut short, changed or gone: either way it is no layer to pass on.
      this.#options.log.error({ digest, reason: asAppError(error).message }, 'a layer kept for neighbours is damaged');
      await this.#drop(digest);
      throw error;
    }
  }

  #fileOf(digest: string): string {
    return join(this.#options.dir, digest.slice('sha256:'.length));
  }

  #touch(digest: string, size: number): void {
    this.#kept.delete(digest);
    this.#kept.set(digest, size);
    const nowS = this.#options.clock.nowMs() / 1_000;
    // The order survives a restart where it can; where it cannot, another layer goes first.
    utimes(this.#fileOf(digest), nowS, nowS).catch(() => undefined);
  }

  async #drop(digest: string): Promise<void> {
    if (!this.#kept.delete(digest)) return;
    await rm(this.#fileOf(digest), { force: true });
    this.#options.onChange();
  }

  /** False: it does not fit, whatever goes. */
  async #makeRoomFor(size: number): Promise<boolean> {
    const { dir, mostBytes, leastFreeBytes = usualLeastFreeBytes } = this.#options;
    const most = mostBytes();
    if (size > most) return false;
    const { bavail, bsize } = await statfs(dir);
    let free = bavail * bsize - leastFreeBytes;
    let used = [...this.#kept.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const [digest, bytes] of this.#kept) {
      if (used + size <= most && free >= size) break;
      await this.#drop(digest);
      [used, free] = [used - bytes, free + bytes];
    }
    return used + size <= most && free >= size;
  }

  async #adopt(part: string, { digest, sizeBytes }: BlobName): Promise<void> {
    if ((await stat(part)).size !== sizeBytes) throw unready('agent.image', 'the copy is not as long as the layer');
    const file = await open(part, 'r+');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(part, this.#fileOf(digest));
    this.#touch(digest, sizeBytes);
    this.#options.onChange();
  }
}

/** The last bytes are given only when all of them fit the digest. */
async function* verified(file: string, digest: string, fromByte: number): AsyncGenerator<Buffer, void, void> {
  const hash = createHash('sha256');
  let at = 0;
  let held: Buffer | null = null;
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    const wanted = chunk.subarray(Math.max(0, fromByte - at));
    at += chunk.length;
    if (wanted.length === 0) continue;
    if (held !== null) yield held;
    held = wanted;
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw unready('agent.image', 'its bytes are not what its name says');
  if (held !== null) yield held;
}
