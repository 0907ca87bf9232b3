// Files of images on their way in and out, as plain HTTP beside the console's API: streamed, of any size, at the speed of whoever
// is slower. The same rules as for the API hold: asked by this listener's own page, with the session of this start.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type AppError, asAppError } from '#base/errors.ts';
import {
  type ConsoleImages,
  imageArchivePath,
  imageArchiveRequest,
  imageUploadPath,
  imageUploadRequest,
} from '#contract/console-images.ts';
import { inputProblems } from '#contract/input-problems.ts';
import type { ConsoleGate } from './console-gate.ts';

const fileType = 'application/octet-stream';

interface TransferNeeds {
  readonly images: ConsoleImages;
  readonly gate: () => ConsoleGate | null;
  readonly log: Logger;
}

export function addTransferRoutes(app: FastifyInstance, needs: TransferNeeds): void {
  // Not read here: the import takes the bytes from the socket as it can use them.
  app.addContentTypeParser(fileType, (_request, _body, done) => done(null));
  const hasSession = (request: FastifyRequest) => needs.gate()?.hasSession(request.headers.cookie) === true;
  app.post(imageUploadPath, async (request, reply) => {
    if (needs.gate()?.isOrigin(request.headers.origin) !== true || !hasSession(request))
      return refuseUnread(request, reply, 403, 'Only the page of this hub may send files.');
    if (request.headers['content-type'] !== fileType)
      return refuseUnread(request, reply, 415, `A file is sent as ${fileType}.`);
    const asked = imageUploadRequest.safeParse(request.query);
    if (!asked.success)
      return refuseUnread(request, reply, 400, `The request cannot be used: ${inputProblems(asked.error)}.`);
    return receive(request, reply, asked.data.name, needs);
  });
  app.get(imageArchivePath, async (request, reply) => {
    if (!hasSession(request)) return reply.code(403).send({ message: 'Open the console first: it has a session.' });
    const asked = imageArchiveRequest.safeParse(request.query);
    if (!asked.success)
      return reply.code(400).send({ message: `The request cannot be used: ${inputProblems(asked.error)}.` });
    // The edge of this request: what is ours to say is said.
    try {
      const { fileName, tar } = needs.images.archive(asked.data, whenClosed(reply));
      const begun = await beginningOf(tar);
      const headers = { 'content-type': 'application/x-tar', 'content-disposition': attachment(fileName) };
      return await reply.headers(headers).send(Readable.from(begun));
    } catch (thrown) {
      return refuseWith(reply, asAppError(thrown), needs.log);
    }
  });
}

async function receive(request: FastifyRequest, reply: FastifyReply, name: string, { images, log }: TransferNeeds) {
  const length = Number(request.headers['content-length']);
  // A slow disk is no dead sender.
  request.raw.socket.setTimeout(0);
  // The edge of this request: its task tells what went wrong to every page, this answer to the sender.
  try {
    const bytes = Number.isSafeInteger(length) ? length : null;
    return await images.upload({ name, bytes, source: request.raw }, whenClosed(reply));
  } catch (thrown) {
    return refuseWith(reply.header('connection', 'close'), asAppError(thrown), log);
  }
}

/** What is wrong with it shows before its first byte, as long as it can still be said. */
async function beginningOf(tar: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const chunks = tar[Symbol.asyncIterator]();
  const first = await chunks.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
}

/** Answers without taking a body that may be gigabytes long. */
function refuseUnread(request: FastifyRequest, reply: FastifyReply, status: number, message: string): FastifyReply {
  reply.raw.once('finish', () => request.raw.socket.destroySoon());
  return reply.code(status).header('connection', 'close').send({ message });
}

function refuseWith(reply: FastifyReply, error: AppError, log: Logger): FastifyReply {
  if (error.kind !== 'broken') return reply.code(error.kind === 'refused' ? 409 : 503).send({ message: error.message });
  log.error({ err: error }, 'a transfer of images failed');
  return reply.code(500).send({ message: 'The hub failed on it; its log says why.' });
}

function whenClosed(reply: FastifyReply): AbortSignal {
  const aborted = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) aborted.abort();
  });
  return aborted.signal;
}

/** RFC 6266; the name is ours, but made of what people typed. */
function attachment(fileName: string): string {
  return `attachment; filename="${fileName.replace(/[^\w.-]+/g, '-')}"`;
}
