// One blob on its way to one device: in the line, sent at its share, stalled and back in the line, over.
import { Transform, type Readable, type TransformCallback, pipeline } from 'node:stream';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { PullRow } from '#contract/image-shares.ts';
import type { ByteTaker } from './share-budget.ts';
import type { Puller } from './share-line.ts';

export interface PullParts {
  readonly clock: Clock;
  readonly deviceId: DeviceId | null;
  readonly digest: string;
  readonly totalBytes: number;
  /** It needs a slot: it is no person's, and not one of a device's few small ones. */
  readonly isQueued: boolean;
  /** It takes something again and has no slot. */
  readonly onBack: () => void;
  readonly onSent: (bytes: number) => void;
}

/** Over so long a receiver takes at least so much, or others get its slot. The network's own buffers hide the first of it. */
const stallMs = 10_000;
const leastBytes = 64 * 1024;
const rateMs = 3_000;

export class Pull {
  readonly #parts: PullParts;
  readonly sinceMs: number;
  /** In the line as a device; null: it is in none. */
  readonly puller: Puller | null;
  state: PullRow['state'] = 'waiting';
  isOver = false;
  #stream: PacedStream | null = null;
  #goOn: (() => void) | null = null;
  #sentBytes = 0;
  #stretch = { sinceMs: 0, bytes: 0 };
  #rate = { sinceMs: 0, bytes: 0, lastPerSecond: 0 };

  constructor(parts: PullParts, line: { isReady(): boolean; onTurn(): void }) {
    this.#parts = parts;
    this.sinceMs = parts.clock.monotonicMs();
    this.#rate = { sinceMs: this.sinceMs, bytes: 0, lastPerSecond: 0 };
    this.puller = parts.deviceId === null || !parts.isQueued ? null : { deviceId: parts.deviceId, ...line };
  }

  get deviceId(): DeviceId | null {
    return this.#parts.deviceId;
  }

  get digest(): string {
    return this.#parts.digest;
  }

  get totalBytes(): number {
    return this.#parts.totalBytes;
  }

  get isWhole(): boolean {
    return this.#sentBytes >= this.#parts.totalBytes;
  }

  /** It has a slot, or needs none. */
  begin(): void {
    this.state = 'sending';
    this.#stretch = { sinceMs: this.#parts.clock.monotonicMs(), bytes: 0 };
    const goOn = this.#goOn;
    this.#goOn = null;
    goOn?.();
  }

  pace(source: Readable, taker: ByteTaker, onClose: () => void): Readable {
    const stream = new PacedStream({
      taker,
      whenOn: (goOn) => this.#whenOn(goOn),
      onSent: (bytes) => this.#sent(bytes),
    });
    this.#stream = stream;
    // Whichever of the two breaks takes the other with it, and the paced one tells its reader.
    pipeline(source, stream, () => undefined);
    stream.once('close', onClose);
    return stream;
  }

  /** Whether the receiver took next to nothing for a while, although it was offered something. */
  hasStalled(): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.state !== 'sending' || nowMs - this.#stretch.sinceMs < stallMs) return false;
    this.#stretch = { sinceMs: nowMs, bytes: 0 };
    return this.#stream?.isOffering === true;
  }

  row(): PullRow {
    const { deviceId, digest, totalBytes } = this.#parts;
    const { state, sinceMs } = this;
    return {
      deviceId,
      digest,
      state,
      sinceMs,
      sentBytes: this.#sentBytes,
      totalBytes,
      bytesPerSecond: this.#perSecond(),
    };
  }

  #whenOn(goOn: () => void): void {
    if (this.state === 'sending') return goOn();
    this.#goOn = goOn;
    if (this.state === 'stalled') this.#parts.onBack();
  }

  #sent(bytes: number): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#sentBytes += bytes;
    this.#stretch.bytes += bytes;
    if (this.#stretch.bytes >= leastBytes) this.#stretch = { sinceMs: nowMs, bytes: 0 };
    this.#rate.bytes += bytes;
    if (nowMs - this.#rate.sinceMs >= rateMs)
      this.#rate = { sinceMs: nowMs, bytes: 0, lastPerSecond: perSecond(this.#rate, nowMs) };
    this.#parts.onSent(bytes);
  }

  #perSecond(): number {
    const nowMs = this.#parts.clock.monotonicMs();
    const isYoung = nowMs - this.#rate.sinceMs < rateMs && this.#rate.sinceMs > this.sinceMs;
    return Math.round(isYoung ? this.#rate.lastPerSecond : perSecond(this.#rate, nowMs));
  }
}

function perSecond({ sinceMs, bytes }: { readonly sinceMs: number; readonly bytes: number }, nowMs: number): number {
  return nowMs > sinceMs ? (bytes * 1_000) / (nowMs - sinceMs) : 0;
}

interface PacedParts {
  readonly taker: ByteTaker;
  readonly whenOn: (goOn: () => void) => void;
  readonly onSent: (bytes: number) => void;
}

/** The bytes as they came while nothing is limited; else in pieces, each when it may go. */
class PacedStream extends Transform {
  readonly #parts: PacedParts;

  constructor(parts: PacedParts) {
    super();
    this.#parts = parts;
  }

  /** Something lies here that its reader does not take; what waits for the budget is not that. */
  get isOffering(): boolean {
    return this.readableLength > 0 && !this.#parts.taker.isWaiting;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#parts.whenOn(() => this.#pass(chunk, done));
  }

  #pass(chunk: Buffer, done: TransformCallback): void {
    if (this.destroyed) return;
    const { taker, whenOn, onSent } = this.#parts;
    const pieceBytes = taker.pieceBytes();
    if (pieceBytes === null || chunk.length === 0) {
      onSent(chunk.length);
      return done(null, chunk);
    }
    const piece = chunk.subarray(0, pieceBytes);
    taker.take(piece.length, () => {
      onSent(piece.length);
      if (piece.length === chunk.length) return done(null, piece);
      this.push(piece);
      whenOn(() => this.#pass(chunk.subarray(piece.length), done));
    });
  }
}
