// A file that a browser sends: it lies on the hub's disk until it is imported, for what is in it is told at its end, or anywhere.
// INVARIANT: it is gone when the work with it has ended, however that went, and at the latest at the next start.
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { randomUUID } from 'node:crypto';
import { AppError, asAppError, unready } from '#base/errors.ts';
import { codeOf } from './blob-files.ts';
import { bytesText } from './bytes-text.ts';

export interface IncomingFiles {
  /** Removes what the hub left when it ended last. */
  prepare(): Promise<void>;
  /**
   * Receives the file, then works with it. Sentences about it name it as its sender does.
   * @throws unready `store.full`, `image.archive` when it did not come whole, and whatever `work` throws
   */
  receive<T>(
    file: {
      readonly name: string;
      readonly source: AsyncIterable<Uint8Array>;
      /** A person takes it back. */
      readonly signal: AbortSignal;
      /** Its sender is gone. */
      readonly closed: AbortSignal;
      readonly onBytes: (doneBytes: number) => void;
    },
    work: (path: string) => Promise<T>,
  ): Promise<T>;
}

export function incomingFiles(dir: string): IncomingFiles {
  return {
    async prepare() {
      await rm(dir, { recursive: true, force: true });
      await mkdir(dir, { recursive: true, mode: 0o700 });
    },
    async receive({ name, source, signal, closed, onBytes }, work) {
      const path = join(dir, randomUUID());
      try {
        await write(path, counted(source, onBytes), { name, signal, closed });
        return await work(path);
      } catch (thrown) {
        // Nobody knows the path, for it is ours.
        throw named(asAppError(thrown), path, name);
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}

async function* counted(source: AsyncIterable<Uint8Array>, onBytes: (doneBytes: number) => void) {
  let doneBytes = 0;
  for await (const chunk of source) {
    yield chunk;
    doneBytes += chunk.byteLength;
    onBytes(doneBytes);
  }
}

async function write(
  path: string,
  source: AsyncIterable<Uint8Array>,
  { name, signal, closed }: { readonly name: string; readonly signal: AbortSignal; readonly closed: AbortSignal },
): Promise<void> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(source, file, { signal: AbortSignal.any([signal, closed]) });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AppError) throw cause;
    const written = bytesText(file.bytesWritten);
    // Only here it is known what stood in the way: the disk, or the sender.
    if (['ENOSPC', 'EDQUOT'].includes(String(codeOf(cause))))
      throw unready(
        'store.full',
        `The disk was full after ${written} of '${name}': free some of it, or delete images and collect.`,
        { cause },
      );
    throw unready(
      'image.archive',
      `'${name}' ended after ${written}, before it was whole: the page that sent it was closed or reloaded. Send it again.`,
      { cause },
    );
  }
}

function named(error: AppError, path: string, name: string): AppError {
  if (!error.message.includes(path)) return error;
  return new AppError(error.kind, error.code, error.message.replaceAll(path, name), { cause: error });
}
