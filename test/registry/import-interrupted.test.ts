// Imports that are cancelled, killed, doubled, or meet a full disk: nothing is named half, and the next try goes on.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { importPath, type ImportRequest } from '#registry/import-images.ts';
import { LayoutMaker, openShelf, type ImageShelf } from '#test/support/image-shelf.ts';
import { tarOf } from '#test/support/saved-image.ts';
import { aTemporaryFolder } from '#test/support/test-store.ts';

let shelf: ImageShelf;
beforeEach(async () => {
  shelf = await openShelf();
});
afterEach(() => shelf.close());

const bring = (path: string, more: Partial<ImportRequest> = {}) =>
  importPath(shelf.images, { path, actor: 'console', name: null, platforms: null, ...more });
const repositories = () => shelf.images.manifests.repositories({ limit: 10 });

function made(...layers: readonly number[]) {
  const layout = new LayoutMaker(join(shelf.home, 'layout'));
  const image = layout.image(layers);
  layout.name(image, 'web:1');
  return { layout, image };
}

test.each(['web.tar', 'web.tar.gz'])(
  'when %s is cancelled in the midst, nothing is named and the next try goes on',
  async (file) => {
    const { layout } = made(4_000_000, 4_000_000, 4_000_000);
    const path = tarOf(layout.dir, join(shelf.home, file), ...(file.endsWith('gz') ? ['-z'] : []));
    const abort = new AbortController();
    const onProgress: ImportRequest['onProgress'] = ({ step }) => step === 'part 3 of 4' && abort.abort();
    await expect(bring(path, { signal: abort.signal, onProgress })).rejects.toMatchObject({ name: 'AbortError' });
    expect(repositories()).toEqual([]);
    expect(shelf.uploads()).toEqual([]);
    const totals = new Set<number | null>();
    const outcome = await bring(path, { onProgress: ({ totalBytes }) => totals.add(totalBytes) });
    expect(outcome.newBytes).toBeLessThan(9_000_000);
    expect([...totals]).toEqual([outcome.newBytes]);
    expect(repositories()).toEqual(['docker.io/library/web']);
  },
);

test('when two import the same image at once, both end well and it is there once', async () => {
  const { layout, image } = made(3_000_000, 2_000_000);
  const path = tarOf(layout.dir, join(shelf.home, 'web.tar'));
  const outcomes = await Promise.all([bring(path), bring(layout.dir), bring(path)]);
  expect(new Set(outcomes.flatMap(({ images }) => images.map(({ digest }) => digest)))).toEqual(
    new Set([image.digest]),
  );
  const { blobs } = await shelf.images.usage();
  expect(blobs).toBe(3);
  expect(shelf.uploads()).toEqual([]);
});

test('when the hub is killed in the midst, its start removes what lay half, and the next import is whole', async () => {
  const { layout, image } = made(60_000_000, 60_000_000);
  const path = tarOf(layout.dir, join(shelf.home, 'web.tar'));
  const dir = join(shelf.home, 'other');
  mkdirSync(dir);
  const child = fork(new URL('../support/import-until-killed.ts', import.meta.url), [dir, path]);
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const uploads = join(dir, 'images/uploads');
  expect(readdirSync(uploads).length).toBeGreaterThan(0);
  const other = await openShelf({ home: dir });
  onTestFinished(() => other.close());
  expect(other.uploads()).toEqual([]);
  expect(other.images.manifests.repositories({ limit: 10 })).toEqual([]);
  await importPath(other.images, { path, actor: 'console', name: null, platforms: null });
  for (const part of other.images.manifests.parts(image.digest as Digest))
    expect(other.images.blobs.sizeOf(part.digest)).toBe(part.bytes);
});

test('when the quota is too small, it is refused before the first byte', async () => {
  const { layout } = made(2_000_000);
  shelf.images.setQuota(1_000_000, 'console');
  await expect(bring(layout.dir)).rejects.toMatchObject({ code: 'image.quota' });
  expect((await shelf.images.usage()).blobs).toBe(0);
  shelf.images.setQuota(null, 'console');
  await bring(layout.dir);
});

test.skipIf(process.getuid?.() !== 0)(
  'when the disk is full, one sentence says so, and with room it goes on',
  async () => {
    const disk = aTemporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', [disk]));
    const small = await openShelf({ images: disk });
    onTestFinished(() => small.close());
    const { layout } = made(3_000_000, 2_500_000);
    execFileSync('sh', ['-c', `head -c 4000000 /dev/zero > ${disk}/other`]);
    const request: ImportRequest = { path: layout.dir, actor: 'console', name: null, platforms: null };
    await expect(importPath(small.images, request)).rejects.toMatchObject({ kind: 'unready', code: 'store.full' });
    expect(small.uploads()).toEqual([]);
    expect(small.images.manifests.repositories({ limit: 10 })).toEqual([]);
    rmSync(join(disk, 'other'));
    expect((await importPath(small.images, request)).images).toHaveLength(1);
  },
);
