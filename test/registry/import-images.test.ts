// Imports of real and of made files: every form in which images travel, and that what lies in the store afterwards is them.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { importPath, inspectPath, type ImportRequest } from '#registry/import-images.ts';
import { LayoutMaker, openShelf, sha256, type ImageShelf } from '#test/support/image-shelf.ts';
import { savedOldForm, tarOf } from '#test/support/saved-image.ts';

let shelf: ImageShelf;
beforeEach(async () => {
  shelf = await openShelf();
});
afterEach(() => shelf.close());

const bring = (path: string, more: Partial<ImportRequest> = {}) =>
  importPath(shelf.images, { path, actor: 'console', name: null, platforms: null, ...more });

async function bytesOf(digest: string): Promise<Buffer> {
  const content = await shelf.images.blobs.open(digest as Digest);
  return Buffer.concat(await content.toArray());
}

const tarHere = (dir: string, file: string, ...options: readonly string[]) =>
  tarOf(dir, join(shelf.home, file), ...options);

function tags(repository: string): readonly string[] {
  return shelf.images.manifests.tags(repository, { limit: 100 }).map(({ tag, digest }) => `${tag} ${digest}`);
}

describe('an OCI layout', () => {
  test.each([
    ['a folder', (dir: string) => dir],
    ['a tar', (dir: string) => tarHere(dir, 'layout.tar')],
    [
      'a tar with long names and extended headers',
      (dir: string) => tarHere(dir, 'pax.tar', '--format=pax', '--transform=s,^,./,'),
    ],
    ['a gzipped tar', (dir: string) => tarHere(dir, 'layout.tar.gz', '-z')],
  ])('when it is %s, it comes in with every byte and its own digests', async (_title, made) => {
    const layout = new LayoutMaker(join(shelf.home, 'layout'));
    const web = layout.image([200_000, 70_000]);
    layout.name(web, 'reg.local:5000/plant/web:1.0');
    const path = made(layout.dir);

    const report = await inspectPath(shelf.images, { path });
    expect(report.images).toEqual([
      {
        name: 'reg.local:5000/plant/web:1.0',
        digest: web.digest,
        platforms: ['linux/amd64'],
        bytes: expect.any(Number),
        newBytes: report.images[0]?.bytes,
      },
    ]);
    expect(shelf.images.blobs.sizeOf(web.digest as Digest)).toBeNull();

    const outcome = await bring(path);
    expect(outcome.warnings).toEqual([]);
    expect(tags('reg.local_5000/plant/web')).toEqual([`1.0 ${web.digest}`]);
    for (const { digest } of shelf.images.manifests.parts(web.digest as Digest))
      expect((await bytesOf(digest)).equals(readFileSync(layout.pathOf(digest)))).toBe(true);
    expect((await inspectPath(shelf.images, { path })).images[0]?.newBytes).toBe(0);
    expect(shelf.uploads()).toEqual([]);
  });

  test('when it holds an index, it brings the platforms asked for and keeps the digest of the index', async () => {
    const layout = new LayoutMaker(join(shelf.home, 'layout'));
    const [amd64, arm64] = [layout.image([1_000]), layout.image([1_000], { architecture: 'arm64' })];
    const index = layout.index({ amd64, arm64 });
    layout.name(index, 'web:1');
    const outcome = await bring(layout.dir, { platforms: ['linux/arm64'] });
    expect(outcome.images).toEqual([
      { name: 'web:1', repository: 'docker.io/library/web', digest: index.digest, platforms: ['linux/arm64'] },
    ]);
    const { manifests } = shelf.images;
    expect(manifests.get('docker.io/library/web', arm64.digest)).toBeDefined();
    expect(manifests.get('docker.io/library/web', amd64.digest)).toBeUndefined();
  });

  test('when it lacks one image of an index, it brings the others and says so', async () => {
    const layout = new LayoutMaker(join(shelf.home, 'layout'));
    const [amd64, arm64] = [layout.image([1_000]), layout.image([1_000], { architecture: 'arm64' })];
    layout.name(layout.index({ amd64, arm64 }), 'web:1');
    rmSync(layout.pathOf(arm64.digest));
    const outcome = await bring(layout.dir);
    expect(outcome.images[0]?.platforms).toEqual(['linux/amd64']);
    expect(outcome.warnings).toEqual([expect.stringContaining('lacks parts of')]);
  });

  test('when an image has no name, it takes the one that is given', async () => {
    const layout = new LayoutMaker(join(shelf.home, 'layout'));
    const web = layout.image([100]);
    layout.name(web, null);
    await expect(bring(layout.dir)).rejects.toThrow('names none of its images: give the name');
    await expect(bring(layout.dir, { name: 'No Name' })).rejects.toMatchObject({ code: 'image.name' });
    const outcome = await bring(layout.dir, { name: 'mcr.microsoft.com/plant/web:2' });
    expect(outcome.images[0]).toMatchObject({ repository: 'mcr.microsoft.com/plant/web', digest: web.digest });
  });

  test('when it holds a signature of an image, the signature goes to the same repository', async () => {
    const layout = new LayoutMaker(join(shelf.home, 'layout'));
    const web = layout.image([100]);
    const signature = layout.image([50], { extra: { artifactType: 'application/vnd.sign', subject: web } });
    layout.name(web, 'web:1').name(signature, null);
    await bring(layout.dir);
    const referrers = shelf.images.manifests.referrers('docker.io/library/web', web.digest as Digest);
    expect(referrers).toEqual([expect.objectContaining({ digest: signature.digest })]);
  });
});

