// A layout as a tar, made while it is read: nothing of it is held, and nothing lies on a disk in between.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import type { ExportFile, ExportPlan } from './export-plan.ts';
import { countParts, type ProgressListener } from './image-progress.ts';
import type { ImageStore } from './image-store.ts';

export interface ExportStreaming {
  readonly store: Pick<ImageStore, 'blobs'>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** A part that turns out damaged ends it with an error, so that nobody takes it for whole. */
export async function* layoutTar(
  plan: ExportPlan,
  streaming: ExportStreaming,
): AsyncGenerator<Uint8Array, void, undefined> {
  const packing = pack();
  const failed: Error[] = [];
  const filling = fill(packing, plan, streaming).then(
    () => packing.finalize(),
    (error: Error) => {
      failed.push(error);
      packing.destroy(error);
    },
  );
  try {
    yield* packing as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    // The stream's own error may be a later one than what ended it.
    throw failed[0] ?? error;
  } finally {
    packing.destroy();
    await filling;
  }
  if (failed[0] !== undefined) throw failed[0];
}

async function fill(packing: Pack, plan: ExportPlan, streaming: ExportStreaming): Promise<void> {
  const mtime = new Date(0);
  for (const folder of ['blobs/', 'blobs/sha256/']) packing.entry({ name: folder, type: 'directory', mtime });
  const contents = contentsOf(plan, streaming);
  for (const file of plan.files) {
    streaming.signal?.throwIfAborted();
    const sink = packing.entry({ name: file.name, size: file.bytes, mtime, mode: 0o644 });
    await pipeline(await contents(file), sink as unknown as NodeJS.WritableStream);
  }
}

/** The bytes of each file, counted where they are a part. */
export function contentsOf(
  { files, totalBytes }: ExportPlan,
  { store, onProgress }: ExportStreaming,
): (file: ExportFile) => Promise<AsyncIterable<Uint8Array>> {
  const parts = files.filter((file) => 'digest' in file).length;
  const partBytes = files.reduce((sum, file) => ('digest' in file ? sum + file.bytes : sum), 0);
  const counter = countParts({ parts, totalBytes: Math.min(partBytes, totalBytes) }, onProgress);
  return async (file) => {
    if ('content' in file) return Readable.from([file.content]);
    return counter.count(file, await store.blobs.open(file.digest));
  };
}
