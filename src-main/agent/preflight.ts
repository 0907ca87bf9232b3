// A look at the device before something is deployed to it: which images are there or can be had, how much room there is, and which
// of the wanted ports somebody else holds. It changes nothing, it ends in time, and what cannot be seen is told as not known.
import type { Clock } from '#base/clock.ts';
import { unready } from '#base/errors.ts';
import { preflightLookMs, preflightRequest } from '#contract/preflight-method.ts';
import { clash, type HostPort } from '#domain/manifests/host-port.ts';
import { platformText } from '#domain/manifests/platform.ts';
import type { ImageSight, PreflightSight, TakenPort } from '#domain/rollouts/preflight.ts';
import type { PreflightModule, PreflightRequest } from '#domain/rollouts/preflight-request.ts';
import { credentialFor } from '#domain/manifests/registry-credential.ts';
import type { Engine } from './engine.ts';
import { freeBytesOf } from './image-room.ts';
import { listeningPorts } from './listening-ports.ts';
import type { ImageOffer, Machine, PublishedPort } from './machine.ts';
import { parsePayload } from './method-payload.ts';
import { createOfferMemory, type OfferMemory } from './offer-memory.ts';

export interface PreflightLookOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly listening?: () => Promise<readonly HostPort[]>;
  /** Who is asked for an image that is not there; the engine when not given. */
  readonly offerOf?: Machine['offerOf'];
}

const offerLimitMs = 10_000;
const asksAtOnce = 8;
/** An answer holds 128 KB, and nobody reads as many reasons. */
const mostAsked = 256;
const mostTaken = 256;
const longestReason = 200;

/** Answers the direct method; a request that is not understood is refused, an engine that does not answer is `unready`. */
export function createPreflightLook(options: PreflightLookOptions) {
  const { engine, clock, listening = listeningPorts } = options;
  const { offerOf = (asked) => engine.machine.offerOf(asked) } = options;
  const offers = createOfferMemory(clock);
  return async (body: unknown): Promise<PreflightSight> => {
    const request = parsePayload(preflightRequest, body);
    const deadline = createDeadline(clock, preflightLookMs);
    try {
      const [images, platform, freeBytes, taken] = await Promise.all([
        lookForImages(request, { engine, offerOf, offers, deadline }),
        deadline.orElse(knownOr(platformOf(engine), null), null),
        deadline.orElse(knownOr(freeBytesOf(engine), null), null),
        deadline.orElse(knownOr(takenPortsOf(engine, listening, request), null), null),
      ]);
      return { platform, freeBytes, images, takenPorts: taken ?? [], arePortsSeen: taken !== null };
    } finally {
      deadline.cancel();
    }
  };
}

interface Deadline {
  isOver(): boolean;
  orElse<T, Other>(work: Promise<T>, other: Other): Promise<T | Other>;
  cancel(): void;
}

function createDeadline(clock: Clock, limitMs: number): Deadline {
  const { promise: end, resolve } = Promise.withResolvers<void>();
  let isOver = false;
  const cancel = clock.after(limitMs, () => {
    isOver = true;
    resolve();
  });
  return { isOver: () => isOver, orElse: (work, other) => Promise.race([work, end.then(() => other)]), cancel };
}

async function knownOr<T, Other>(work: Promise<T>, other: Other): Promise<T | Other> {
  try {
    return await work;
  } catch {
    // One thing that cannot be seen must not hide the rest, and it is no obstacle.
    return other;
  }
}

interface OfferAround {
  readonly engine: Engine;
  readonly offerOf: Machine['offerOf'];
  readonly offers: OfferMemory;
  readonly deadline: Deadline;
}

async function lookForImages(
  { modules, registryCredentials }: PreflightRequest,
  { engine, offerOf, offers, deadline }: OfferAround,
): Promise<ImageSight[]> {
  const byImage = Map.groupBy(modules, ({ image }) => image);
  const present = await deadline.orElse(engine.presentImages([...byImage.keys()]), null);
  if (present === null) throw unready('agent.engine', 'The container engine did not say in time which images it has.');
  const sights = new Map([...byImage.keys()].map((image) => [image, presentSight(image, present.get(image))]));
  const missing = [...byImage].flatMap(([image, users]) => (mayPull(users) && !present.has(image) ? [image] : []));
  missing.splice(mostAsked);
  const askInTurn = async (): Promise<void> => {
    for (let image = missing.shift(); image !== undefined && !deadline.isOver(); image = missing.shift()) {
      const asked = { image, credential: credentialFor(image, registryCredentials), limitMs: offerLimitMs };
      sights.set(image, offerSight(image, await offers.getOrAsk(image, () => offerOf(asked))));
    }
  };
  // What there was no time to ask for stays absent.
  await deadline.orElse(Promise.all(Array.from({ length: asksAtOnce }, askInTurn)), []);
  return [...sights.values()];
}

function mayPull(users: readonly PreflightModule[]): boolean {
  return users.some(({ pullPolicy }) => pullPolicy === 'on-create');
}

function presentSight(image: string, platform: string | null | undefined): ImageSight {
  if (platform === undefined) return { image, state: 'absent' };
  return { image, state: 'present', platforms: platform === null ? [] : [platform] };
}

function offerSight(image: string, offer: ImageOffer): ImageSight {
  if (!offer.isOffered) return { image, state: 'unobtainable', reason: offer.reason.slice(0, longestReason) };
  const { platforms, sizeBytes } = offer;
  return { image, state: 'offered', platforms, sizeBytes };
}

async function platformOf(engine: Engine): Promise<string | null> {
  const { os, architecture } = await engine.describe();
  return platformText(os, architecture);
}

/**
 * Those that others hold. What our own containers hold is given up in the switch, or wanted by two modules of the set, which the
 * hub tells without a look.
 */
async function takenPortsOf(
  engine: Engine,
  listening: () => Promise<readonly HostPort[]>,
  { modules }: PreflightRequest,
): Promise<readonly TakenPort[]> {
  const wanted = modules.flatMap(({ hostPorts }) => hostPorts);
  if (wanted.length === 0) return [];
  const [published, open] = await Promise.all([engine.machine.publishedPorts(), listening()]);
  const taken = new Map(wanted.flatMap((port) => takenBy(port, published, open)).map((port) => [keyOf(port), port]));
  return [...taken.values()].slice(0, mostTaken);
}

function takenBy(port: HostPort, published: readonly PublishedPort[], open: readonly HostPort[]): readonly TakenPort[] {
  const holders = published.filter((other) => clash(port, other));
  const stranger = holders.find(({ isOwn }) => !isOwn);
  if (stranger !== undefined) return [{ ...port, container: stranger.container.slice(0, 128) }];
  // Docker holds a socket for each port that it publishes.
  return holders.length === 0 && open.some((other) => clash(port, other)) ? [{ ...port, container: null }] : [];
}

function keyOf({ port, protocol, address }: HostPort): string {
  return `${port}/${protocol} ${address}`;
}
