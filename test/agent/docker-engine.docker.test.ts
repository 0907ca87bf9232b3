// The engine against a real dockerd, with an image made on the spot from Debian's static busybox. LANYARD_TEST_DOCKER names
// the socket; without it there is nothing to test against.
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDockerEngine } from '#agent/docker-engine.ts';
import type { JsonObject } from '#base/json.ts';
import { eventually } from '#test/support/eventually.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const deviceId = `engine-test-${process.pid}`;
const image = `lanyard-engine-test-${process.pid}:1`;

describe.skipIf(socketPath === '')('docker engine (needs LANYARD_TEST_DOCKER, the socket of a dockerd)', () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  const engine = createDockerEngine({ socketPath, deviceId });
  const stranger = `stranger-${process.pid}`;

  beforeAll(async () => {
    await importBusybox(docker, image, ['sleep', '600']);
  });

  afterEach(async () => {
    for (const container of await engine.containers())
      if (container.module !== null || container.name === stranger)
        await docker.getContainer(container.id).remove({ force: true });
  });

  afterAll(async () => {
    await docker.getImage(image).remove({ force: true });
  });

  const create = (name: string, body: JsonObject = {}): Promise<void> =>
    engine.create({
      name,
      module: name,
      specHash: 'h1',
      body: { Image: image, Cmd: ['sleep', '600'], StopTimeout: 0, ...body },
    });
  const find = async (name: string) => {
    const found = (await engine.containers()).find((container) => container.name === name);
    if (found === undefined) throw new Error(`no container ${name}`);
    return found;
  };

  test('when a container lives its life, it is seen at each stage', async () => {
    const name = `life-${process.pid}`;
    await create(name);
    expect(await find(name)).toMatchObject({ module: name, specHash: 'h1', state: 'created', startedAtMs: 0 });
    const { id } = await find(name);
    await engine.start(id);
    await engine.start(id);
    const running = await find(name);
    expect(running).toMatchObject({ state: 'running', health: 'none', finishedAtMs: 0 });
    expect(Math.abs(running.startedAtMs - Date.now())).toBeLessThan(60_000);
    await engine.rename(id, `${name}.next`);
    await engine.stop(id);
    await engine.stop(id);
    expect(await find(`${name}.next`)).toMatchObject({ state: 'exited', exitCode: 137 });
    await engine.remove(id);
    await engine.remove(id);
    expect((await engine.containers()).map((container) => container.id)).not.toContain(id);
  });

  test('when a health check fails, what it wrote last is seen', async () => {
    const name = `sick-${process.pid}`;
    const Healthcheck = { Test: ['CMD-SHELL', 'echo no license; exit 1'], Interval: 1e8, Retries: 1 };
    await create(name, { Healthcheck });
    await engine.start((await find(name)).id);
    await eventually(async () =>
      expect(await find(name)).toMatchObject({ health: 'unhealthy', healthOutput: 'no license\n' }),
    );
    const { id } = await find(name);
    await engine.stop(id);
    await engine.remove(id);
  });

  test('when another made a container, it is a stranger', async () => {
    await docker.createContainer({
      name: stranger,
      Image: image,
      Cmd: ['sh'],
      Labels: { 'io.lanyard.device': 'other' },
    });
    expect(await find(stranger)).toMatchObject({ module: null, specHash: null });
  });

  test('when the command does not exist, it says so in Docker’s words', async () => {
    await create(`bad-${process.pid}`, { Cmd: ['/no/such'] });
    const { id } = await find(`bad-${process.pid}`);
    await expect(engine.start(id)).rejects.toThrow(/could not start the container: .*\/no\/such/s);
  });

  test('when a module writes to both streams, the logs keep them apart', async () => {
    await create(`logs-${process.pid}`, { Cmd: ['sh', '-c', 'echo out; echo täst >&2'] });
    const { id } = await find(`logs-${process.pid}`);
    await engine.start(id);
    await eventually(async () => {
      const lines = await engine.logs(id, { tail: 10, sinceS: 0, untilS: 0 });
      expect(lines.map((line) => `${line.stream} ${line.text}`).toSorted()).toEqual(['stderr täst', 'stdout out']);
      expect(lines[0]?.timestamp).toMatch(/^20\d\d-/);
    });
  });

  test('when a module has written more than may be held, the newest lines come and the rest never gathers', async () => {
    const name = `flood-${process.pid}`;
    await create(name, {
      Cmd: ['sh', '-c', 'i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo "$i $0"; done', 'x'.repeat(2000)],
    });
    const { id } = await find(name);
    await engine.start(id);
    await eventually(async () => expect((await find(name)).state).toBe('exited'));
    const lines = await engine.logs(id, { tail: 10_000, sinceS: 0, untilS: 0 });
    const numbers = lines.map((line) => Number(line.text.split(' ')[0]));
    expect(numbers.at(-1)).toBe(4000);
    expect(numbers.length).toBeLessThan(1100);
    expect(numbers[0]).toBe(4001 - numbers.length);
  });

  test('when something happens to a container, it tells', async () => {
    await create(`watch-${process.pid}`);
    let changes = 0;
    const stop = engine.watch(() => (changes += 1));
    const { id } = await find(`watch-${process.pid}`);
    await eventually(async () => {
      await engine.stop(id);
      await engine.start(id);
      expect(changes).toBeGreaterThan(0);
    });
    stop();
  });

  test('when images are asked for, only those on the device are there', async () => {
    const present = await engine.presentImages([image, 'not/there:1', 'Not-A-Name']);
    expect([...present.keys()]).toEqual([image]);
    expect(present.get(image)).toMatch(/^linux\/\w+$/);
  });

  test('when the registry does not have the image, the pull fails though Docker answers 200', async () => {
    const registry = createServer((request, response) => {
      response.writeHead(request.url === '/v2/' ? 200 : 404, { 'content-type': 'application/json' });
      response.end(request.url === '/v2/' ? '{}' : '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"not here"}]}');
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const address = registry.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const pull = engine.pull({
      image: `127.0.0.1:${port}/web:1`,
      credential: null,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await expect(pull).rejects.toThrow(/cannot be pulled: (?!\(HTTP)/);
    registry.close();
  });

  test('when a pull is cancelled, it ends', async () => {
    const cancel = new AbortController();
    // It is under way when the registry is asked, and waits for an answer that does not come.
    const registry = createServer(() => cancel.abort());
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const address = registry.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const pull = engine.pull({
      image: `127.0.0.1:${port}/web:1`,
      credential: null,
      signal: cancel.signal,
      onProgress: () => undefined,
    });
    await expect(pull).rejects.toThrow(/was cancelled/);
    registry.closeAllConnections();
    registry.close();
  });
});

test('when nothing listens at the socket, it says what to do', async () => {
  const absent = createDockerEngine({ socketPath: join(tmpdir(), 'no-such.sock'), deviceId });
  await expect(absent.containers()).rejects.toThrow('start Docker on the device');
});
