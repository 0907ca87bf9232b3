// Blobs going out, whole or in part, and taken out of a repository.
import type { OutgoingHttpHeaders } from 'node:http';
import { refused } from '#base/errors.ts';
import { sendStream } from './blob-sending.ts';
import { askedRange } from './byte-range.ts';
import { requireDigest, type Exchange, type RoutesParts } from './registry-exchange.ts';
import { createStretchBuffers } from './stretch-buffers.ts';

/** A peer that reads nothing for so long is gone. */
const longestStallMs = 120_000;

/** `GET` and `HEAD /v2/<name>/blobs/<digest>`. */
export async function sendBlob(
  { request, reply, puller }: Exchange,
  { images, access, shares }: RoutesParts,
  repository: string,
  reference: string,
): Promise<void> {
  const digest = requireDigest(reference);
  access.requireBlob(puller, repository, digest);
  const size = images.blobs.sizeOf(digest);
  if (size === null || (puller.kind === 'service' && !images.links.has(repository, digest)))
    throw refused('image.unknown', `'${repository}' has no blob ${digest} here: push or import it first.`);
  const range = askedRange(request.headers.range, size);
  void reply.headers({
    'docker-content-digest': digest,
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    // By its digest it never changes.
    etag: `"${digest}"`,
    'cache-control': 'max-age=31536000, immutable',
  });
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${size}`);
    throw refused('request.range', `The blob ${digest} has ${size} bytes: ask for a range within them.`);
  }
  const part = range ?? { first: 0, last: size - 1 };
  void reply.header('content-length', part.last - part.first + 1).code(range === null ? 200 : 206);
  if (range !== null) void reply.header('content-range', `bytes ${range.first}-${range.last}/${size}`);
  if (request.method === 'HEAD') return void reply.send();
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const turn = await shares?.enter({
    deviceId: puller.kind === 'device' ? puller.deviceId : null,
    digest,
    bytes: part.last - part.first + 1,
    headers: request.headers,
    signal: gone.signal,
    onWaiting: () => reply.raw.writeProcessing(),
  });
  if (turn?.kind === 'sibling') {
    for (const name of ['content-length', 'content-range']) void reply.removeHeader(name);
    return void reply.headers(turn.headers).code(307).send();
  }
  const buffers = createStretchBuffers();
  const blob = await images.blobs.open(digest, size === 0 ? undefined : part, buffers);
  reply.raw.setTimeout(longestStallMs, () => {
    // Whoever stands in the line again reads nothing through no fault of its own.
    if (turn?.isInLine !== true) reply.raw.destroy();
  });
  // Past fastify, whose way of sending a stream knows nothing of memory that is lent.
  reply.hijack();
  const headers = { ...(reply.getHeaders() as OutgoingHttpHeaders), ...turn?.headers };
  reply.raw.writeHead(reply.statusCode, headers);
  sendStream(turn === undefined ? blob : turn.pace(blob), reply.raw, (chunk) => buffers.giveBack(chunk));
}

/** `DELETE /v2/<name>/blobs/<digest>`: the repository shows it no more; its bytes go when nothing points at them. */
export function deleteBlob(
  { reply, puller }: Exchange,
  { images, access }: RoutesParts,
  repository: string,
  reference: string,
): void {
  access.requireService(puller);
  const digest = requireDigest(reference);
  if (!images.links.remove(repository, digest))
    throw refused('image.unknown', `'${repository}' has no blob ${digest} here: there is nothing to delete.`);
  void reply.code(202).send();
}
