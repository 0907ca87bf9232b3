// The machine of a simulated engine: registries that give what its images say, and nothing else on it.
import type { ImageOffer, Machine, OfferRequest } from './machine.ts';
import type { SimulatedImage } from './simulated-engine.ts';

export function createSimulatedMachine(behaviourOf: (image: string) => SimulatedImage): Machine {
  return {
    dataRoot: () => Promise.resolve(null),
    publishedPorts: () => Promise.resolve([]),
    offerOf({ image }: OfferRequest): Promise<ImageOffer> {
      const { pullError, sizeBytes } = behaviourOf(image);
      if (pullError !== null) return Promise.resolve({ isOffered: false, reason: pullError });
      return Promise.resolve({ isOffered: true, platforms: ['linux/amd64'], sizeBytes });
    },
  };
}
