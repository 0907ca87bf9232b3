// The agent's look at a real machine: images of a real engine, ports of a foreign container and of a program of the host.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerEngine } from '#agent/docker-engine.ts';
import { createPreflightLook } from '#agent/preflight.ts';
import { judgeSight } from '#domain/rollouts/preflight.ts';
import type { PreflightModule } from '#domain/rollouts/preflight-request.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { publishLayer, startLoopbackRegistry, whyNoRegistry } from '#test/support/loopback-registry.ts';
import { importBusybox, loadForeignImage } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const run = randomUUID().slice(0, 8);
const image = `lanyard-look-${run}:1`;
const foreignImage = `lanyard-look-${run}:foreign`;
const stranger = `look-stranger-${run}`;
const own = `look-own-${run}`;
const deviceId = `look-${run}`;

const aModule = (overrides: Partial<PreflightModule> = {}): PreflightModule => ({
  name: own,
  image,
  pullPolicy: 'on-create',
  strategy: '',
  hostPorts: [],
  ...overrides,
});

const at = (port: number, address: string) => ({ port, protocol: 'tcp', address }) as const;

describe.skipIf(socketPath === '')('a look at a device (needs LANYARD_TEST_DOCKER, the socket of a dockerd)', () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  const engine = createDockerEngine({ socketPath, deviceId });
  const look = createPreflightLook({ engine, clock: createSystemClock() });
  const program = createServer();

  const publish = async (name: string): Promise<number> => {
    const body = {
      Image: image,
      Cmd: ['sleep', '600'],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '0' }] } },
    };
    if (name === own) await engine.create({ name, module: name, specHash: 'h', body });
    else await docker.createContainer({ name, ...body });
    await docker.getContainer(name).start();
    const { NetworkSettings } = await docker.getContainer(name).inspect();
    return Number(NetworkSettings.Ports['80/tcp']?.[0]?.HostPort);
  };
  let ports: { readonly stranger: number; readonly own: number; readonly program: number };

  beforeAll(async () => {
    await importBusybox(docker, image, ['sleep', '600']);
    await loadForeignImage(docker, foreignImage);
    program.listen(0, '127.0.0.1');
    await once(program, 'listening');
    const address = program.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    ports = { stranger: await publish(stranger), own: await publish(own), program: port };
  }, 60_000);
  afterAll(async () => {
    for (const name of [stranger, own]) await docker.getContainer(name).remove({ force: true });
    for (const name of [image, foreignImage]) await docker.getImage(name).remove({ force: true });
    program.close();
  });

  const judge = async (...modules: readonly PreflightModule[]) => {
    const request = { modules, registryCredentials: [] };
    return judgeSight(request, await look(request)).answer;
  };

  test('when the image is there and the port is its own, nothing stands in the way', async () => {
    const hostPorts = [{ port: ports.own, protocol: 'tcp', address: '127.0.0.1' } as const];
    const sight = await look({ modules: [aModule({ hostPorts })] });
    expect(sight).toMatchObject({ platform: 'linux/amd64', images: [{ state: 'present' }], takenPorts: [] });
    expect(sight.freeBytes).toBeGreaterThan(0);
    expect(await judge(aModule({ hostPorts }))).toEqual({ kind: 'go' });
  });

  test('when ports are taken by a foreign container and by a program, it says by whom', async () => {
    const hostPorts = [at(ports.stranger, ''), at(ports.program, '127.0.0.1'), at(ports.program, '127.0.0.2')];
    expect(await judge(aModule({ hostPorts }))).toEqual({
      kind: 'wait',
      obstacles: [
        `Port ${ports.stranger}/tcp, which module '${own}' wants, is taken by container '${stranger}': stop that, or choose another port.`,
        `Port ${ports.program}/tcp of 127.0.0.1, which module '${own}' wants, is taken by another program of the device: end that, or choose another port.`,
      ],
    });
  });

  test('when an image cannot be had, it says why in the words of the engine', async () => {
    const missing = `127.0.0.1:9/lanyard-${run}:1`;
    const answer = await judge(aModule({ image: missing }));
    expect(answer.kind === 'wait' ? answer.obstacles : []).toEqual([
      expect.stringMatching(
        /^Image '127\.0\.0\.1:9\/.*' of module '.*' is not on the device and cannot be pulled: .*connection refused\. Bring it/,
      ),
    ]);
  });

  test.skipIf(whyNoRegistry !== null)(
    'when a registry has the image, it can be had, and for what it is made',
    async () => {
      const registry = await startLoopbackRegistry();
      try {
        const reference = `${registry.address}/lanyard-look-${run}:1`;
        await publishLayer(docker, { from: image, reference, bytes: 1000 });
        await docker.getImage(reference).remove({ force: true });
        const offered = { state: 'offered', platforms: ['linux/amd64'], sizeBytes: null };
        expect((await look({ modules: [aModule({ image: reference })] })).images).toEqual([
          { image: reference, ...offered },
        ]);
        const answer = await judge(aModule({ image: `${registry.address}/lanyard-look-${run}:2` }));
        expect(answer.kind === 'wait' ? answer.obstacles : []).toEqual([
          expect.stringMatching(/is not on the device and cannot be pulled: .*manifest unknown.*\. Bring it/),
        ]);
      } finally {
        await registry.stop();
      }
    },
  );

  test('when the image is for another machine, the device never can', async () => {
    expect(await judge(aModule({ image: foreignImage }))).toEqual({
      kind: 'never',
      reason: `Image '${foreignImage}' of module '${own}' is for linux/s390x, and the device is linux/amd64: deploy one for it.`,
    });
  });
});
