// Pulls that are under way. They run beside the loop, so that a slow image delays nothing else, and end when the image is no
// longer wanted.
import type { Clock } from '#base/clock.ts';
import { asAppError, type AppError } from '#base/errors.ts';
import type { RegistryCredential } from '#domain/manifests/registry-credential.ts';
import type { Engine, PullProgress, Transferred } from './engine.ts';
import { createTransferCount, type TransferCount } from './transfer-count.ts';

export interface ImagePulls {
  readonly images: ReadonlySet<string>;
  progressOf(image: string): PullProgress | null;
  /** Of all pulls since the last `startCounting`, those that ended included. */
  readonly transferred: Transferred;
  /** `before`: bytes that came for the same attempt in an earlier life of the agent. */
  startCounting(before: number): void;
  begin(image: string, credential: RegistryCredential | null): void;
  cancel(image: string): void;
  cancelAll(): void;
}

export interface PullEnd {
  readonly image: string;
  /** null: it is there, or nobody wants it any more. */
  readonly error: AppError | null;
  readonly isCancelled: boolean;
  readonly doneBytes: number;
  readonly tookMs: number;
}

export interface ImagePullsOptions {
  readonly engine: Engine;
  /** Who obtains an image; the engine when not given. */
  readonly pull?: Engine['pull'] | undefined;
  readonly clock: Clock;
  readonly onEnd: (end: PullEnd) => void;
  /** More has come; at most once a second, and about once a percent. */
  readonly onProgress: (transferred: Transferred) => void;
}

const tellEveryMs = 1_000;

export function createImagePulls(options: ImagePullsOptions): ImagePulls {
  const { engine, clock, onEnd, onProgress } = options;
  const obtain = options.pull ?? ((request) => engine.pull(request));
  const running = new Map<string, AbortController>();
  const count = createTransferCount();
  const telling = createTelling({ clock, count, onProgress });

  async function pull(image: string, credential: RegistryCredential | null): Promise<void> {
    const abort = new AbortController();
    running.set(image, abort);
    const startedMs = clock.monotonicMs();
    let error: AppError | null = null;
    try {
      await obtain({
        image,
        credential,
        signal: abort.signal,
        onProgress: (progress) => {
          count.heard(image, progress);
          telling.soon();
        },
      });
      count.cameWhole(image);
    } catch (thrown) {
      // A pull has no caller left to throw to; the loop records it as it records a failed step.
      if (!abort.signal.aborted) error = asAppError(thrown);
    }
    if (running.get(image) === abort) running.delete(image);
    const { doneBytes } = count.sumOf(image);
    onEnd({ image, error, isCancelled: abort.signal.aborted, doneBytes, tookMs: clock.monotonicMs() - startedMs });
  }

  function cancel(image: string): void {
    running.get(image)?.abort();
    running.delete(image);
  }

  return {
    get images() {
      return new Set(running.keys());
    },
    get transferred() {
      return count.sum;
    },
    startCounting(before) {
      count.startAnew(before);
      telling.startAnew(before);
    },
    progressOf: (image) => (running.has(image) ? count.sumOf(image) : null),
    begin: (image, credential) => void pull(image, credential),
    cancel,
    cancelAll() {
      for (const image of Array.from(running.keys())) cancel(image);
      telling.cancel();
    },
  };
}

function createTelling(parts: Pick<ImagePullsOptions, 'clock' | 'onProgress'> & { readonly count: TransferCount }) {
  const { clock, count, onProgress } = parts;
  let toldBytes = 0;
  let cancel: (() => void) | null = null;
  return {
    soon(): void {
      cancel ??= clock.after(tellEveryMs, () => {
        cancel = null;
        const { sum } = count;
        const worthBytes = Math.max(sum.totalBytes, sum.doneBytes) / 100;
        if (sum.doneBytes === toldBytes || sum.doneBytes - toldBytes < worthBytes) return;
        toldBytes = sum.doneBytes;
        onProgress(sum);
      });
    },
    startAnew(before: number): void {
      toldBytes = before;
    },
    cancel(): void {
      cancel?.();
      cancel = null;
    },
  };
}
