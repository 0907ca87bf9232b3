// The agent's proxy in front of a hub that can misbehave, and a client that asks as Docker does: fresh for each test of a file.
import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import { createHubRegistry, type HubRegistry } from '#agent/hub-registry.ts';
import { lookAtImage, type ImageLook } from '#agent/image-look.ts';
import { createImageProxy, type ImageProxy } from '#agent/image-proxy.ts';
import type { BlobKeeper, ImageSource } from '#agent/image-source.ts';
import { createProxyOffer } from '#agent/proxy-offer.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { startFakeHub, type FakeAnswer, type FakeHub } from './fake-hub-registry.ts';

export const repository = 'docker.io/library/web';
export const aConnection = { hostName: '127.0.0.1:1', gatewayHostName: null, deviceId: 'd1', key: 'a2V5' };

const clock = createSystemClock();
const limits = { silenceMs: 300, windowMs: 900, leastBytes: 1_000, queueMs: 60_000 };

export interface OpenOffer {
  readonly look: ImageLook;
  readonly address: string;
  /** `/v2/` and the repository, as Docker asks for it. */
  readonly path: string;
  close(): void;
}

export function proxySite() {
  let hub: FakeHub;
  let registry: HubRegistry;
  let proxy: ImageProxy;
  let sources: ImageSource[];
  let keepers: BlobKeeper[];
  let failures: string[];

  beforeEach(async () => {
    hub = await startFakeHub();
    registry = createHubRegistry({ connection: aConnection, ca: hub.ca, httpsPort: () => hub.port, clock });
    [sources, keepers, failures] = [[registry], [], []];
    const log = pino({ level: 'silent' });
    proxy = createImageProxy({ prefix: 'lanyard-test', sources, keepers, clock, log, random: () => 0, limits });
    await proxy.start();
  });
  afterEach(async () => {
    registry.stop();
    await proxy.stop();
    await hub.end();
  });

  return {
    get hub() {
      return hub;
    },
    get registry() {
      return registry;
    },
    get sources() {
      return sources;
    },
    get keepers() {
      return keepers;
    },
    /** Why pulls were given up. */
    get failures() {
      return failures;
    },
    /** What the hub has under that tag or digest, for Docker to fetch. */
    async open(reference = '1', platform: string | null = 'linux/amd64'): Promise<OpenOffer> {
      const ask = { repository, reference, platform, signal: AbortSignal.timeout(20_000) };
      const look = await lookAtImage(ask, { registry, clock });
      if (look === null) throw new Error('the hub does not have it');
      const { signal } = new AbortController();
      const listeners = { onFailed: (reason: string) => void failures.push(reason), onAlive: () => undefined };
      const entry = proxy.open(createProxyOffer({ look, registry, signal, ...listeners }));
      const [address = '', ...rest] = entry.name.split('/');
      return { look, address, path: `/v2/${rest.join('/')}`, close: () => entry.close() };
    },
    /** The first request of the blob gets this; what comes after is as usual. */
    once(digest: string, answer: FakeAnswer): void {
      hub.misbehave((path, nth) => (path.endsWith(digest) && nth === 1 ? answer : null));
    },
    always(digest: string, answer: FakeAnswer): void {
      hub.misbehave((path) => (path.endsWith(digest) ? answer : null));
    },
    /** The range of each request of the blob; null: all of it. */
    rangesOf(digest: string): readonly (string | null)[] {
      return hub.asked.filter(({ path }) => path.endsWith(digest)).map(({ range }) => range ?? null);
    },
  };
}

interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
  /** The connection ended before all that was announced had come. */
  readonly isCut: boolean;
}

export function get(
  address: string,
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Got> {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host, port, path, agent: false, ...options }, (answer) => {
      const chunks: Buffer[] = [];
      const done = (isCut: boolean): void =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(chunks), isCut });
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => done(false));
      answer.on('error', () => done(true));
    });
    asked.on('error', (error) => {
      if ('code' in error && error.code === 'ECONNRESET')
        resolve({ status: 0, headers: {}, bytes: Buffer.alloc(0), isCut: true });
      else reject(error);
    });
    asked.end();
  });
}

export const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
