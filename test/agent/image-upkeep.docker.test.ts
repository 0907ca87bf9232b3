// Room on the disk, what is removed and what never is, where images come from, and what a look beforehand tells: on a real engine.
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { imageDevice, plant, type ImageDevice } from '#test/support/image-device.ts';
import { whyNoRegistry } from '#test/support/loopback-registry.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const missing = socketPath === '' ? 'needs LANYARD_TEST_DOCKER, the socket of a dockerd' : whyNoRegistry;
const applied = { outcome: { code: 200, description: '' } } as const;

describe.skipIf(missing !== null)(`upkeep of images${missing === null ? '' : ` (${missing})`}`, () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  let device: ImageDevice;
  let proven = 0;
  beforeAll(async () => {
    device = await imageDevice(docker, socketPath);
  });
  afterAll(() => device.end());

  /** A revision with these images is proven, and nothing is under way. */
  const prove = async (...images: readonly string[]): Promise<void> => {
    proven += 1;
    const modules = Object.fromEntries(images.map((image, index) => [`m${index}`, { settings: { image } }]));
    const revision = { version: proven, value: { modules } };
    await device.memory.change((state) => ({
      ...state,
      desired: revision,
      lastGood: revision,
      course: { ...state.course, proven: revision },
    }));
    // As every round does: one that comes while the last is dealt with is passed over.
    await eventually(() => {
      device.images.roundEnded(applied);
      expect(device.memory.current.images.proven).toEqual([...images].toSorted());
    });
  };

  test('when a second revision after it is proven, an image of ours goes; others’ stay', async () => {
    const [one, two, three] = await Promise.all(['one', 'two', 'three'].map((name) => device.publish(name, 10_000)));
    const images = [one, two, three].map((found) => found?.image ?? '') as [string, string, string];
    const pinned = `${images[0].replace(':1', '')}@${one?.digest}`;
    for (const image of [...images, pinned]) await device.pull(image);
    await prove(images[0], pinned);
    await prove(images[1]);
    expect(await device.has(images[0])).toBe(true);
    await prove(images[2], device.base);
    await eventually(async () => expect(await device.has(images[0])).toBe(false));
    await eventually(async () => expect(await device.has(pinned)).toBe(false));
    expect(await device.has(images[1])).toBe(true);
    // It was here before, so it is not ours to remove.
    await prove(images[2]);
    await prove();
    await prove();
    await eventually(async () => expect(await device.has(images[2])).toBe(false));
    expect(await device.has(device.base)).toBe(true);
  });

  test('when a container uses it, or somebody gave its name to another image, it stays', async () => {
    const [used, taken] = await Promise.all(['used', 'taken'].map((name) => device.publish(name, 10_000)));
    const [image = '', other = ''] = [used?.image, taken?.image];
    for (const name of [image, other]) await device.pull(name);
    await prove(image, other);
    const container = await docker.createContainer({ Image: image });
    const { id } = (await device.shelf.find(device.base)) ?? { id: '' };
    await device.shelf.giveName(id, other);
    await prove();
    device.free(0);
    await prove(device.base);
    expect(await device.has(image)).toBe(true);
    expect(await device.has(other)).toBe(true);
    await eventually(() => expect(Object.keys(device.memory.current.images.brought)).toEqual([image]));
    await container.remove();
    await prove();
    await eventually(async () => expect(await device.has(image)).toBe(false));
    device.free(null);
  });

  test.each(['low-disk', 'never'] as const)(
    'when the policy is %s, a new revision alone removes nothing',
    async (pruneImages) => {
      device.allow({ pruneImages });
      const { image } = await device.publish(`kept-${pruneImages}`, 10_000);
      await device.pull(image);
      await prove(image);
      await prove();
      await prove(device.base);
      expect(await device.has(image)).toBe(true);
      const { image: large } = await device.publish(`large-${pruneImages}`, 1_000_000);
      device.hub.asked.splice(0);
      device.free(50e6);
      await expect(device.pull(large)).rejects.toThrow(
        /it needs about 3 MB .*, and 50 MB are free there, .*: make room/,
      );
      expect(device.hub.asked.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(1);
      expect(await device.has(image)).toBe(pruneImages === 'never');
      device.free(103.5e6);
      await device.pull(large);
      device.free(null);
      device.allow({});
    },
  );

  test('when all layers but one are here, room is needed for that one alone', async () => {
    const { image: lower } = await device.publish('lower', 3_000_000);
    await device.pull(lower);
    const { image: upper } = await device.publish('upper', 10_000, lower);
    const request = { image: upper, credential: null, limitMs: 10_000 };
    const offer = await device.images.offerOf(request);
    expect(offer).toMatchObject({ isOffered: true, platforms: ['linux/amd64'] });
    expect(offer.isOffered ? offer.sizeBytes : null).toBeLessThan(3 * 20_000);
    device.free(101e6);
    await device.pull(upper);
    device.free(null);
  });

  describe('the order of origins', () => {
    const credential = { address: 'x', username: 'u', password: 'secret-of-the-registry' };

    test('when the hub lacks it, its own registry gives it; the hub never hears of the password', async () => {
      const { image } = await device.publish('own', 10_000);
      const own = `${device.registry.address}/${image}`;
      device.hub.asked.splice(0);
      await device.pull(own, { credential });
      expect(await device.has(own)).toBe(true);
      expect(device.hub.asked.length).toBeGreaterThan(0);
      expect(JSON.stringify(device.hub.asked)).not.toContain('secret');
      expect(Object.keys(device.memory.current.images.brought)).toContain(own);
    });

    test('when the registry goes first, the hub is asked after it; when it is left out, not at all', async () => {
      const { image } = await device.publish('order', 10_000);
      const own = `${device.registry.address}/${image}`;
      device.hub.asked.splice(0);
      await device.pull(own, { from: device.imagesFrom(['registry', 'hub']) });
      expect(device.hub.asked).toEqual([]);
      const alone = device.imagesFrom(['registry']);
      await expect(device.pull(image, { from: alone })).rejects.toThrow(/^Image '.*' cannot be pulled: (?!.*the hub)/);
      expect(device.hub.asked).toEqual([]);
      await device.pull(image, { from: device.imagesFrom(['registry', 'hub']) });
      expect(await device.has(image)).toBe(true);
    });

    test('when nobody has it, one sentence tells where it was looked for, and what to do', async () => {
      const image = `${plant}/${device.run}/nowhere:1`;
      const hub = 'the hub 127\\.0\\.0\\.1:\\d+ does not have it';
      const registry = 'its registry reg\\.plant\\.invalid gives none \\(.+\\)';
      const advice = 'Bring it to the hub, or let this device reach reg\\.plant\\.invalid\\.';
      await expect(device.pull(image)).rejects.toThrow(
        new RegExp(`^Image '${image}' cannot be pulled: ${hub}; ${registry}\\. ${advice}$`),
      );
      const only = device.imagesFrom(['hub']);
      await expect(device.pull(image, { from: only })).rejects.toThrow(
        new RegExp(`^Image '${image}' cannot be pulled: ${hub}\\. Bring it to the hub\\.$`),
      );
      const offer = await device.images.offerOf({ image, credential: null, limitMs: 10_000 });
      expect(offer).toMatchObject({
        isOffered: false,
        reason: expect.stringMatching(new RegExp(`^${hub}; its registry: `)),
      });
    });

    test('when the hub does not answer a look beforehand, that is said, and the registry is asked', async () => {
      const { image } = await device.publish('slow', 10_000);
      device.hub.misbehave(() => () => undefined);
      const offer = await device.images.offerOf({ image, credential: null, limitMs: 500 });
      device.hub.misbehave(() => null);
      const told = /^the hub 127\.0\.0\.1:\d+ did not answer within 0\.5 seconds; its registry: /;
      expect(offer).toMatchObject({ isOffered: false, reason: expect.stringMatching(told) });
    });

    test('when an image is of Docker Hub, the places where people push it by hand are looked at, too', async () => {
      device.hub.asked.splice(0);
      await expect(device.pull(`hand-${device.run}:1`, { from: device.imagesFrom(['hub']) })).rejects.toThrow();
      const places = device.hub.pathsAsked().map((path) => path.replace(/\/manifests.*/, ''));
      expect(places).toEqual([
        `docker.io/library/hand-${device.run}`,
        `library/hand-${device.run}`,
        `hand-${device.run}`,
      ]);
    });
  });
});
