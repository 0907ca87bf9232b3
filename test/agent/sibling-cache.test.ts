// The layers kept for neighbours: bounded, found again, and never believed when they are not what their name says.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { LayerCache, type LayerCacheOptions } from '#agent/sibling-cache.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { aTemporaryFolder, silentLog } from '#test/support/test-store.ts';

const size = 300_000;

function aLayer(bytes = randomBytes(size)) {
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, sizeBytes: bytes.length };
}

function aCache(dir: string, given: Partial<LayerCacheOptions> = {}) {
  let changes = 0;
  const clock = createSystemClock();
  const onChange = (): void => void (changes += 1);
  const cache = new LayerCache({
    dir,
    mostBytes: () => 3 * size,
    onChange,
    clock,
    log: silentLog,
    leastFreeBytes: 0,
    ...given,
  });
  return {
    cache,
    changes: () => changes,
    keep: async (layer: ReturnType<typeof aLayer>, chunkBytes = 65_536): Promise<boolean> => {
      const keeping = cache.begin({ ...layer, repository: 'web' });
      for (let at = 0; at < layer.bytes.length; at += chunkBytes)
        keeping?.keep(layer.bytes.subarray(at, at + chunkBytes));
      keeping?.finish();
      await cache.settled();
      return keeping !== null;
    },
    read: async (digest: string, fromByte = 0): Promise<Buffer> => {
      const chunks: Buffer[] = [];
      for await (const chunk of cache.read(digest, fromByte)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

test('when a layer was streamed, it is kept under its digest and read from any byte', async () => {
  const dir = join(aTemporaryFolder(), 'layers');
  const { cache, keep, read, changes } = aCache(dir);
  const layer = aLayer(randomBytes(700_001));
  expect(await keep(layer)).toBe(true);
  expect(cache.holds()).toEqual([layer.digest]);
  expect(cache.sizeOf(layer.digest)).toBe(700_001);
  expect(changes()).toBe(1);
  for (const from of [0, 1, 262_143, 262_144, 600_000, 700_000])
    expect((await read(layer.digest, from)).equals(layer.bytes.subarray(from))).toBe(true);
  expect(readdirSync(dir)).toEqual([layer.digest.slice(7)]);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

test('when there is no room for one more, the one not used for longest goes', async () => {
  const { cache, keep, read } = aCache(aTemporaryFolder());
  const [first, second, third, fourth] = [aLayer(), aLayer(), aLayer(), aLayer()];
  for (const layer of [first, second, third]) await keep(layer);
  await read(first.digest);
  await keep(fourth);
  expect(cache.holds()).toEqual([fourth.digest, first.digest, third.digest]);
});

test('when the agent starts again, it holds what it held, in the order of use, and nothing half', async () => {
  const dir = aTemporaryFolder();
  const [first, second] = [aLayer(), aLayer()];
  const before = aCache(dir);
  await before.keep(first);
  await before.keep(second);
  writeFileSync(join(dir, `${'a'.repeat(64)}.1.part`), 'half');
  mkdirSync(join(dir, 'something'));
  const after = aCache(dir, { mostBytes: () => size });
  await after.cache.start();
  expect(after.cache.holds()).toEqual([second.digest]);
  expect((await after.read(second.digest)).equals(second.bytes)).toBe(true);
  expect(readdirSync(dir)).toEqual([second.digest.slice(7)]);
});

test.each([
  { when: 'one byte is another', damage: (bytes: Buffer) => void (bytes[150_000] = (bytes[150_000] ?? 0) ^ 1) },
  { when: 'it was cut', damage: () => undefined, cutTo: 100_000 },
  { when: 'it was emptied by a power cut', damage: () => undefined, cutTo: 0 },
])('when $when, a layer is never given to its end, is dropped, and can be kept anew', async ({ damage, cutTo }) => {
  const dir = aTemporaryFolder();
  const { cache, keep, read } = aCache(dir);
  const layer = aLayer();
  await keep(layer);
  const bad = Buffer.from(layer.bytes);
  damage(bad);
  writeFileSync(join(dir, layer.digest.slice(7)), bad.subarray(0, cutTo));
  for (const from of [0, 200_000]) {
    let came = 0;
    const reading = async (): Promise<void> => {
      for await (const chunk of cache.read(layer.digest, from)) came += chunk.length;
    };
    await expect(reading()).rejects.toThrow();
    expect(came).toBeLessThan(size - from);
  }
  expect(cache.holds()).toEqual([]);
  expect(existsSync(join(dir, layer.digest.slice(7)))).toBe(false);
  expect(await keep(layer)).toBe(true);
  expect((await read(layer.digest)).equals(layer.bytes)).toBe(true);
});

test('when its receiver breaks off, the layer is not taken for damaged', async () => {
  const { cache, keep, read } = aCache(aTemporaryFolder());
  const layer = aLayer(randomBytes(800_000));
  await keep(layer);
  const stream = Readable.from(cache.read(layer.digest, 0), { objectMode: false, highWaterMark: 1 });
  await once(stream, 'readable');
  stream.destroy(new Error('the receiver is gone'));
  await expect(finished(stream)).rejects.toThrow('the receiver is gone');
  expect((await read(layer.digest)).equals(layer.bytes)).toBe(true);
});

test.each([
  { when: 'it is small', layer: aLayer(randomBytes(1_000)), options: {} },
  { when: 'it is larger than all that may be kept', layer: aLayer(), options: { mostBytes: () => size - 1 } },
  { when: 'nothing may be kept', layer: aLayer(), options: { mostBytes: () => 0 } },
])('when $when, a layer is not begun', async ({ layer, options }) => {
  expect(await aCache(aTemporaryFolder(), options).keep(layer)).toBe(false);
});

test('when the disk has no room left, or takes nothing, the layer is not kept and nobody hears of it', async () => {
  const full = aCache(aTemporaryFolder(), { leastFreeBytes: 2 ** 60 });
  const layer = aLayer();
  expect(await full.keep(layer)).toBe(true);
  expect(full.cache.holds()).toEqual([]);
  const file = join(aTemporaryFolder(), 'file');
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  const broken = aCache(join(file, 'layers'));
  expect(await broken.keep(layer)).toBe(true);
  expect(broken.cache.holds()).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe('');
});

test('when a pull breaks off, its copy goes with it; when it is begun twice, it is written once', async () => {
  const dir = aTemporaryFolder();
  const { cache } = aCache(dir);
  const layer = { ...aLayer(), repository: 'web' };
  const keeping = cache.begin(layer);
  expect(cache.begin(layer)).toBeNull();
  keeping?.keep(layer.bytes.subarray(0, 100_000));
  keeping?.cancel();
  // Docker asks again before the first copy is gone.
  const again = cache.begin(layer);
  again?.keep(layer.bytes);
  again?.finish();
  await cache.settled();
  expect([cache.holds(), readdirSync(dir)]).toEqual([[layer.digest], [layer.digest.slice(7)]]);
});

test('when less came than the layer has, it is not kept', async () => {
  const dir = aTemporaryFolder();
  const { cache } = aCache(dir);
  const keeping = cache.begin({ ...aLayer(), repository: 'web' });
  keeping?.keep(Buffer.alloc(1_000));
  keeping?.finish();
  await cache.settled();
  expect([cache.holds(), readdirSync(dir)]).toEqual([[], []]);
});

test('when the network is quicker than the disk by too much, the copy is given up, not the memory', async () => {
  const { cache } = aCache(aTemporaryFolder(), { mostBytes: () => 2 ** 40 });
  const keeping = cache.begin({ digest: `sha256:${'1'.repeat(64)}`, sizeBytes: 100_000_000, repository: 'web' });
  const chunk = Buffer.alloc(1_000_000);
  for (let count = 0; count < 100; count++) keeping?.keep(chunk);
  keeping?.finish();
  await cache.settled();
  expect(cache.holds()).toEqual([]);
});
