// Fetches a layer from the neighbour that the hub named. The neighbour may be anything: its certificate is checked before it is told
// anything, what it announces must be what is due, and it must be quick enough to be worth it. Its bytes are checked by whoever reads.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import type { Clock } from '#base/clock.ts';
import { unready, type AppError } from '#base/errors.ts';
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import {
  decoded,
  fingerprintOf,
  isFingerprint,
  siblingDeviceHeader,
  siblingFingerprintHeader,
  siblingTicketHeader,
  type SiblingFault,
} from '#contract/sibling-headers.ts';
import type { BlobAsk } from './image-source.ts';
import type { SiblingIdentity } from './sibling-identity.ts';

/** Whom the hub named. */
export interface NamedSibling {
  readonly deviceId: DeviceId;
  readonly host: string;
  readonly port: number;
  readonly fingerprint: string;
  readonly ticket: string;
}

export interface SiblingFetchOptions {
  readonly identity: SiblingIdentity;
  readonly clock: Clock;
  /** The neighbour failed; the hub is to hear it. */
  readonly onFault: (fault: SiblingFault) => void;
}

/** Until the first byte; and over so long at least so many come, measured only while they are waited for. */
const firstMs = 10_000;
const windowMs = 10_000;
const leastBytes = 320 * 1024;
const lookMs = 1_000;

/** Null: the hub's answer names nobody that can be asked. */
export function namedSibling(headers: IncomingHttpHeaders): NamedSibling | null {
  const text = (name: string): string => (typeof headers[name] === 'string' ? headers[name] : '');
  const [, host = '', port = ''] =
    /^https:\/\/(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})\/blobs\/sha256:[0-9a-f]{64}$/
      .exec(text('location'))
      ?.filter((part) => part !== undefined) ?? [];
  const deviceId = decoded(text(siblingDeviceHeader));
  const fingerprint = text(siblingFingerprintHeader);
  if (isIP(host) === 0 || !isDeviceId(deviceId) || !isFingerprint(fingerprint)) return null;
  return { deviceId, host, port: Number(port), fingerprint, ticket: text(siblingTicketHeader) };
}

/** @throws unready `agent.image` when it does not give what is due. */
export async function fetchFromSibling(
  sibling: NamedSibling,
  ask: BlobAsk,
  options: SiblingFetchOptions,
): Promise<Readable> {
  const due = ask.sizeBytes - ask.fromByte;
  const timely = new AbortController();
  const cancelTimer = options.clock.after(firstMs, () => timely.abort());
  const signal = AbortSignal.any([ask.signal, timely.signal]);
  try {
    const socket = await connected(sibling, signal, options.identity);
    const answer = await answerOf(sibling, socket, ask, signal);
    const fault = faultOf(answer, ask.fromByte, due);
    if (fault === null)
      return Readable.from(watched(answer, { due, signal: ask.signal }, options), { objectMode: false });
    answer.destroy();
    throw failed(sibling, fault, `answered ${answer.statusCode}`);
  } catch (error) {
    // What went wrong with it is the hub's to know, who hears it if the layer is asked for again.
    const fault = error instanceof SiblingFailed ? error.fault : 'gone';
    options.onFault(fault);
    throw unready('agent.image', `the neighbour ${sibling.deviceId} is no help (${fault})`, { cause: error });
  } finally {
    cancelTimer();
  }
}

class SiblingFailed extends Error {
  readonly fault: SiblingFault;

  constructor(fault: SiblingFault, message: string) {
    super(message);
    this.name = 'SiblingFailed';
    this.fault = fault;
  }
}

function failed({ deviceId }: NamedSibling, fault: SiblingFault, what: string): SiblingFailed {
  return new SiblingFailed(fault, `${deviceId} ${what}`);
}

