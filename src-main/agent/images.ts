// All that brings images to the device, put together: the hub's registry, the proxy in front of it, the order of origins, the room on
// the disk and the upkeep of what was brought.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import type { DevicePolicy } from '#domain/manifests/device-policy.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { DeviceConnection } from './device-token.ts';
import type { ImageShelf } from './docker-shelf.ts';
import type { Engine } from './engine.ts';
import { createHubRegistry } from './hub-registry.ts';
import { createHubRequests, type HubRequestsOptions } from './hub-requests.ts';
import { createImageProxy } from './image-proxy.ts';
import { proxyPrefixOf } from './image-reference.ts';
import { createImageRoom, freeBytesOf } from './image-room.ts';
import { createImageSupply, type ImageOrigin } from './image-supply.ts';
import { createImageUpkeep } from './image-upkeep.ts';
import type { Machine } from './machine.ts';
import type { RoundReport } from './reconcile-loop.ts';
import { Siblings } from './siblings.ts';
import type { StallLimits } from './stall-watch.ts';

export interface ImageOptions {
  readonly shelf: ImageShelf;
  /** Whom to ask for an image, in turn; the hub, then the image's own registry, when not given. */
  readonly from?: readonly ImageOrigin[];
  /** Where the hub's registry listens; null or not given: the hub tells it. */
  readonly hubHttpsPort?: number | null;
  /** Of the disk on which the engine keeps images; what the engine's data directory has, when not given. */
  readonly freeBytes?: () => Promise<number | null>;
  readonly limits?: StallLimits;
}

export interface Images {
  readonly pull: Engine['pull'];
  readonly offerOf: Machine['offerOf'];
  siteIs(site: { readonly httpsPort: number }): void;
  roundEnded(round: Pick<RoundReport, 'outcome'>): void;
  stop(): Promise<void>;
}

export interface ImagesOptions {
  /** Not given: the engine obtains images by itself, and nothing of them is remembered. */
  readonly images?: ImageOptions;
  readonly engine: Engine;
  readonly memory: AgentMemory;
  readonly policy: () => Promise<DevicePolicy>;
  /** Layers kept for neighbours lie in it. */
  readonly stateDir: string;
  readonly connection: DeviceConnection;
  readonly ca: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

export function createImages(options: ImagesOptions): Images {
  const { images, engine } = options;
  if (images !== undefined) return createImagesOf(images, options);
  return {
    pull: (request) => engine.pull(request),
    offerOf: (request) => engine.machine.offerOf(request),
    siteIs: () => undefined,
    roundEnded: () => undefined,
    stop: () => Promise.resolve(),
  };
}

function createImagesOf(images: ImageOptions, options: ImagesOptions): Images {
  const { engine, memory, policy, connection, log } = options;
  const { shelf, from = ['hub', 'registry'] } = images;
  let httpsPort: number | null = null;
  let isTidying = false;
  const prefix = proxyPrefixOf(connection.deviceId);
  const toHub = { ...options, httpsPort: () => images.hubHttpsPort ?? httpsPort };
  const siblings = siblingsOf(toHub);
  const registry = createHubRegistry({ ...toHub, siblings });
  const limits = images.limits === undefined ? {} : { limits: images.limits };
  const proxy = createImageProxy({ ...options, ...limits, prefix, sources: [registry], keepers: [siblings.keeper] });
  const room = createImageRoom({ shelf, freeBytes: images.freeBytes ?? (() => freeBytesOf(engine)) });
  const pruneTime = async () => (await policy()).pruneImages;
  const ownUpkeep = createImageUpkeep({ ...options, shelf, prefix, pruneTime });
  // What is kept for neighbours is no more needed here than an image that nobody runs.
  const makeRoom = async () => [await siblings.makeRoom(), await ownUpkeep.makeRoom()].includes(true);
  const upkeep = { ...ownUpkeep, makeRoom };
  const supply = createImageSupply({ ...options, shelf, prefix, proxy, room, upkeep, registry, from });

  async function tidy(): Promise<void> {
    if (isTidying) return;
    isTidying = true;
    try {
      await upkeep.settled();
    } catch (error) {
      // Nothing waits for it; the next round tries again.
      log.warn({ reason: asAppError(error).message }, 'images could not be tidied');
    } finally {
      isTidying = false;
    }
  }

  return {
    ...supply,
    siteIs(site) {
      httpsPort = site.httpsPort;
      siblings.hubIsHere();
    },
    roundEnded({ outcome }) {
      if (outcome?.code === 200 && memory.current.course.trial === null) void tidy();
    },
    async stop() {
      await Promise.all([proxy.stop(), siblings.stop()]);
      registry.stop();
    },
  };
}

function siblingsOf(options: ImagesOptions & Pick<HubRequestsOptions, 'httpsPort'>): Siblings {
  const { connection, policy } = options;
  return new Siblings({
    ...options,
    deviceId: connection.deviceId,
    hub: createHubRequests(options),
    mostCacheBytes: async () => (await policy()).layerCacheMegabytes * 1_000_000,
  });
}
