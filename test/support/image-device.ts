// A device's images on a real engine: the agent's supply over it, with a hub's registry that can misbehave, behind which images lie
// that the engine has not.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { pino } from 'pino';
import { createAgentMemory } from '#agent/agent-memory.ts';
import { createDockerEngine } from '#agent/docker-engine.ts';
import { createDockerShelf } from '#agent/docker-shelf.ts';
import type { LayerProgress } from '#agent/engine.ts';
import type { ImageOrigin } from '#agent/image-supply.ts';
import { createImages } from '#agent/images.ts';
import { createStateFile } from '#agent/state-file.ts';
import { strictPolicy, type DevicePolicy } from '#domain/manifests/device-policy.ts';
import type { RegistryCredential } from '#domain/manifests/registry-credential.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { startFakeHub } from './fake-hub-registry.ts';
import { publishLayer, startLoopbackRegistry } from './loopback-registry.ts';
import { importBusybox } from './test-images.ts';

/** No name server knows it. */
export const plant = 'reg.plant.invalid';
const limits = { silenceMs: 1_000, windowMs: 3_000, leastBytes: 1_000, queueMs: 60_000 };

export type ImageDevice = Awaited<ReturnType<typeof imageDevice>>;

export async function imageDevice(docker: Docker, socketPath: string) {
  const run = randomUUID().slice(0, 8);
  const deviceId = `images-${run}`;
  const dir = await mkdtemp(join(tmpdir(), 'lanyard-images-'));
  const registry = await startLoopbackRegistry();
  const hub = await startFakeHub(registry.address);
  const base = `lanyard-images-${run}:base`;
  await importBusybox(docker, base, ['sleep', '600']);
  const file = createStateFile({ dir, deviceId });
  const memory = createAgentMemory((await file.load()).state, file);
  const engine = createDockerEngine({ socketPath, deviceId });
  const shelf = createDockerShelf({ socketPath });
  let freeBytes: number | null = null;
  let policy: DevicePolicy = strictPolicy;
  const made: { stop(): Promise<void> }[] = [];

  function imagesFrom(from: readonly ImageOrigin[]) {
    const images = createImages({
      images: { shelf, from, hubHttpsPort: hub.port, freeBytes: () => Promise.resolve(freeBytes), limits },
      engine,
      memory,
      stateDir: dir,
      ca: hub.ca,
      clock: createSystemClock(),
      log: pino({ level: 'silent' }),
      policy: () => Promise.resolve(policy),
      connection: { hostName: '127.0.0.1:1', gatewayHostName: null, deviceId, key: 'a2V5' },
      random: () => 0,
    });
    made.push(images);
    return images;
  }
  const images = imagesFrom(['hub', 'registry']);

  return {
    run,
    base,
    hub,
    registry,
    engine,
    shelf,
    memory,
    images,
    imagesFrom,
    /** Of the disk with the images; null: not known. */
    free: (bytes: number | null) => (freeBytes = bytes),
    allow: (overrides: Partial<DevicePolicy>) => (policy = { ...strictPolicy, ...overrides }),
    /** An image of the plant's registry that only the hub has: its name, and the digest of its manifest. */
    async publish(
      name: string,
      bytes = 200_000,
      from = base,
    ): Promise<{ readonly image: string; readonly digest: string }> {
      const path = `${plant}/${run}/${name}`;
      const reference = `${registry.address}/${path}:1`;
      await publishLayer(docker, { from, reference, bytes });
      const { RepoDigests } = await docker.getImage(reference).inspect();
      await docker.getImage(reference).remove({ force: true });
      return { image: `${path}:1`, digest: RepoDigests[0]?.split('@')[1] ?? '' };
    },
    async pull(
      image: string,
      parts: {
        readonly from?: typeof images;
        readonly credential?: RegistryCredential;
        readonly signal?: AbortSignal;
      } = {},
    ) {
      const told: LayerProgress[] = [];
      const { signal = new AbortController().signal, credential = null } = parts;
      const onProgress = (progress: LayerProgress): void => void told.push(progress);
      await (parts.from ?? images).pull({ image, credential, signal, onProgress });
      return told;
    },
    has: async (image: string) => (await engine.presentImages([image])).has(image),
    /** What the hub was asked for since the last time, without the run's own path. */
    blobsAsked(): readonly string[] {
      return hub.asked
        .splice(0)
        .map(({ path }) => path)
        .filter((path) => path.includes('/blobs/'));
    },
    /** All names of the engine's images that this run gave. */
    async names(): Promise<readonly string[]> {
      const all = await shelf.all();
      return all.flatMap(({ names, digests }) => [...names, ...digests]).filter((name) => name.includes(run));
    },
    async end(): Promise<void> {
      for (const one of made) await one.stop();
      await hub.end();
      await registry.stop();
      for (const { names, digests } of await shelf.all())
        for (const name of [...names, ...digests])
          if (name.includes(run))
            await docker
              .getImage(name)
              .remove({ force: true })
              .catch(() => undefined);
      await memory.settled();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
