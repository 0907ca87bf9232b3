// Exports: what leaves is read back by skopeo, by our own import and by hand, with every digest and byte the same.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createHttp } from '#registry/fetch-http.ts';
import { createImageOperations, type ImageOperations } from '#registry/image-operations.ts';
import { LayoutMaker, openShelf, type ImageShelf } from '#test/support/image-shelf.ts';

let shelf: ImageShelf;
let operations: ImageOperations;
beforeEach(async () => {
  shelf = await openShelf();
  operations = operationsOn(shelf);
});
afterEach(() => shelf.close());

function operationsOn({ images }: ImageShelf): ImageOperations {
  return createImageOperations({ store: images, clock: createSystemClock(), http: createHttp() });
}

const bring = (to: ImageOperations, path: string) => to.import({ path, actor: 'console', name: null, platforms: null });

/** web:1 as an index of two platforms with a signature, and reg.local:5000/db:2 alone. */
async function stocked() {
  const layout = new LayoutMaker(join(shelf.home, 'made'));
  const images = { amd64: layout.image([100_000, 3]), arm64: layout.image([50_000], { architecture: 'arm64' }) };
  const web = layout.index(images);
  const db = layout.image([80_000]);
  const signature = layout.image([10], { extra: { artifactType: 'application/vnd.sign', subject: web } });
  layout.name(web, 'web:1').name(db, 'reg.local:5000/db:2').name(signature, null);
  await bring(operations, layout.dir);
  const all = {
    images: [
      operations.exported('docker.io/library/web', web.digest as Digest),
      operations.exported('reg.local_5000/db', db.digest as Digest),
    ],
    platforms: null,
  };
  return { layout, web, db, signature, images, all };
}

function filesBelow(dir: string): readonly string[] {
  return readdirSync(join(dir, 'blobs/sha256')).toSorted();
}

describe('an export', () => {
  test.each([
    ['a folder', 'out'],
    ['a tar', 'out.tar'],
  ])('when it is %s, our own import reads back every digest, name and signature', async (_title, file) => {
    const { layout, web, db, signature, all } = await stocked();
    const path = join(shelf.home, file);
    const progress: number[] = [];
    await operations.export(path, { ...all, onProgress: ({ doneBytes }) => progress.push(doneBytes) });
    expect(progress.at(-1)).toBeGreaterThan(230_000);

    const other = await openShelf();
    onTestFinished(() => other.close());
    const outcome = await bring(operationsOn(other), path);
    expect(outcome.images.map(({ name, digest }) => [name, digest])).toEqual([
      ['web:1', web.digest],
      ['reg.local:5000/db:2', db.digest],
    ]);
    const referrers = other.images.manifests.referrers('docker.io/library/web', web.digest as Digest);
    expect(referrers.map(({ digest }) => digest)).toEqual([signature.digest]);
    const unpacked = join(shelf.home, 'unpacked');
    mkdirSync(unpacked);
    if (file.endsWith('.tar')) execFileSync('tar', ['-C', unpacked, '-xf', path]);
    const dir = file.endsWith('.tar') ? unpacked : path;
    expect(filesBelow(dir)).toEqual(filesBelow(layout.dir));
    for (const name of filesBelow(dir))
      expect(
        readFileSync(join(dir, 'blobs/sha256', name)).equals(readFileSync(join(layout.dir, 'blobs/sha256', name))),
      ).toBe(true);
  });

  test('when skopeo reads it, it finds each image by its name with the same digest', async () => {
    const { web, db, all } = await stocked();
    const path = join(shelf.home, 'out.tar');
    await operations.export(path, all);
    for (const [name, digest] of [
      ['web:1', web.digest],
      ['reg.local:5000/db:2', db.digest],
    ] as const) {
      const to = join(shelf.home, `copy-${digest.slice(7, 15)}`);
      execFileSync('skopeo', [
        'copy',
        '-q',
        '--all',
        '--preserve-digests',
        `oci-archive:${path}:${name}`,
        `oci:${to}:x`,
      ]);
      expect(existsSync(join(to, 'blobs/sha256', digest.slice('sha256:'.length)))).toBe(true);
    }
  });

  test('when platforms are chosen, only they go out, and the index keeps its digest', async () => {
    const { web, images, all } = await stocked();
    const path = join(shelf.home, 'out');
    await operations.export(path, { images: all.images.slice(0, 1), platforms: ['linux/arm64'] });
    const names = filesBelow(path);
    expect(names).toContain(web.digest.slice('sha256:'.length));
    expect(names).toContain(images.arm64.digest.slice('sha256:'.length));
    expect(names).not.toContain(images.amd64.digest.slice('sha256:'.length));
    const missing = { images: all.images, platforms: ['linux/s390x'] };
    await expect(operations.export(`${path}2`, missing)).rejects.toThrow('not for linux/s390x');
  });

  test('when something lies at the path, or its folder is not there, it is refused and left alone', async () => {
    const { all } = await stocked();
    const path = join(shelf.home, 'mine.tar');
    writeFileSync(path, 'mine');
    await expect(operations.export(path, all)).rejects.toThrow('exists already: choose another name');
    expect(readFileSync(path, 'utf8')).toBe('mine');
    const first = operations.export(join(shelf.home, 'one.tar'), all);
    await expect(operations.export(join(shelf.home, './one.tar'), all)).rejects.toThrow('is under way');
    await first;
    await expect(operations.export(join(shelf.home, 'none/out'), all)).rejects.toThrow("none' is not there");
  });

  test.each(['out', 'out.tar'])('when it is cancelled in the midst of %s, nothing of it is left', async (file) => {
    const { all } = await stocked();
    const abort = new AbortController();
    const path = join(shelf.home, file);
    const before = readdirSync(shelf.home);
    const ended = operations.export(path, { ...all, signal: abort.signal, onProgress: () => abort.abort() });
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(shelf.home)).toEqual(before);
  });

  test('when a part is damaged on disk, the export ends with that and leaves nothing', async () => {
    const { all, db } = await stocked();
    const [, layer] = shelf.images.manifests.parts(db.digest as Digest).toSorted((a, b) => a.bytes - b.bytes);
    const hex = layer?.digest.slice('sha256:'.length) ?? '';
    const [place = ''] = execFileSync('find', [join(shelf.home, 'images'), '-name', hex], { encoding: 'utf8' }).split(
      '\n',
    );
    const content = readFileSync(place);
    content[40_000] = (content[40_000] ?? 0) ^ 1;
    execFileSync('chmod', ['u+w', place]);
    writeFileSync(place, content);
    const before = readdirSync(shelf.home);
    await expect(operations.export(join(shelf.home, 'out.tar'), all)).rejects.toThrow('is damaged on disk');
    expect(readdirSync(shelf.home)).toEqual(before);
    await expect(operations.export(join(shelf.home, 'out'), all)).rejects.toMatchObject({ code: 'image.blob-missing' });
    await bring(operations, join(shelf.home, 'made'));
    await operations.export(join(shelf.home, 'out'), all);
  });
});
