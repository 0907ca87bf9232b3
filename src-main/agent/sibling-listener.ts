// The door through which neighbours fetch layers: TLS 1.3 on the address that faces the hub, and only for whoever shows a ticket of
// the hub for this blob, this device and the certificate it came with. It reads nothing but GET and HEAD, and remembers nobody.
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import { fingerprintOf, siblingTicketHeader } from '#contract/sibling-headers.ts';
import { readSiblingTicket } from '#contract/sibling-ticket.ts';
import type { LayerCache } from './sibling-cache.ts';
import type { SiblingIdentity } from './sibling-identity.ts';

export interface SiblingListenerOptions {
  readonly deviceId: string;
  /** The one by which the hub is reached. */
  readonly address: string;
  readonly identity: SiblingIdentity;
  readonly cache: Pick<LayerCache, 'sizeOf' | 'read'>;
  /** What the hub told last; null: nothing yet, and nobody is served. */
  readonly hub: () => { readonly ticketKey: KeyObject; readonly nowMs: number } | null;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface SiblingListener {
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** One more than the hub sends here at a time: its count may be behind. */
const mostAtOnce = 5;
const mostConnections = 32;
/** How far the hub's count may be off by the way it took to tell it. */
const toleranceMs = 5_000;
const handshakeMs = 5_000;
/** Over so long a receiver takes at least so much. */
const stallMs = 15_000;
const leastBytes = 64 * 1024;
const blobPath = /^\/blobs\/(sha256:[0-9a-f]{64})$/;

export function readTicketKey(spkiBase64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(spkiBase64, 'base64'), format: 'der', type: 'spki' });
}

export async function openSiblingListener(options: SiblingListenerOptions): Promise<SiblingListener> {
  const { identity, address, log } = options;
  const serving = new Set<ServerResponse>();
  const server = createServer(
    {
      key: identity.privateKeyPem,
      cert: identity.certificatePem,
      minVersion: 'TLSv1.3',
      requestCert: true,
      // Nobody signed them: the ticket names the one that may come.
      rejectUnauthorized: false,
      handshakeTimeout: handshakeMs,
      headersTimeout: handshakeMs,
      requestTimeout: handshakeMs,
      keepAliveTimeout: 1,
      maxHeaderSize: 8_192,
    },
    (request, response) => {
      answer(request, response, { options, serving }).catch((error: unknown) => {
        // Whoever was served hears it by the end of the connection, and asks the hub for the rest.
        log.debug({ reason: asAppError(error).message }, 'a neighbour was not served to the end');
        response.destroy();
      });
    },
  );
  server.maxConnections = mostConnections;
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await once(server.listen(0, address), 'listening');
  return {
    address,
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { options, serving }: { readonly options: SiblingListenerOptions; readonly serving: Set<ServerResponse> },
): Promise<void> {
  const { cache } = options;
  const [, digest = ''] = blobPath.exec(request.url ?? '') ?? [];
  response.shouldKeepAlive = false;
  // The same to all who may not, whatever is here.
  if (!['GET', 'HEAD'].includes(request.method ?? '') || !hasTicket(request, digest, options))
    return end(response, 403);
  const size = cache.sizeOf(digest);
  if (size === null) return end(response, 404);
  if (serving.size >= mostAtOnce) return end(response, 503);
  const first = Number(/^bytes=(\d{1,15})-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (first >= size) return end(response, 416);
  response.writeHead(first === 0 ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': size - first,
    ...(first === 0 ? {} : { 'content-range': `bytes ${first}-${size - 1}/${size}` }),
  });
  if (request.method === 'HEAD') return void response.end();
  serving.add(response);
  const stop = endStalled(request.socket, response, options.clock);
  try {
    await pipeline(Readable.from(cache.read(digest, first), { objectMode: false }), response);
  } finally {
    stop();
    serving.delete(response);
  }
}

function hasTicket(request: IncomingMessage, digest: string, { hub, deviceId }: SiblingListenerOptions): boolean {
  const known = hub();
  const given = request.headers[siblingTicketHeader];
  const certificate = (request.socket as TLSSocket).getPeerX509Certificate();
  if (known === null || typeof given !== 'string' || certificate === undefined) return false;
  const ticket = readSiblingTicket(given, (text, signature) =>
    verify(null, Buffer.from(text), known.ticketKey, Buffer.from(signature, 'base64url')),
  );
  return (
    ticket !== null &&
    ticket.digest === digest &&
    ticket.from === deviceId &&
    ticket.to === fingerprintOf(certificate.fingerprint256) &&
    ticket.untilMs + toleranceMs >= known.nowMs
  );
}

/** A receiver that takes nothing, or drop by drop, would hold one of the few places for ever. */
function endStalled(socket: IncomingMessage['socket'], response: ServerResponse, clock: Clock): () => void {
  let before = socket.bytesWritten;
  const look = (): (() => void) =>
    clock.after(stallMs, () => {
      if (socket.bytesWritten - before < leastBytes) return void response.destroy();
      before = socket.bytesWritten;
      cancel = look();
    });
  let cancel = look();
  return () => cancel();
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}
