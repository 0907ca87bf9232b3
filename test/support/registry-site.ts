// A hub whose registry is spoken to over its real site listener, by raw requests: what no client would send is sent too.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pino } from 'pino';
import type { DeviceId } from '#base/ids.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { openSiteImages } from '#entry/site-images.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import { createHub } from '#hub/hub.ts';
import { reachableNames } from '#hub/certificates/server-certificate.ts';
import { openServiceKey } from '#hub/site/service-key.ts';
import { createSiteListener } from '#hub/site/site-listener.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { openMemoryStore } from '#store/open-store.ts';
import { aManifest, aModuleEntry } from './build-manifest.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: () => unknown;
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  /** Instead of the service key's; null: none. */
  readonly authorization?: string | null;
}

export type RegistrySite = Awaited<ReturnType<typeof openRegistrySite>>;

const host = '127.0.0.1';

/** `dir`: where the data lies, such as a small disk; else a folder that goes with the site. */
export async function openRegistrySite(options: { readonly dir?: string } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-registry-'));
  const dataDir = options.dir ?? home;
  const clock = createSystemClock();
  const log = pino({ level: 'silent' });
  const store = openMemoryStore({ clock, log });
  const ca = await openSiteCa({ dir: home, clock });
  const hub = await createHub({ store, clock, log, ca });
  const listener = await createSiteListener({
    dir: home,
    host,
    httpsPort: 0,
    mqttPort: 0,
    ca,
    link: hub.link,
    clock,
    log,
  });
  const serviceKey = openServiceKey(store);
  const isOwnName = (name: string): boolean => reachableNames(host).includes(name);
  const { registry } = hub.operations;
  const siteImages = await openSiteImages({
    dataDir,
    store,
    registry,
    ca,
    clock,
    log,
    serviceKey,
    isOwnName,
    imagesAsked: () => [],
  });
  await siteImages.serveOn(listener.https);
  const { httpsPort } = await listener.start();
  hub.start();
  const own = basic('service', serviceKey);

  function ask(method: string, path: string, asking: Asking = {}): Promise<Answer> {
    const { authorization = own, headers = {}, body } = asking;
    const authorized = authorization === null ? headers : { authorization, ...headers };
    return exchange({ host, port: httpsPort, method, path, headers: authorized, ca: ca.certificatePem }, body);
  }

  return {
    dataDir,
    imagesDir: join(dataDir, 'images'),
    address: `${host}:${httpsPort}`,
    httpsPort,
    caFile: ca.caFile,
    caPem: ca.certificatePem,
    serviceKey,
    store,
    hub,
    images: siteImages.images,
    basic,
    ask,
    /** Pushes a blob in one request. */
    async pushBlob(repository: string, content: Uint8Array): Promise<Digest> {
      const digest = digestOf(content);
      const { status } = await ask('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, { body: content });
      if (status !== 201) throw new Error(`the blob was not taken: ${status}`);
      return digest;
    },
    async pushManifest(repository: string, reference: string, document: object): Promise<Digest> {
      const { status, body } = await putManifest(ask, repository, reference, document);
      if (status !== 201) throw new Error(`the manifest was not taken: ${status} ${body.toString()}`);
      return digestOf(Buffer.from(JSON.stringify(document)));
    },
    /** An edge device that is to run these images, and its token as its agent makes it. */
    addDevice(id: string, images: readonly string[]): string {
      const deviceId = id as DeviceId;
      const { authentication } = registry.createDevice({ deviceId, isEdge: true }, 'service');
      if (authentication.type !== 'sas') throw new Error('a device without a key');
      deployTo(deviceId, images);
      const resource = `${host}/devices/${id}/modules/$edgeAgent`;
      const expiresAtS = Math.ceil(Date.now() / 1000) + 3600;
      return signSharedAccessSignature(
        { resource, keyBase64: authentication.primaryKey, expiresAtS },
        hmacSha256Base64,
      );
    },
    deployTo,
    async stop() {
      await siteImages.stop();
      await listener.stop();
      await hub.stop();
      store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };

  function deployTo(deviceId: DeviceId, images: readonly string[]): void {
    const modules = Object.fromEntries(images.map((image, index) => [`m${index}`, aModuleEntry({}, { image })]));
    hub.operations.deployments.applyContent(
      deviceId,
      { modulesContent: aManifest({ agent: { modules } }) as ModulesContent },
      'service',
    );
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export function digestOf(content: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}` as Digest;
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';

export function descriptorOf(content: Uint8Array, mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip') {
  return { mediaType, digest: digestOf(content), size: content.byteLength };
}

/** An image of these blobs; the first is its configuration. */
export function anImage(blobs: readonly Uint8Array[], more: object = {}) {
  const [config = Buffer.from('{}'), ...layers] = blobs;
  return {
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptorOf(config, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map((layer) => descriptorOf(layer)),
    ...more,
  };
}

export function anIndex(manifests: readonly object[], more: object = {}) {
  const entries = manifests.map((manifest) => descriptorOf(Buffer.from(JSON.stringify(manifest)), manifestType));
  return { schemaVersion: 2, mediaType: indexType, manifests: entries, ...more };
}

export function putManifest(
  ask: (method: string, path: string, asking?: Asking) => Promise<Answer>,
  repository: string,
  reference: string,
  document: object,
): Promise<Answer> {
  const mediaType = 'mediaType' in document ? String(document.mediaType) : manifestType;
  const body = Buffer.from(JSON.stringify(document));
  return ask('PUT', `/v2/${repository}/manifests/${reference}`, { body, headers: { 'content-type': mediaType } });
}

/** The OCI code of a refusal. */
export function codeOf(answer: Answer): string | undefined {
  const { errors } = answer.json() as { readonly errors?: readonly { readonly code: string }[] };
  return errors?.[0]?.code;
}

/** With the path exactly as it is given. */
function exchange(options: RequestOptions, body: Uint8Array | Readable | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const whole = Buffer.concat(chunks);
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: whole, json: () => JSON.parse(whole.toString()) as unknown });
      });
    });
    outgoing.once('error', reject);
    if (body === undefined) outgoing.end();
    else if (body instanceof Uint8Array) outgoing.setHeader('content-length', body.byteLength).end(body);
    else body.pipe(outgoing);
  });
}
