// One part from a registry into the store: it goes on where it broke off, and what is not its digest is never kept.
import { AppError, refused, unready } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { persist, type Patience } from './fetch-retry.ts';
import type { RegistryClient } from './fetch-registry.ts';
import type { PartCounter } from './image-progress.ts';
import type { BlobUpload, ImageBlobs } from './image-store.ts';

export interface WantedPart {
  readonly digest: Digest;
  readonly bytes: number;
}

interface FetchBlobNeeds {
  readonly blobs: Pick<ImageBlobs, 'begin'>;
  readonly client: RegistryClient;
  readonly patience: Patience;
  readonly counter: PartCounter;
  readonly signal: AbortSignal;
}

/** @throws refused, unready `image.registry`; what the store throws */
export async function fetchBlob(needs: FetchBlobNeeds, part: WantedPart): Promise<void> {
  for (let round = 0; ; round++) {
    const upload = await needs.blobs.begin();
    try {
      await persist(needs.patience, () => goOn(needs, part, upload), {
        signal: needs.signal,
        reached: () => upload.offset,
      });
      await upload.finish(part.digest);
      return;
    } catch (error) {
      // Bytes may be damaged on their way once; twice, it is the registry.
      if (!(error instanceof AppError) || error.code !== 'image.digest') throw error;
      if (round > 0) throw otherBytes(needs.client, part, error);
      needs.counter.restart(part);
    } finally {
      await upload.cancel();
    }
  }
}

async function goOn({ client, counter, signal }: FetchBlobNeeds, part: WantedPart, upload: BlobUpload): Promise<void> {
  if (upload.offset < part.bytes || part.bytes === 0) {
    const content = await client.blob(part.digest, upload.offset, signal);
    const rest = atMost(content, part.bytes - upload.offset, () => otherBytes(client, part));
    await upload.write(counter.count(part, rest), signal);
  }
  if (upload.offset < part.bytes)
    throw unready(
      'image.registry',
      `'${client.registry}' ended ${part.digest} after ${upload.offset} of ${part.bytes} bytes: try again later.`,
    );
}

async function* atMost(
  source: AsyncIterable<Uint8Array>,
  bytes: number,
  error: () => Error,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = bytes;
  for await (const chunk of source) {
    left -= chunk.byteLength;
    if (left < 0) throw error();
    yield chunk;
  }
}

function otherBytes({ registry }: RegistryClient, { digest, bytes }: WantedPart, cause?: unknown): AppError {
  return refused(
    'image.registry',
    `'${registry}' gives other bytes for ${digest} than its digest and its ${bytes} bytes: push the image there anew.`,
    { cause },
  );
}
