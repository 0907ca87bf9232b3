// The digest of bytes, at once or as they come.
import { createHash } from 'node:crypto';
import type { Digest } from '#domain/manifests/image-digest.ts';

export function digestOf(content: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}` as Digest;
}

export async function hashOf(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of source) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return `sha256:${hash.digest('hex')}` as Digest;
}
