// What registries offered of late, so that a device that waits for something else does not ask for the same images again and again:
// Docker's own registry counts each question as a pull. What was refused is asked anew, for somebody may have brought it.
import type { Clock } from '#base/clock.ts';
import type { ImageOffer } from './machine.ts';

const holdsMs = 600_000;
const mostKept = 256;

export interface OfferMemory {
  getOrAsk(image: string, ask: () => Promise<ImageOffer>): Promise<ImageOffer>;
}

export function createOfferMemory(clock: Clock): OfferMemory {
  const kept = new Map<string, { readonly offer: ImageOffer; readonly atMs: number }>();
  return {
    async getOrAsk(image, ask) {
      const known = kept.get(image);
      if (known !== undefined && clock.monotonicMs() - known.atMs < holdsMs) return known.offer;
      kept.delete(image);
      const offer = await ask();
      if (offer.isOffered) kept.set(image, { offer, atMs: clock.monotonicMs() });
      const oldest = kept.keys().next();
      if (kept.size > mostKept && oldest.done !== true) kept.delete(oldest.value);
      return offer;
    },
  };
}
