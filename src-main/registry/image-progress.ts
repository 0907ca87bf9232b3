// How far an import, a fetch or an export is: measured bytes, and the part that moves right now.
import type { Digest } from '#domain/image-digest.ts';

export interface ImageProgress {
  /** In words: `part 3 of 7`. */
  readonly step: string;
  readonly doneBytes: number;
  /** Null: not known yet. */
  readonly totalBytes: number | null;
  /** Null: none moves. */
  readonly part: { readonly digest: Digest; readonly doneBytes: number; readonly bytes: number } | null;
}

export type ProgressListener = (progress: ImageProgress) => void;

export interface PartCounter {
  /** Passes the bytes of a part through, counted. */
  count(
    part: { readonly digest: Digest; readonly bytes: number },
    source: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined>;
}

/** `prefix` goes before each step: `file 2 of 3, `. */
export function countParts(
  plan: { readonly parts: number; readonly totalBytes: number; readonly prefix?: string },
  onProgress: ProgressListener = () => {},
): PartCounter {
  let begun = 0;
  let doneBytes = 0;
  return {
    async *count({ digest, bytes }, source) {
      begun += 1;
      const step = `${plan.prefix ?? ''}part ${begun} of ${plan.parts}`;
      let partBytes = 0;
      for await (const chunk of source) {
        yield chunk;
        partBytes += chunk.byteLength;
        doneBytes += chunk.byteLength;
        onProgress({
          step,
          doneBytes,
          totalBytes: plan.totalBytes,
          part: { digest, doneBytes: partBytes, bytes },
        });
      }
    },
  };
}
