// A device with the agent's own proxy in front of a hub, and its part in passing layers on; pulls come to it as Docker's do.
import { request as httpRequest } from 'node:http';
import { createHubRegistry, type HubRegistry } from '#agent/hub-registry.ts';
import { createHubRequests } from '#agent/hub-requests.ts';
import { lookAtImage } from '#agent/image-look.ts';
import { createImageProxy, type ImageProxy } from '#agent/image-proxy.ts';
import { createProxyOffer } from '#agent/proxy-offer.ts';
import { Siblings } from '#agent/siblings.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import type { FakeBlob } from '#test/support/fake-hub-registry.ts';
import { aTemporaryFolder, silentLog } from '#test/support/test-store.ts';

const clock = createSystemClock();
const random = (): number => 0;
export const repository = 'docker.io/library/web';

export interface SiblingDevice {
  readonly name: string;
  readonly siblings: Siblings;
  readonly stateDir: string;
  /** Pulls the layer through its own proxy, as Docker does; each chunk as it comes, if that is asked for. */
  pull(layer: FakeBlob, onChunk?: (came: number) => void): Promise<Buffer>;
  /** How often a source of its pulls gave a sign of life, bytes or none. */
  readonly signsOfLife: () => number;
  stop(): Promise<void>;
}

export async function startSiblingDevice(given: {
  readonly name: string;
  readonly ca: string;
  readonly port: number;
  readonly mostCacheBytes?: number;
  readonly stateDir?: string;
}): Promise<SiblingDevice> {
  const { name, ca, port, mostCacheBytes = 100_000_000, stateDir = aTemporaryFolder() } = given;
  const connection = { hostName: '127.0.0.1:1', gatewayHostName: null, deviceId: name, key: 'a2V5' };
  const toHub = { connection, ca, httpsPort: () => port, clock };
  const hub = createHubRequests(toHub);
  const siblings = new Siblings({
    deviceId: name,
    stateDir,
    mostCacheBytes: () => Promise.resolve(mostCacheBytes),
    hub,
    clock,
    log: silentLog,
    random,
    leastFreeBytes: 0,
  });
  const registry = createHubRegistry({ ...toHub, siblings });
  const limits = { silenceMs: 15_000, windowMs: 60_000, leastBytes: 1_000, queueMs: 60_000 };
  const keepers = [siblings.keeper];
  const proxy = createImageProxy({ prefix: 'p', sources: [registry], keepers, clock, log: silentLog, random, limits });
  await proxy.start();
  siblings.hubIsHere();
  let isStopped = false;
  let signs = 0;
  const onAlive = (): void => void (signs += 1);
  return {
    signsOfLife: () => signs,
    name,
    siblings,
    stateDir,
    pull: (layer, onChunk) => pullThrough({ proxy, registry, onAlive }, layer, onChunk),
    async stop() {
      if (isStopped) return;
      isStopped = true;
      await siblings.stop();
      await proxy.stop();
      registry.stop();
    },
  };
}

interface PullParts {
  readonly proxy: ImageProxy;
  readonly registry: HubRegistry;
  readonly onAlive: () => void;
}

async function pullThrough(
  { proxy, registry, onAlive }: PullParts,
  layer: FakeBlob,
  onChunk: (came: number) => void = () => undefined,
): Promise<Buffer> {
  const { signal } = new AbortController();
  const ask = { repository, reference: '1', platform: 'linux/amd64', signal };
  const look = await lookAtImage(ask, { registry, clock });
  if (look === null) throw new Error('the hub does not have it');
  const failures: string[] = [];
  const listeners = { onFailed: (reason: string) => void failures.push(reason), onAlive };
  const entry = proxy.open(createProxyOffer({ look, registry, signal, ...listeners }));
  const [address = '', ...rest] = entry.name.split('/');
  const url = `http://${address}/v2/${rest.join('/')}/blobs/${layer.digest}`;
  try {
    // Docker asks again when a layer was cut; it gives up in the end.
    for (let attempt = 0; attempt < 3; attempt++) {
      const bytes = await wholeOf(url, onChunk);
      if (bytes !== null) return bytes;
    }
    throw new Error(`the layer did not come: ${failures.join('; ')}`);
  } finally {
    entry.close();
  }
}

/** Null: it was cut. */
function wholeOf(url: string, onChunk: (came: number) => void): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const request = httpRequest(url, { agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let came = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        onChunk((came += chunk.length));
      });
      answer.on('end', () => resolve(Buffer.concat(chunks)));
      answer.on('error', () => resolve(null));
    });
    request.on('error', () => resolve(null));
    request.end();
  });
}
