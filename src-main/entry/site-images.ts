// The images of the site in the hub's program: their store in the data folder, and the registry on the site listener.
import { join } from 'node:path';
import type { Server } from 'node:https';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import { splitHostPort } from '#contract/connection-string.ts';
import { digestsNamed, imagesOfDevice } from '#hub/rollouts/device-images.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import type { SiteCa } from '#hub/certificates/site-ca.ts';
import type { ConsoleImages } from '#contract/console-images.ts';
import { createConsoleImages, type SiteConsoleImages } from '#registry/console-images.ts';
import { createImageStore } from '#registry/create-image-store.ts';
import { createHttp } from '#registry/fetch-http.ts';
import { createImageOperations } from '#registry/image-operations.ts';
import type { ImageStore } from '#registry/image-store.ts';
import type { Puller } from '#registry/pull-access.ts';
import { registryApi } from '#registry/registry-api.ts';
import { createImageWork } from '#registry/site-image-work.ts';
import { openSiteShares, type SiteShares } from '#registry/site-shares.ts';
import type { Store } from '#store/store-types.ts';
import { createRegistryCallers } from './registry-callers.ts';

interface SiteImagesParts {
  /** The hub's data folder. */
  readonly dataDir: string;
  readonly store: Store;
  readonly registry: HubOperations['registry'];
  /** Images that a device may look at though its configuration does not name them. */
  readonly imagesAsked: (deviceId: DeviceId) => readonly string[];
  readonly ca: Pick<SiteCa, 'hasSigned'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly serviceKey: string;
  readonly isOwnName: (host: string) => boolean;
}

export interface SiteImages {
  readonly images: ImageStore;
  readonly shares: SiteShares;
  /** For the console's page. */
  readonly console: ConsoleImages;
  readonly work: SiteConsoleImages['work'];
  /** Whether a registry's address in an image's name is this site's own, such as `laptop:8443`. */
  readonly isSite: (registry: string) => boolean;
  /** Before the listener starts. */
  serveOn(app: FastifyInstance<Server>): Promise<void>;
  stop(): Promise<void>;
}

export async function openSiteImages(parts: SiteImagesParts): Promise<SiteImages> {
  const { dataDir, store, clock, log, isOwnName, imagesAsked } = parts;
  const dir = join(dataDir, 'images');
  const images = createImageStore({ dir, store, clock, log, pinned: () => digestsNamed(store.read) });
  await images.start();
  const imagesOf = (deviceId: DeviceId) => [...imagesOfDevice(store.read, deviceId), ...imagesAsked(deviceId)];
  const shares = openSiteShares({ store, clock });
  let server: Server | undefined;

  function isSite(registry: string): boolean {
    const address = server?.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const named = splitHostPort(registry, 443);
    return named !== undefined && named.port === port && isOwnName(named.host);
  }

  const operations = createImageOperations({
    store: images,
    clock,
    http: createHttp({ proxyEnvironment: process.env }),
    isSite,
  });
  const work = createImageWork({ read: store.read, operations });
  const page = createConsoleImages({ dir, store, images, work, shares: shares.operations, isSite, clock, log });
  await page.start();

  return {
    images,
    shares,
    console: page.images,
    work: page.work,
    isSite,
    async serveOn(app) {
      server = app.server;
      const authenticate = createRegistryCallers(parts);
      const forRegistry = { images, shares: shares.shares, clock, log, authenticate, imagesOf, isSite };
      await app.register(registryApi(forRegistry));
      await app.register(shares.routes((request) => deviceOf(authenticate(request))));
    },
    async stop() {
      await page.stop();
      shares.stop();
      return images.stop();
    },
  };
}

function deviceOf(puller: Puller): DeviceId | null {
  return puller.kind === 'device' ? puller.deviceId : null;
}
