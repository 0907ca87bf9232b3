// Pulls that are under way. They run beside the loop, so that a slow image delays nothing else, and end when the image is no
// longer wanted.
import { asAppError, type AppError } from '#base/errors.ts';
import type { RegistryCredential } from '#domain/registry-credential.ts';
import type { Engine, PullProgress } from './engine.ts';

export interface ImagePulls {
  readonly images: ReadonlySet<string>;
  progressOf(image: string): PullProgress | null;
  /** Of all pulls since the last `startCounting`, those that ended included. */
  readonly transferred: PullProgress;
  startCounting(): void;
  begin(image: string, credential: RegistryCredential | null): void;
  cancel(image: string): void;
  cancelAll(): void;
}

export interface ImagePullsOptions {
  readonly engine: Engine;
  /** Called when a pull ended, with its error unless it was cancelled or succeeded. */
  readonly onEnd: (image: string, error: AppError | null) => void;
}

export function createImagePulls({ engine, onEnd }: ImagePullsOptions): ImagePulls {
  const running = new Map<string, { readonly abort: AbortController; progress: PullProgress }>();
  const counted = new Map<string, PullProgress>();

  async function pull(image: string, credential: RegistryCredential | null): Promise<void> {
    const abort = new AbortController();
    const entry = { abort, progress: { doneBytes: 0, totalBytes: 0 } };
    running.set(image, entry);
    let error: AppError | null = null;
    try {
      await engine.pull({
        image,
        credential,
        signal: abort.signal,
        onProgress: (progress) => {
          entry.progress = progress;
          counted.set(image, progress);
        },
      });
      // What came whole was not always told to its last byte.
      const { totalBytes } = entry.progress;
      if (totalBytes > 0) counted.set(image, { doneBytes: totalBytes, totalBytes });
    } catch (thrown) {
      // A pull has no caller left to throw to; the loop records it as it records a failed step.
      if (!abort.signal.aborted) error = asAppError(thrown);
    }
    if (running.get(image) === entry) running.delete(image);
    onEnd(image, error);
  }

  function cancel(image: string): void {
    running.get(image)?.abort.abort();
    running.delete(image);
  }

  return {
    get images() {
      return new Set(running.keys());
    },
    get transferred() {
      const sums = [...counted.values()];
      return {
        doneBytes: sums.reduce((sum, { doneBytes }) => sum + doneBytes, 0),
        totalBytes: sums.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
      };
    },
    startCounting: () => counted.clear(),
    progressOf: (image) => running.get(image)?.progress ?? null,
    begin: (image, credential) => void pull(image, credential),
    cancel,
    cancelAll() {
      for (const image of Array.from(running.keys())) cancel(image);
    },
  };
}
