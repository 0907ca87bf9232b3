// Images on a real engine, out of the hub through the agent's proxy: under their own names, each asked for once.
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyPrefixOf } from '#agent/image-reference.ts';
import { eventually } from '#test/support/eventually.ts';
import { imageDevice, plant, type ImageDevice } from '#test/support/image-device.ts';
import { whyNoRegistry } from '#test/support/loopback-registry.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const missing = socketPath === '' ? 'needs LANYARD_TEST_DOCKER, the socket of a dockerd' : whyNoRegistry;

describe.skipIf(missing !== null)(`images from the hub${missing === null ? '' : ` (${missing})`}`, () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  let device: ImageDevice;
  beforeAll(async () => {
    device = await imageDevice(docker, socketPath);
  });
  afterAll(() => device.end());

  test('when the hub has it, it comes under its own name, and nothing else is left of it', async () => {
    const { image } = await device.publish('plain');
    const told = await device.pull(image);
    expect(await device.has(image)).toBe(true);
    const names = (await device.names()).filter((name) => name.includes('plain'));
    expect(names).toEqual([image]);
    expect(told.some(({ doneBytes, totalBytes }) => doneBytes > 0 && totalBytes !== null)).toBe(true);
    expect(Object.keys(device.memory.current.images.brought)).toContain(image);
  });

  test('when what it is made of is here, no blob of it is asked for again', async () => {
    const { image, digest } = await device.publish('again');
    await device.pull(image);
    expect(device.blobsAsked().length).toBeGreaterThan(0);
    // Under another name it stays, and its own is given back.
    const { id } = (await device.shelf.find(image)) ?? { id: '' };
    await device.shelf.giveName(id, `other-${device.run}:1`);
    await device.shelf.takeName(image);
    await device.pull(image);
    // To know that it is the same, its configuration is read.
    expect(device.blobsAsked()).toEqual([expect.stringContaining(id)]);
    // A shared layer is not asked for either.
    const more = await device.publish('more', 50_000, image);
    await device.pull(more.image);
    const layers = device.blobsAsked();
    expect(new Set(layers).size).toBe(2);
    expect(await device.has(`${plant}/${device.run}/again@${digest}`)).toBe(false);
  });

  test('when it is named by its digest, it is kept, made into a container, and told by that name', async () => {
    const { image, digest } = await device.publish('pinned');
    for (const pinned of [image.replace(':1', `@${digest}`), `${image}@${digest}`]) {
      await device.pull(pinned);
      expect(await device.has(pinned)).toBe(true);
      const name = `pinned-${device.run}`;
      await device.engine.create({ name, module: name, specHash: 'h', body: { Image: pinned, Cmd: ['sleep', '60'] } });
      const seen = (await device.engine.containers()).find((container) => container.name === name);
      expect(seen).toMatchObject({ image: pinned, specHash: 'h' });
      await device.engine.remove(seen?.id ?? '');
      await docker.pruneImages({ filters: { dangling: { true: true } } });
      expect(await device.has(pinned)).toBe(true);
      expect((await device.names()).filter((one) => one.includes('/pinned'))).toEqual([
        `lanyard.local/${plant}/${device.run}/pinned:${digest.replace(':', '-')}`,
      ]);
      await device.engine.removeImage(pinned);
      expect(await device.has(pinned)).toBe(false);
    }
  });

  test('when one image is wanted by its tag and by its digest at once, both come', async () => {
    const { image, digest } = await device.publish('twice', 300_000);
    const pinned = image.replace(':1', `@${digest}`);
    await Promise.all([device.pull(image), device.pull(pinned), device.pull(image)]);
    expect([await device.has(image), await device.has(pinned)]).toEqual([true, true]);
    expect((await device.names()).filter((name) => name.includes('127.0.0.1:') && name.includes('/twice'))).toEqual([]);
  });

  test('when a digest is on the device under another name, nobody is asked for it', async () => {
    const { image, digest } = await device.publish('elsewhere');
    const own = `${device.registry.address}/${plant}/${device.run}/elsewhere@${digest}`;
    await device.engine.pull({
      image: own,
      credential: null,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    device.hub.asked.splice(0);
    await device.pull(image.replace(':1', `@${digest}`));
    expect(device.hub.asked).toEqual([]);
    expect(await device.has(image.replace(':1', `@${digest}`))).toBe(true);
  });

  test('when it came by its tag and is named by its digest, nobody is asked for it, until that image is gone', async () => {
    const { image, digest } = await device.publish('tagged');
    const pinned = image.replace(':1', `@${digest}`);
    await device.pull(image);
    device.hub.asked.splice(0);
    await device.pull(pinned);
    expect(device.hub.asked).toEqual([]);
    expect(await device.has(pinned)).toBe(true);
    await device.engine.removeImage(image);
    await device.engine.removeImage(pinned);
    await device.pull(pinned);
    expect(device.hub.asked.length).toBeGreaterThan(0);
    expect(await device.has(pinned)).toBe(true);
  });

  test('when the hub is killed in mid-pull and comes back, the pull goes on to its end', async () => {
    const { image } = await device.publish('killed', 4_000_000);
    device.hub.asked.splice(0);
    const blobs = (): readonly string[] =>
      device.hub.asked.filter(({ path }) => path.includes('/blobs/')).map(({ path }) => path);
    let half = 0;
    device.hub.misbehave((path) => {
      // The first blob is the configuration, which the look reads.
      if (half > 0 || !path.includes('/blobs/') || blobs().length < 2) return null;
      half = 2_000_000;
      return (_request, response) => {
        void fetch(`http://${device.registry.address}/v2/${path}`)
          .then((answer) => answer.arrayBuffer())
          .then((bytes) => {
            response.writeHead(200, { 'content-length': bytes.byteLength });
            response.write(Buffer.from(bytes).subarray(0, half), () => {
              void device.hub.stop().then(() => device.hub.comeBack());
            });
          });
      };
    });
    await device.pull(image);
    const last = device.hub.asked.at(-1);
    expect(last?.path).toBe(blobs()[1]);
    expect(Number(/^bytes=(\d+)-$/.exec(last?.range ?? '')?.[1])).toBeGreaterThan(0);
    expect(await device.has(image)).toBe(true);
    device.hub.misbehave(() => null);
  });

  test('when the hub sends a wrong byte, Docker keeps nothing of it, and the sentence says so', async () => {
    const { image } = await device.publish('wrong', 300_000);
    let layers = 0;
    device.hub.misbehave((path) => {
      layers += path.includes('/blobs/') ? 1 : 0;
      // The first blob is the configuration, which the look reads.
      return path.includes('/blobs/') && layers > 1
        ? (_request, response) => {
            response.writeHead(200).end(Buffer.alloc(10_000_000));
          }
        : null;
    });
    await expect(device.pull(image)).rejects.toThrow(
      /^Image '.*' cannot be pulled: the hub 127\.0\.0\.1:\d+ sent more than the \d+ bytes it has .*; its registry reg\.plant\.invalid gives none \(.*\)\. Bring it to the hub, or let this device reach reg\.plant\.invalid\.$/,
    );
    device.hub.misbehave(() => null);
    expect(await device.has(image)).toBe(false);
    expect((await device.names()).some((name) => name.includes('/wrong'))).toBe(false);
    await device.pull(image);
    expect(await device.has(image)).toBe(true);
  });

  test('when a pull is cancelled, it ends, and leaves nothing', async () => {
    const { image } = await device.publish('cancelled', 2_000_000);
    const abort = new AbortController();
    device.hub.misbehave((path) => {
      if (path.includes('/blobs/') && device.hub.asked.some((asked) => asked.path === path)) abort.abort();
      return null;
    });
    await expect(device.pull(image, { signal: abort.signal })).rejects.toThrow();
    device.hub.misbehave(() => null);
    expect(await device.has(image)).toBe(false);
  });

  test('when an agent was killed between the pull and the naming, the next one tidies up', async () => {
    const { id } = (await device.shelf.find(device.base)) ?? { id: '' };
    const left = `127.0.0.1:1/${proxyPrefixOf(`images-${device.run}`)}/docker.io/library/left-${device.run}:1`;
    const foreign = `127.0.0.1:1/lanyard-of-another/left-${device.run}:1`;
    for (const name of [left, foreign]) await device.shelf.giveName(id, name);
    device.images.roundEnded({ outcome: { code: 200, description: '' } });
    await eventually(async () => expect(await device.names()).not.toContain(left));
    expect(await device.names()).toContain(foreign);
  });
});
