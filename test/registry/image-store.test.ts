// The store on a real disk: damage is never given out and heals, what nothing names goes, quotas and full disks refuse cleanly.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { stretchBytes } from '#registry/blob-sums.ts';
import { createImageStore } from '#registry/create-image-store.ts';
import type { ImageStore } from '#registry/image-store.ts';
import type { Store } from '#store/store-types.ts';
import { diskFiller } from '#test/faults/fill-disk.ts';
import { mountDisk, whyNoMounts } from '#test/faults/small-disk.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { anImage, anIndex, digestOf, manifestType, indexType } from '#test/support/registry-site.ts';
import { aMemoryStore, aTemporaryFolder, silentLog } from '#test/support/test-store.ts';

interface Site {
  readonly dir: string;
  readonly store: Store;
  readonly images: ImageStore;
  readonly clock: ReturnType<typeof createFakeClock>;
  pathOf(digest: Digest): string;
}

const graceMs = 60_000;

async function aSite(dir = aTemporaryFolder(), pinned: readonly Digest[] = []): Promise<Site> {
  const clock = createFakeClock();
  const store = aMemoryStore(clock);
  const images = createImageStore({
    dir,
    store,
    clock,
    log: silentLog,
    graceMs,
    pinned: () => Promise.resolve(pinned),
  });
  await images.start();
  onTestFinished(() => images.stop());
  const pathOf = (digest: Digest) => join(dir, 'blobs/sha256', digest.slice(7, 9), digest.slice(7));
  return { dir, store, images, clock, pathOf };
}

async function* chunks(content: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < content.byteLength; from += size) yield content.subarray(from, from + size);
}

const put = ({ images }: Site, content: Uint8Array) => images.blobs.put(chunks(content), digestOf(content));

async function read({ images }: Site, digest: Digest, range?: { first: number; last: number }): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await images.blobs.open(digest, range)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function putImage({ images }: Site, tag: string | null, document: object): Digest {
  const mediaType = 'manifests' in document ? indexType : manifestType;
  const content = Buffer.from(JSON.stringify(document));
  return images.manifests.put({ repository: 'plant/web', tag, mediaType, content, actor: 'service' }).digest;
}

const kinds = ({ store }: Site) => store.read.journal.list({ limit: 1000 }).map(({ kind }) => kind);

/** Several stretches and a bit, nowhere the same. */
const large = Buffer.from(
  Uint8Array.from({ length: 3 * stretchBytes + 100_003 }, (_, index) => (index * 31 + (index >> 8) * 17) & 0xff),
);
const largeDigest = digestOf(large);

test.each([
  [0, 0],
  [stretchBytes - 1, stretchBytes],
  [stretchBytes, 2 * stretchBytes - 1],
  [100, 3 * stretchBytes + 100],
  [large.byteLength - 1, large.byteLength - 1],
])('when bytes %i to %i are read, they are those', async (first, last) => {
  const site = await aSite();
  await put(site, large);
  expect((await read(site, largeDigest, { first, last })).equals(large.subarray(first, last + 1))).toBe(true);
});

test('when the whole is read, or nothing is in it, it is bit for bit what came', async () => {
  const site = await aSite();
  for (const content of [large, Buffer.alloc(0), Buffer.alloc(stretchBytes), Buffer.from('x')]) {
    expect(await put(site, content)).toEqual({ bytes: content.byteLength, isNew: true });
    expect((await read(site, digestOf(content))).equals(content)).toBe(true);
    expect(readFileSync(site.pathOf(digestOf(content))).equals(content)).toBe(true);
  }
});

test.each([0, stretchBytes - 1, stretchBytes, 2 * stretchBytes + 700, large.byteLength - 1])(
  'when byte %i is flipped on disk, nothing of its stretch is given out, the blob is gone and heals',
  async (at) => {
    const site = await aSite();
    await put(site, large);
    const bytes = Buffer.from(large);
    bytes.writeUInt8((bytes.readUInt8(at) ^ 1) & 0xff, at);
    writeFileSync(site.pathOf(largeDigest), bytes);
    const got: Buffer[] = [];
    const stream = await site.images.blobs.open(largeDigest);
    stream.on('data', (part: Buffer) => got.push(part));
    await expect(new Promise((_resolve, reject) => stream.once('error', reject))).rejects.toThrow(/damaged on disk/);
    const given = Buffer.concat(got);
    expect(given.byteLength).toBeLessThanOrEqual(at);
    expect(given.equals(large.subarray(0, given.byteLength))).toBe(true);
    expect(site.images.blobs.sizeOf(largeDigest)).toBeNull();
    await expect(site.images.blobs.open(largeDigest)).rejects.toMatchObject({ code: 'image.unknown' });
    expect(await put(site, large)).toEqual({ bytes: large.byteLength, isNew: true });
    expect((await read(site, largeDigest)).equals(large)).toBe(true);
    expect(kinds(site)).toEqual(['image-damaged', 'image-healed']);
  },
);

test.each<[string, (path: string) => void]>([
  ['is gone', (path) => rmSync(path)],
  ['is shorter', (path) => truncateSync(path, 1000)],
  ['is longer', (path) => writeFileSync(path, Buffer.concat([large, large]))],
])('when the file of a blob %s, it is told once and heals', async (_what, harm) => {
  const site = await aSite();
  await put(site, large);
  harm(site.pathOf(largeDigest));
  for (let time = 0; time < 2; time++)
    await expect(site.images.blobs.open(largeDigest)).rejects.toMatchObject({ code: 'image.unknown' });
  await put(site, large);
  expect((await read(site, largeDigest)).equals(large)).toBe(true);
  expect(kinds(site)).toEqual(['image-damaged', 'image-healed']);
});

