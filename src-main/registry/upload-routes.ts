// Blobs coming in: in one request, in two, in chunks that continue where the last one ended, or mounted from another repository.
import { refused } from '#base/errors.ts';
import { isDigest } from '#domain/manifests/image-digest.ts';
import { chunkRange } from './byte-range.ts';
import type { BlobUpload } from './image-store.ts';
import {
  bodyOf,
  contentLengthOf,
  queryOf,
  requireDigest,
  type Exchange,
  type RoutesParts,
} from './registry-exchange.ts';

/** Upload id → its repository: one cannot be gone on with elsewhere. */
export type UploadPlaces = Map<string, string>;

/** A peer that sends nothing for so long is gone; what came of it waits for it. */
const longestStallMs = 60_000;

interface UploadRoutes extends RoutesParts {
  readonly places: UploadPlaces;
}

/** `POST /v2/<name>/blobs/uploads/`, with `?digest=` the whole blob, with `?mount=` one that is here. */
export async function beginUpload(exchange: Exchange, parts: UploadRoutes, repository: string): Promise<void> {
  const { request, reply, puller } = exchange;
  const { images, access, places } = parts;
  access.requireService(puller);
  const { mount = '', from, digest } = queryOf(request);
  const isHere = isDigest(mount) && images.blobs.sizeOf(mount) !== null;
  if (isHere && (from === undefined || images.links.has(from, mount))) {
    images.links.add(repository, mount);
    return sendCreated(exchange, repository, mount);
  }
  const expected = digest === undefined ? null : requireDigest(digest);
  const declared = contentLengthOf(request);
  const release = await images.reserve(expected === null ? 0 : (declared ?? 0));
  try {
    const upload = await images.blobs.begin();
    places.set(upload.id, repository);
    if (expected !== null) return await finish(exchange, parts, { upload, repository, digest: expected });
    sendProgress(reply.code(202), upload, repository);
  } finally {
    release();
  }
}

/** `GET`, `PATCH`, `PUT` and `DELETE /v2/<name>/blobs/uploads/<id>`. */
export async function continueUpload(
  exchange: Exchange,
  parts: UploadRoutes,
  repository: string,
  id: string,
): Promise<void> {
  const { request, reply, puller } = exchange;
  const { images, access, places } = parts;
  access.requireService(puller);
  const upload = places.get(id) === repository ? images.blobs.resume(id) : undefined;
  if (upload === undefined) {
    places.delete(id);
    throw refused('image.unknown', `There is no upload '${id.slice(0, 100)}' in '${repository}': begin it anew.`);
  }
  switch (request.method) {
    case 'PATCH':
      await receive(exchange, upload, repository);
      return sendProgress(reply.code(202), upload, repository);
    case 'PUT': {
      const digest = requireDigest(queryOf(request)['digest'] ?? '');
      return finish(exchange, parts, { upload, repository, digest });
    }
    case 'DELETE':
      await upload.cancel();
      places.delete(id);
      return void reply.code(204).send();
    default:
      return sendProgress(reply.code(204), upload, repository);
  }
}

interface Finishing {
  readonly upload: BlobUpload;
  readonly repository: string;
  readonly digest: ReturnType<typeof requireDigest>;
}

async function finish(
  exchange: Exchange,
  parts: UploadRoutes,
  { upload, repository, digest }: Finishing,
): Promise<void> {
  await receive(exchange, upload, repository);
  await upload.finish(digest);
  parts.places.delete(upload.id);
  parts.images.links.add(repository, digest);
  sendCreated(exchange, repository, digest);
}

/** The body goes on where the upload is; a chunk that says it lies elsewhere is refused before a byte of it is read. */
async function receive({ request, reply }: Exchange, upload: BlobUpload, repository: string): Promise<void> {
  const header = request.headers['content-range'];
  const range = header === undefined ? undefined : chunkRange(header);
  const declared = contentLengthOf(request);
  if (range === null || (range !== undefined && declared !== null && range.last - range.first + 1 !== declared))
    throw refused(
      'image.upload',
      'The Content-Range of the chunk is not its first and last byte (such as 0-1023), or does not fit its length.',
    );
  if (range !== undefined && range.first !== upload.offset) {
    void reply.headers(progressOf(upload, repository));
    throw refused(
      'request.range',
      `The upload has ${upload.offset} bytes and the chunk begins at ${range.first}: go on where it ended.`,
    );
  }
  request.raw.setTimeout(longestStallMs, () => request.raw.destroy());
  await upload.write(bodyOf(request));
}

function progressOf({ id, offset }: BlobUpload, repository: string): Record<string, string> {
  return {
    location: `/v2/${repository}/blobs/uploads/${id}`,
    range: `0-${Math.max(offset - 1, 0)}`,
    'docker-upload-uuid': id,
  };
}

function sendProgress(reply: Exchange['reply'], upload: BlobUpload, repository: string): void {
  void reply.headers(progressOf(upload, repository)).send();
}

function sendCreated({ reply }: Exchange, repository: string, digest: string): void {
  const location = `/v2/${repository}/blobs/${digest}`;
  void reply.code(201).headers({ location, 'docker-content-digest': digest }).send();
}
