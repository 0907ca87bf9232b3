// How far an import, a fetch or an export is: measured bytes, and the part that moves right now.
import type { Digest } from '#domain/manifests/image-digest.ts';

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

interface CountedPart {
  readonly digest: Digest;
  readonly bytes: number;
}

export interface PartCounter {
  /** Passes the bytes of a part through, counted; a part may come in several stretches. */
  count(part: CountedPart, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined>;
  /** What came of it counts no more: it begins anew. */
  restart(part: CountedPart): void;
}

/** `prefix` goes before each step: `file 2 of 3, `. */
export function countParts(
  plan: { readonly parts: number; readonly totalBytes: number; readonly prefix?: string },
  onProgress: ProgressListener = () => {},
): PartCounter {
  const begun = new Map<Digest, { readonly number: number; bytes: number }>();
  let doneBytes = 0;

  function stateOf({ digest }: CountedPart) {
    const known = begun.get(digest);
    if (known !== undefined) return known;
    const state = { number: begun.size + 1, bytes: 0 };
    begun.set(digest, state);
    return state;
  }

  return {
    async *count(part, source) {
      const state = stateOf(part);
      const step = `${plan.prefix ?? ''}part ${state.number} of ${plan.parts}`;
      for await (const chunk of source) {
        yield chunk;
        state.bytes += chunk.byteLength;
        doneBytes += chunk.byteLength;
        const moving = { digest: part.digest, doneBytes: state.bytes, bytes: part.bytes };
        onProgress({ step, doneBytes, totalBytes: plan.totalBytes, part: moving });
      }
    },
    restart(part) {
      const state = stateOf(part);
      doneBytes -= state.bytes;
      state.bytes = 0;
    },
  };
}
