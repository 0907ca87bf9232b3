// Manifests: given out, taken in, deleted.
import { refused, type AppError } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { isTag } from '#domain/manifests/image-name.ts';
import { digestOf } from './blob-hash.ts';
import { largestDocumentBytes } from './image-document.ts';
import { bodyOf, contentLengthOf, requireDigest, type Exchange, type RoutesParts } from './registry-exchange.ts';

/** `GET` and `HEAD /v2/<name>/manifests/<reference>`. */
export function sendManifest(
  { request, reply, puller }: Exchange,
  { access }: RoutesParts,
  repository: string,
  reference: string,
): void {
  const { digest, mediaType, content } = access.manifest(puller, repository, reference);
  void reply.headers({
    'docker-content-digest': digest,
    'content-type': mediaType,
    'content-length': content.byteLength,
    etag: `"${digest}"`,
  });
  void (request.method === 'HEAD' ? reply.send() : reply.send(Buffer.from(content)));
}

/** `PUT /v2/<name>/manifests/<reference>`. */
export async function takeManifest(
  { request, reply, puller }: Exchange,
  { images, access }: RoutesParts,
  repository: string,
  reference: string,
): Promise<void> {
  const actor = access.requireService(puller);
  const expected = expectedOf(reference);
  const content = await wholeBody(request);
  if (expected !== null && digestOf(content) !== expected)
    throw refused(
      'image.digest',
      `The manifest has the digest ${digestOf(content)} and not ${expected}: send it again.`,
    );
  const mediaType = request.headers['content-type'] ?? '';
  const tag = expected === null ? reference : null;
  const { digest, subject } = images.manifests.put({ repository, tag, mediaType, content, actor });
  void reply.headers({ location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest });
  if (subject !== null) void reply.header('oci-subject', subject);
  void reply.code(201).send();
}

/** `DELETE /v2/<name>/manifests/<reference>`: a tag alone, or by digest the manifest with its tags. */
export function deleteManifest(
  { reply, puller }: Exchange,
  { images, access }: RoutesParts,
  repository: string,
  reference: string,
): void {
  const actor = access.requireService(puller);
  expectedOf(reference);
  images.manifests.remove(repository, reference, actor);
  void reply.code(202).send();
}

/** Null: it is a tag. @throws refused `image.digest`, `image.name` */
function expectedOf(reference: string): Digest | null {
  if (isTag(reference)) return null;
  // No tag has a colon, and every digest has.
  if (reference.includes(':')) return requireDigest(reference);
  throw refused(
    'image.name',
    `'${reference.slice(0, 200)}' cannot be a tag: use letters, digits, _ . - (at most 128, none of . - first).`,
  );
}

async function wholeBody(request: Exchange['request']): Promise<Buffer> {
  if ((contentLengthOf(request) ?? 0) > largestDocumentBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.byteLength;
    if (bytes > largestDocumentBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): AppError {
  return refused(
    'request.too-large',
    `A manifest has at most ${largestDocumentBytes / 1024 / 1024} MB: put content into layers.`,
  );
}
