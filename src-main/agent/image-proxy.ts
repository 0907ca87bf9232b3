// The registry that Docker on this device pulls from, on loopback, where it takes one without TLS and without a word in its settings.
// It answers GET and HEAD of what the pulls under way name, and of nothing else. Bytes pass through, checked, at the pace at which
// Docker takes them; none is kept here.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError, unready } from '#base/errors.ts';
import { streamBlob, WrongBytes } from './blob-stream.ts';
import type { BlobKeeper, BlobKeeping, BlobName, ImageSource } from './image-source.ts';
import type { ProxyOffer } from './proxy-offer.ts';
import { usualStallLimits, type StallLimits } from './stall-watch.ts';

export interface ImageProxyOptions {
  /** The first part of every name in it, which tells our names from those of other registries on loopback. */
  readonly prefix: string;
  /** Asked in turn for each blob; read anew each time. */
  readonly sources: readonly ImageSource[];
  readonly keepers?: readonly BlobKeeper[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly limits?: StallLimits;
}

export interface ImageProxy {
  /** Resolves when it listens, on a port of the system's choice; called again it does nothing. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** From here on Docker finds the image under the returned name, without tag or digest, until `close`. */
  open(offer: ProxyOffer): { readonly name: string; close(): void };
}

const host = '127.0.0.1';
const mostConnections = 128;
const registryHeaders = { 'docker-distribution-api-version': 'registry/2.0' };
const askedPath = /^\/v2\/(.{1,512})\/(manifests|blobs)\/(sha256:[0-9a-f]{64})$/;
const octets = 'application/octet-stream';

export function createImageProxy(options: ImageProxyOptions): ImageProxy {
  const { prefix, log } = options;
  const offers = new Set<ProxyOffer>();
  const server = createServer((request, response) => {
    answer(request, response, { address: address(), offers, options }).catch((error: unknown) => {
      // Docker tells of it in its own way; the connection is all that is left to end.
      log.warn({ reason: asAppError(error).message }, 'an answer to the container engine broke off');
      response.destroy();
    });
  });
  server.maxConnections = mostConnections;
  let starting: Promise<unknown> | null = null;

  function address(): string {
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw unready('agent.image', 'the image proxy does not listen');
    return `${host}:${bound.port}`;
  }

  return {
    async start() {
      starting ??= once(server.listen(0, host), 'listening');
      try {
        await starting;
      } catch (error) {
        // The next pull tries again.
        starting = null;
        throw error;
      }
    },
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    open(offer) {
      offers.add(offer);
      return { name: `${address()}/${prefix}/${offer.repository}`, close: () => offers.delete(offer) };
    },
  };
}

interface ProxyView {
  readonly address: string;
  readonly offers: ReadonlySet<ProxyOffer>;
  readonly options: ImageProxyOptions;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { address, offers, options }: ProxyView,
): Promise<void> {
  const { method, headers, url = '' } = request;
  const isRead = method === 'GET' || method === 'HEAD';
  // A page in a browser of the device may reach loopback, but not under this name.
  if (!isRead || headers.host !== address) return refuse(response);
  if (url === '/v2/') return write(response, request, { bytes: Buffer.from('{}'), type: 'application/json' });
  const [, path = '', kind = '', digest = ''] = askedPath.exec(url) ?? [];
  const here = [...offers].filter(({ repository }) => path === `${options.prefix}/${repository}`);
  if (kind === 'manifests') return answerManifest(request, response, { here, digest });
  const offer = here.find((open) => open.blobSize(digest) !== null);
  if (offer === undefined) return refuse(response);
  const small = offer.small(digest);
  if (small !== null) return write(response, request, { bytes: small, type: octets });
  const blob = { repository: offer.repository, digest, sizeBytes: offer.blobSize(digest) ?? 0 };
  return answerBlob(request, response, { offer, blob, options });
}

async function answerManifest(
  request: IncomingMessage,
  response: ServerResponse,
  { here, digest }: { readonly here: readonly ProxyOffer[]; readonly digest: string },
): Promise<void> {
  for (const offer of here) {
    const found = await offer.manifest(digest, offer.signal);
    if (found === null) continue;
    response.setHeader('docker-content-digest', digest);
    return write(response, request, { bytes: found.bytes, type: found.mediaType });
  }
  refuse(response);
}

/** A range is passed over, as any server may: what is given is checked whole, so it is given whole. */
async function answerBlob(
  request: IncomingMessage,
  response: ServerResponse,
  {
    offer,
    blob,
    options,
  }: { readonly offer: ProxyOffer; readonly blob: BlobName; readonly options: ImageProxyOptions },
): Promise<void> {
  const headers = {
    'content-length': blob.sizeBytes,
    'content-type': octets,
    'docker-content-digest': blob.digest,
    ...registryHeaders,
  };
  if (request.method === 'HEAD') {
    response.writeHead(200, headers).end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, offer.signal]);
  const { sources, clock, random, limits = usualStallLimits } = options;
  const kept = (options.keepers ?? []).flatMap((keeper) => keeper.begin(blob) ?? []);
  try {
    const onAlive = (): void => offer.isAlive();
    for await (const chunk of streamBlob({ blob, sources, clock, random, limits, signal, onAlive })) {
      if (!response.headersSent) response.writeHead(200, headers);
      for (const keeping of kept) keeping.keep(chunk);
      if (!response.write(chunk)) await drained(response);
    }
    if (!response.headersSent) response.writeHead(200, headers);
    end(kept, 'finish');
    response.end();
  } catch (error) {
    // Docker must not take what is there for the whole; why it is not goes to whoever asked Docker for it.
    end(kept, 'cancel');
    response.destroy();
    if (signal.aborted || (error instanceof WrongBytes && !error.isHopeless)) return;
    offer.failed(asAppError(error).message);
  }
}

/** Or closed: then whoever writes on learns of it from the signal. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    if (response.closed) return done();
    response.on('drain', done);
    response.on('close', done);
  });
}

function end(kept: readonly BlobKeeping[], how: 'finish' | 'cancel'): void {
  for (const keeping of kept) keeping[how]();
}

function write(
  response: ServerResponse,
  { method }: IncomingMessage,
  { bytes, type }: { readonly bytes: Buffer; readonly type: string },
): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length, ...registryHeaders });
  response.end(method === 'HEAD' ? undefined : bytes);
}

function refuse(response: ServerResponse): void {
  const body = JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN', message: 'No pull of this device names it.' }] });
  response.writeHead(404, { 'content-type': 'application/json', ...registryHeaders });
  response.end(body);
}