describe('a file of docker save', () => {
  test.each([
    ['plain', 'saved.tar', []],
    ['gzipped', 'saved.tar.gz', ['-z']],
  ])('when it is in the old form, %s, the image keeps its id and its layers', async (_title, file, options) => {
    const dir = join(shelf.home, 'saved');
    const { id } = savedOldForm(dir);
    const outcome = await bring(tarHere(dir, file, ...options));
    const [image] = outcome.images;
    expect(image).toMatchObject({ name: 'plant/web:1', repository: 'docker.io/plant/web', platforms: ['linux/amd64'] });
    const manifest = shelf.images.manifests.get('docker.io/plant/web', '1');
    const read = JSON.parse(Buffer.from(manifest?.content ?? []).toString('utf8')) as {
      config: { digest: string };
      layers: { mediaType: string; digest: string }[];
    };
    expect(read.config.digest).toBe(`sha256:${id}`);
    const layer = readFileSync(join(dir, 'a/layer.tar'));
    expect(read.layers.map(({ digest }) => digest)).toEqual([
      sha256(layer),
      sha256(layer),
      sha256(readFileSync(join(dir, 'c/layer.tar'))),
    ]);
    expect((await bytesOf(sha256(layer))).equals(layer)).toBe(true);
  });

  test('when the same image is saved again, it has the same digest and writes nothing', async () => {
    const dir = join(shelf.home, 'saved');
    savedOldForm(dir);
    const [first] = (await bring(tarHere(dir, 'one.tar'))).images;
    const again = await bring(tarHere(dir, 'two.tar.gz', '-z'));
    expect(again).toMatchObject({ newBytes: 0, images: [{ digest: first?.digest }] });
  });

  test('when a layer in it is gzipped, it stays so and its content is checked', async () => {
    const dir = join(shelf.home, 'saved');
    savedOldForm(dir);
    execFileSync('gzip', ['-n', join(dir, 'c/layer.tar')]);
    cpSync(join(dir, 'c/layer.tar.gz'), join(dir, 'c/layer.tar'));
    await bring(tarHere(dir, 'saved.tar'));
    const { content } = shelf.images.manifests.get('docker.io/plant/web', '1') ?? { content: Buffer.alloc(0) };
    expect(Buffer.from(content).toString()).toContain('tar+gzip');
    writeFileSync(join(dir, 'c/layer.tar'), execFileSync('gzip', ['-nc'], { input: 'something else' }));
    await expect(bring(tarHere(dir, 'other.tar'))).rejects.toThrow("has other bytes in 'c/layer.tar' than it says");
  });
});
