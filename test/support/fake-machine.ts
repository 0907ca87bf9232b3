// The machine under a fake engine, as it is set.
import type { ImageOffer, Machine, OfferRequest, PublishedPort } from '#agent/machine.ts';

export interface FakeMachine extends Machine {
  root: string | null;
  readonly ports: PublishedPort[];
  /** What registries say that differs from the images they have. */
  readonly offers: Map<string, ImageOffer | Promise<ImageOffer>>;
  /** The images that registries were asked for. */
  readonly asked: OfferRequest[];
}

export function createFakeMachine(hasImage: (image: string) => boolean): FakeMachine {
  const machine: FakeMachine = {
    root: null,
    ports: [],
    offers: new Map(),
    asked: [],
    dataRoot: () => Promise.resolve(machine.root),
    publishedPorts: () => Promise.resolve([...machine.ports]),
    offerOf(request) {
      machine.asked.push(request);
      const usual: ImageOffer = hasImage(request.image)
        ? { isOffered: true, platforms: ['linux/amd64'], sizeBytes: null }
        : { isOffered: false, reason: 'manifest unknown.' };
      return Promise.resolve(machine.offers.get(request.image) ?? usual);
    },
  };
  return machine;
}