async function connected(sibling: NamedSibling, signal: AbortSignal, identity: SiblingIdentity): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const { host, port } = sibling;
  const socket = connect({
    host,
    port,
    key: identity.privateKeyPem,
    cert: identity.certificatePem,
    minVersion: 'TLSv1.3',
    // Nobody signed it: the hub has told which one it is.
    rejectUnauthorized: false,
  });
  const onAbort = (): void => void socket.destroy(failed(sibling, 'gone', 'did not answer'));
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', onAbort));
  socket.once('error', reject);
  socket.once('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined && fingerprintOf(certificate.fingerprint256) === sibling.fingerprint) resolve(socket);
    else socket.destroy(failed(sibling, 'gone', 'is somebody else'));
  });
  return promise;
}

function answerOf(
  { host, ticket }: NamedSibling,
  socket: TLSSocket,
  { digest, fromByte }: BlobAsk,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const range = fromByte > 0 ? { range: `bytes=${fromByte}-` } : {};
  const headers = { host, [siblingTicketHeader]: ticket, ...range };
  const request = httpRequest({ path: `/blobs/${digest}`, headers, createConnection: () => socket });
  const onAbort = (): void => void request.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  request.on('error', reject);
  request.on('response', (answer) => {
    // Whoever reads it hears of it; one that was put away may still fail.
    answer.on('error', () => undefined);
    resolve(answer);
  });
  request.end();
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}

function faultOf({ statusCode, headers }: IncomingMessage, fromByte: number, due: number): SiblingFault | null {
  if (statusCode === 503) return 'busy';
  if (statusCode !== (fromByte > 0 ? 206 : 200)) return 'gone';
  const begins = fromByte === 0 || headers['content-range']?.startsWith(`bytes ${fromByte}-`) === true;
  // Without a length there would be no end to it.
  return begins && headers['content-length'] === String(due) ? null : 'wrong';
}

/** The bytes, until they come too slowly or not at all. */
async function* watched(
  answer: IncomingMessage,
  { due, signal }: { readonly due: number; readonly signal: AbortSignal },
  { clock, onFault }: SiblingFetchOptions,
): AsyncGenerator<Buffer, void, void> {
  let came = 0;
  let isTheirTurn = true;
  const pace = new Pace(clock, () => answer.destroy());
  const onAbort = (): void => void answer.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      pace.came(chunk.length);
      came += chunk.length;
      isTheirTurn = false;
      yield chunk;
      isTheirTurn = true;
      pace.waiting();
    }
    if (came < due) throw brokenOff(came, due);
  } catch (error) {
    // The receiver goes on with the rest elsewhere. One that gave up waiting says no more than that it waited, and one that
    // breaks off by itself says nothing of the neighbour.
    if (isTheirTurn) onFault(pace.isTooSlow || signal.aborted ? 'slow' : 'gone');
    throw error;
  } finally {
    pace.end();
    signal.removeEventListener('abort', onAbort);
    answer.destroy();
  }
}

/** How quickly bytes come while they are waited for. */
class Pace {
  readonly #clock: Clock;
  readonly #onTooSlow: () => void;
  #since: number | null;
  #waitedMs = 0;
  #bytes = 0;
  #cancelTimer: () => void;
  isTooSlow = false;

  constructor(clock: Clock, onTooSlow: () => void) {
    this.#clock = clock;
    this.#onTooSlow = onTooSlow;
    this.#since = clock.monotonicMs();
    this.#cancelTimer = clock.after(lookMs, () => this.#look());
  }

  came(bytes: number): void {
    this.#bytes += bytes;
    this.#count();
    this.#since = null;
  }

  waiting(): void {
    this.#since = this.#clock.monotonicMs();
  }

  end(): void {
    this.#cancelTimer();
  }

  #look(): void {
    this.#count();
    this.#cancelTimer = this.#clock.after(lookMs, () => this.#look());
  }

  #count(): void {
    if (this.#since === null) return;
    const now = this.#clock.monotonicMs();
    this.#waitedMs += now - this.#since;
    this.#since = now;
    if (this.#waitedMs < windowMs) return;
    if (this.#bytes < leastBytes) {
      this.isTooSlow = true;
      this.#onTooSlow();
    }
    [this.#waitedMs, this.#bytes] = [0, 0];
  }
}

function brokenOff(came: number, due: number): AppError {
  return unready('agent.image', `the neighbour broke off after ${came} of ${due} bytes`);
}
