// One blob from whoever has it, as far as each gives it: what broke off is asked for from where it stopped, of the next source or
// of the same one again. Progress that is measured extends the wait; a stall, or a drip too slow to matter, ends it.
// INVARIANT: the last bytes are handed on only when all of them have the digest.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { jitteredBackoffMs } from '#base/backoff.ts';
import type { Clock } from '#base/clock.ts';
import { asAppError, unready } from '#base/errors.ts';
import type { BlobName, ImageSource } from './image-source.ts';
import { StallWatch, type StallLimits } from './stall-watch.ts';

export interface BlobStreamOptions {
  readonly blob: BlobName;
  readonly sources: readonly ImageSource[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly limits: StallLimits;
  readonly signal: AbortSignal;
  /** Something happened that is worth waiting for. */
  readonly onAlive: () => void;
}

/** Wrong in a way that another try of the same sources does not mend; `isHopeless` false: one of them will not be asked again. */
export class WrongBytes extends Error {
  readonly isHopeless: boolean;

  constructor(message: string, isHopeless: boolean) {
    super(message);
    this.name = 'WrongBytes';
    this.isHopeless = isHopeless;
  }
}

const backoff = { firstMs: 500, limitMs: 10_000 };

/** @throws unready `agent.image` with the reason of the last source; `WrongBytes` when what came is not what was asked for. */
export async function* streamBlob(options: BlobStreamOptions): AsyncGenerator<Uint8Array, void, void> {
  const { blob, sources, signal } = options;
  const hash = createHash('sha256');
  const givers = new Set<ImageSource>();
  const watch = new StallWatch(options);
  let offset = 0;
  let held: Uint8Array | null = null;
  let tries = 0;
  while (offset < blob.sizeBytes) {
    const before = offset;
    const round = { reason: '', absent: 0 };
    for (const source of sources) {
      if (offset >= blob.sizeBytes) break;
      for await (const chunk of takeFrom(source, offset, { options, watch, round })) {
        if (offset + chunk.length > blob.sizeBytes)
          throw wrong(blob, `${source.name} sent more than the ${blob.sizeBytes} bytes it has`, new Set([source]));
        givers.add(source);
        hash.update(chunk);
        offset += chunk.length;
        if (held !== null) yield held;
        held = chunk;
      }
    }
    if (offset >= blob.sizeBytes) break;
    if (signal.aborted) throw unready('agent.image', 'it is wanted no more');
    if (round.absent === sources.length) throw unready('agent.image', `${namesOf(sources)} lost a part of it`);
    if (watch.isOver()) throw unready('agent.image', `${watch.why()} (${round.reason})`);
    tries = offset > before ? 0 : tries + 1;
    await pause(options, Math.max(100, jitteredBackoffMs(tries, backoff, options.random())));
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== blob.digest) throw wrong(blob, `what ${namesOf(givers)} sent is not what its digest says`, givers);
  if (held !== null) yield held;
}

interface Round {
  /** Of the last source that failed. */
  reason: string;
  /** How many sources have not got it. */
  absent: number;
}

async function* takeFrom(
  source: ImageSource,
  fromByte: number,
  parts: { readonly options: BlobStreamOptions; readonly watch: StallWatch; readonly round: Round },
): AsyncGenerator<Uint8Array, void, void> {
  const { options, watch, round } = parts;
  const { blob, signal, onAlive } = options;
  const stop = watch.open(signal);
  let stream: Readable | null = null;
  let came = fromByte;
  try {
    stream = await source.openBlob({
      ...blob,
      fromByte,
      signal: stop,
      onAlive: () => {
        watch.isAlive();
        onAlive();
      },
    });
    if (stream === null) {
      round.absent += 1;
      round.reason = `${source.name} does not have it`;
      return;
    }
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      came += next.value.length;
      // While Docker is at work nobody waits for the source.
      watch.came(next.value.length);
      onAlive();
      yield next.value;
      watch.waiting();
    }
    if (came < blob.sizeBytes) round.reason = `${source.name} stopped at byte ${came} of ${blob.sizeBytes}`;
  } catch (error) {
    // Whatever broke is asked for again, by the caller, of the next source.
    const silence = `${source.name} sent nothing for a while`;
    round.reason = stop.aborted && !signal.aborted ? silence : asAppError(error).message;
  } finally {
    watch.close();
    stream?.destroy();
  }
}

function wrong({ digest }: BlobName, message: string, givers: ReadonlySet<ImageSource>): WrongBytes {
  const areGone = [...givers].map((source) => source.distrust?.(digest) === true);
  return new WrongBytes(`${message} (${digest.slice(0, 19)}…)`, !areGone.includes(true));
}

function namesOf(sources: Iterable<ImageSource>): string {
  return [...sources].map(({ name }) => name).join(' and ');
}

function pause({ clock, signal }: BlobStreamOptions, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