test('when a blob is here, it is not written again, and other bytes under its digest are refused', async () => {
  const site = await aSite();
  await put(site, large);
  expect(await put(site, large)).toEqual({ bytes: large.byteLength, isNew: false });
  await expect(site.images.blobs.put(chunks(Buffer.from('other')), largeDigest)).rejects.toMatchObject({
    code: 'image.digest',
  });
});

test('when a source breaks off or is cancelled, nothing is left', async () => {
  const site = await aSite();
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield large;
    throw new Error('the stick was pulled out');
  }
  await expect(site.images.blobs.put(breaking(), largeDigest)).rejects.toThrow('the stick was pulled out');
  const cancelled = AbortSignal.abort(new Error('cancelled'));
  await expect(site.images.blobs.put(chunks(large), largeDigest, cancelled)).rejects.toThrow('cancelled');
  expect(readdirSync(join(site.dir, 'uploads'))).toEqual([]);
  expect(site.images.blobs.sizeOf(largeDigest)).toBeNull();
});

test('when the hub ended in the middle of an upload, its next start removes what is left of it', async () => {
  const dir = aTemporaryFolder();
  mkdirSync(join(dir, 'uploads'));
  writeFileSync(join(dir, 'uploads', 'half'), large);
  await aSite(dir);
  expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
});

test('when what nothing names is collected, all that a tag, a pin or the grace holds stays', async () => {
  const blobs = ['config', 'tagged', 'pinned', 'unnamed', 'loose', 'asked'].map((text) => Buffer.from(text));
  const [config, tagged, pinned, unnamed, , asked] = blobs as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  const pin = digestOf(Buffer.from(JSON.stringify(anImage([config, pinned]))));
  const site = await aSite(aTemporaryFolder(), [pin]);
  for (const blob of blobs) await put(site, blob);
  const child = putImage(site, null, anImage([config, tagged]));
  putImage(site, 'v1', anIndex([anImage([config, tagged])]));
  putImage(site, null, anImage([config, pinned]));
  putImage(site, null, anImage([config, unnamed]));
  expect(await site.images.collect('service')).toEqual({ manifests: 0, blobs: 0, freedBytes: 0 });
  site.clock.advance(graceMs + 1);
  // A pusher is told that it need not send it, and sends the manifest next.
  site.images.blobs.sizeOf(digestOf(asked));
  expect(await site.images.collect('service')).toEqual({ manifests: 1, blobs: 2, freedBytes: 12 });
  expect(blobs.map((blob) => existsSync(site.pathOf(digestOf(blob))))).toEqual([true, true, true, false, false, true]);
  expect(site.images.manifests.get('plant/web', child)).toBeDefined();
  expect(kinds(site).at(-1)).toBe('images-collected');
});

test('when a file has no row, collecting takes it', async () => {
  const site = await aSite();
  mkdirSync(join(site.pathOf(largeDigest), '..'), { recursive: true });
  writeFileSync(site.pathOf(largeDigest), large);
  await eventually(async () => {
    site.clock.advance(10 * 365 * 24 * 3_600_000);
    expect((await site.images.collect('service')).freedBytes).toBe(large.byteLength);
  });
  expect(existsSync(site.pathOf(largeDigest))).toBe(false);
});

test('when the quota does not hold it, a blob is refused with the figures and leaves nothing; with more, it is taken', async () => {
  const site = await aSite();
  site.images.setQuota(1_500_000, 'console');
  const held = large.subarray(0, 1_000_003);
  await put(site, held);
  const more = Buffer.concat([held, Buffer.from('more')]);
  await expect(put(site, more)).rejects.toThrow(/may take 1.4 MB, have 977 KB and need/);
  await expect(site.images.reserve(600_000)).rejects.toMatchObject({ code: 'image.quota' });
  const release = await site.images.reserve(400_000);
  await expect(site.images.reserve(200_000)).rejects.toMatchObject({ code: 'image.quota' });
  release();
  expect(readdirSync(join(site.dir, 'uploads'))).toEqual([]);
  site.images.setQuota(null, 'console');
  await put(site, more);
  expect(await site.images.usage()).toMatchObject({
    blobs: 2,
    bytes: held.byteLength + more.byteLength,
    quotaBytes: null,
  });
});

test('when the disk is full, a blob is refused and leaves nothing; with room, it is taken', async ({ skip }) => {
  const reason = whyNoMounts();
  if (reason !== null) skip(reason);
  const disk = mountDisk('size=40m');
  onTestFinished(() => disk.remove());
  const site = await aSite(disk.dir);
  await put(site, large);
  const huge = Buffer.alloc(60_000_000, 'huge');
  await expect(put(site, huge)).rejects.toMatchObject({ kind: 'unready', code: 'store.full' });
  expect(readdirSync(join(site.dir, 'uploads'))).toEqual([]);
  expect((await read(site, largeDigest)).equals(large)).toBe(true);
  // Another program takes the rest while a blob is on its way: the disk itself refuses.
  const filler = diskFiller(join(disk.dir, 'filler'));
  const half = Buffer.alloc(20_000_000, 'half');
  async function* whileFilling(): AsyncGenerator<Uint8Array> {
    yield half.subarray(0, 5_000_000);
    filler.fill();
    yield* chunks(half.subarray(5_000_000));
  }
  await expect(site.images.blobs.put(whileFilling(), digestOf(half))).rejects.toMatchObject({ code: 'store.full' });
  expect(readdirSync(join(site.dir, 'uploads'))).toEqual([]);
  filler.empty();
  await put(site, half);
  expect((await read(site, digestOf(half))).equals(half)).toBe(true);
});
