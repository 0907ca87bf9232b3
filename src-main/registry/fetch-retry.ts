// Patience with registries: what may pass is tried again after a while, as long as it gets further or a few times without.
import { jitteredBackoffMs } from '#base/backoff.ts';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';

export interface Patience {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

/** How long a registry asked us to wait; goes as the cause of the error that tells of it. */
export class AskedToWait {
  readonly waitMs: number;
  constructor(waitMs: number) {
    this.waitMs = waitMs;
  }
}

const mostTries = 5;
const shape = { firstMs: 500, limitMs: 15_000 };
const longestWaitMs = 60_000;

/** `reached`: how far it got; a try that gets further counts as the first. */
export async function persist<T>(
  { clock, random }: Patience,
  work: () => Promise<T>,
  { signal, reached = () => 0 }: { readonly signal?: AbortSignal | undefined; readonly reached?: () => number } = {},
): Promise<T> {
  let tries = 0;
  for (;;) {
    const before = reached();
    try {
      return await work();
    } catch (error) {
      // What is refused, or is no matter of the registry, is not tried again.
      if (!(error instanceof AppError) || error.kind !== 'unready' || error.code !== 'image.registry') throw error;
      tries = reached() > before ? 1 : tries + 1;
      if (tries >= mostTries || signal?.aborted === true) throw error;
      const asked = error.cause instanceof AskedToWait ? error.cause.waitMs : 0;
      if (asked > longestWaitMs) throw error;
      await pause(clock, Math.max(asked, jitteredBackoffMs(tries - 1, shape, random())), signal);
    }
  }
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', end);
      resolve();
    });
    signal?.addEventListener('abort', end, { once: true });
  });
}
