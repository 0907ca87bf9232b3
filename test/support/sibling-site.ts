// A hub that serves one image of real layers over real TLS, counting what it sends of each, and devices with the agent's own proxy
// in front of it: they keep layers, listen for neighbours, and fetch from whoever the hub names.
import { randomBytes } from 'node:crypto';
import { once as onceHappened } from 'node:events';
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach } from 'vitest';
import { createHubRequests } from '#agent/hub-requests.ts';
import { makeSiblingIdentity } from '#agent/sibling-identity.ts';
import type { DeviceId } from '#base/ids.ts';
import { siblingsPath } from '#contract/sibling-announcement.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { createImageStore } from '#registry/create-image-store.ts';
import type { ImageStore } from '#registry/image-store.ts';
import { registryApi } from '#registry/registry-api.ts';
import { openSiteShares, type SiteShares } from '#registry/site-shares.ts';
import { aBlob, type FakeBlob } from '#test/support/fake-hub-registry.ts';
import { repository, startSiblingDevice, type SiblingDevice } from '#test/support/sibling-device.ts';
import { aMemoryStore, aTemporaryFolder, silentLog } from '#test/support/test-store.ts';

const clock = createSystemClock();
export const layerBytes = 2_000_000;

export interface SiblingSite {
  readonly shares: SiteShares;
  readonly layer: FakeBlob;
  /** Bytes of the layer that the hub itself sent. */
  sentByHub(digest?: string): number;
  /** The first byte of each stretch of the layer that the hub sent itself. */
  readonly begins: readonly number[];
  /** Called with each chunk the hub sends of a layer. */
  onHubChunk: (digest: string, bytes: number) => Promise<void> | void;
  device(name: string, given?: { mostCacheBytes?: number; stateDir?: string }): Promise<SiblingDevice>;
  /** A neighbour that the hub takes for one that holds the layer, and that answers as it likes; with the requests it got. */
  hostile(name: string, answer: RequestListener): Promise<{ readonly asked: readonly IncomingMessage[] }>;
}

/** Fresh for each test of a file. */
export function siblingSite(): { readonly site: SiblingSite } {
  let site: SiblingSite & { stop(): Promise<void> };
  beforeEach(async () => {
    site = await openSite();
  });
  afterEach(() => site.stop());
  return {
    get site() {
      return site;
    },
  };
}

async function openSite(): Promise<SiblingSite & { stop(): Promise<void> }> {
  const dir = aTemporaryFolder();
  const store = aMemoryStore();
  const images = createImageStore({ dir: join(dir, 'images'), store, clock, log: silentLog });
  await images.start();
  const layer = aBlob(randomBytes(layerBytes));
  await putImage(images, layer);
  const sent = new Map<string, number>();
  const begins: number[] = [];
  const shares = openSiteShares({ store, clock });
  await shares.operations.setImageShares({ siblings: 'on' });
  const ca = await openSiteCa({ dir, clock });
  const { privateKeyPem: key, certificatePem: cert } = await ca.issueServerCertificate(['127.0.0.1']);
  const app = fastify({ https: { key, cert }, forceCloseConnections: true });
  const count = async (digest: string, bytes: number): Promise<void> => {
    sent.set(digest, (sent.get(digest) ?? 0) + bytes);
    await site.onHubChunk(digest, bytes);
  };
  const counted = countingStore(images, count, (digest, first) => {
    if (digest === layer.digest) begins.push(first);
  });
  await serve(app, counted, shares);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const devices: SiblingDevice[] = [];
  const servers: Server[] = [];

  const site: SiblingSite & { stop(): Promise<void> } = {
    shares,
    layer,
    begins,
    onHubChunk: () => undefined,
    sentByHub: (digest = layer.digest) => sent.get(digest) ?? 0,
    async device(name, given = {}) {
      const device = await startSiblingDevice({ name, ca: ca.certificatePem, port, ...given });
      devices.push(device);
      return device;
    },
    async hostile(name, answer) {
      const { certificatePem, privateKeyPem, fingerprint } = await makeSiblingIdentity();
      const asked: IncomingMessage[] = [];
      const server = createServer({
        key: privateKeyPem,
        cert: certificatePem,
        requestCert: true,
        rejectUnauthorized: false,
      });
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        asked.push(request);
        answer(request, response);
      });
      servers.push(server);
      await onceHappened(server.listen(0, '127.0.0.1'), 'listening');
      const connection = { hostName: '127.0.0.1:1', gatewayHostName: null, deviceId: name, key: 'a2V5' };
      const hub = createHubRequests({ connection, ca: ca.certificatePem, httpsPort: () => port, clock });
      const listens = { port: (server.address() as AddressInfo).port, fingerprint };
      const told = await hub.ask({
        method: 'POST',
        path: siblingsPath,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ listens, holds: [layer.digest] }),
        signal: AbortSignal.timeout(10_000),
        wants: 200,
      });
      told?.resume();
      hub.stop();
      return { asked };
    },
    async stop() {
      for (const server of servers) server.close().closeAllConnections();
      for (const device of devices) await device.stop();
      await app.close();
      shares.stop();
      await images.stop();
    },
  };
  return site;
}

const part = (type: string, { digest, size }: FakeBlob) => ({
  mediaType: `application/vnd.oci.image.${type}`,
  digest,
  size,
});

async function putImage(images: ImageStore, layer: FakeBlob): Promise<void> {
  const rootfs = { type: 'layers', diff_ids: [layer.digest] };
  const config = aBlob(Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs })));
  for (const { digest, bytes } of [config, layer]) await images.blobs.put(once(bytes), digest as Digest);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const content = {
    schemaVersion: 2,
    mediaType,
    config: part('config.v1+json', config),
    layers: [part('layer.v1.tar', layer)],
  };
  images.manifests.put({
    repository,
    tag: '1',
    mediaType,
    content: Buffer.from(JSON.stringify(content)),
    actor: 'service',
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield await Promise.resolve(bytes);
}

/** As the store, with every byte it gives out counted, in chunks small enough to stop between. */
function countingStore(
  images: ImageStore,
  count: (digest: string, bytes: number) => Promise<void>,
  onOpen: (digest: string, first: number) => void,
): ImageStore {
  return {
    ...images,
    blobs: {
      ...images.blobs,
      async open(...asked) {
        const [digest, range] = asked;
        onOpen(digest, range?.first ?? 0);
        const source = await images.blobs.open(...asked);
        const counting = new Transform({
          transform(chunk: Buffer, _encoding, done) {
            count(digest, chunk.length).then(() => done(null, chunk), done);
          },
        });
        source.on('error', (error) => counting.destroy(error));
        counting.on('close', () => source.destroy());
        return source.pipe(counting);
      },
    },
  };
}

/** By the token's resource; who may come is another test's. */
function callerOf(request: { headers: { authorization?: string | undefined } }): DeviceId {
  const [, name = ''] = /devices%2f([^%]+)%2fmodules/i.exec(request.headers.authorization ?? '') ?? [];
  return name as DeviceId;
}

async function serve(app: FastifyInstance<Server>, images: ImageStore, shares: SiteShares): Promise<void> {
  await app.register(
    registryApi({
      images,
      shares: shares.shares,
      clock,
      log: silentLog,
      authenticate: (request) => ({ kind: 'device', deviceId: callerOf(request) }),
      imagesOf: () => ['docker.io/library/web:1'],
      isSite: () => false,
    }),
  );
  await app.register(shares.routes(callerOf));
}
