// Imports of files that are damaged, cut off, or made to do harm: each is refused in one sentence, and leaves nothing.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importPath } from '#registry/import-images.ts';
import { LayoutMaker, openShelf, type ImageShelf } from '#test/support/image-shelf.ts';
import { savedOldForm, tarOf } from '#test/support/saved-image.ts';

let shelf: ImageShelf;
beforeEach(async () => {
  shelf = await openShelf();
});
afterEach(() => shelf.close());

const bring = (path: string) => importPath(shelf.images, { path, actor: 'console', name: null, platforms: null });

function largestOf({ dir }: LayoutMaker): string {
  return execFileSync('sh', ['-c', `ls -S ${join(dir, 'blobs/sha256')} | head -1`], { encoding: 'utf8' }).trim();
}

const layoutAt = (dir: string) => {
  const layout = new LayoutMaker(dir);
  const web = layout.image([100_000]);
  layout.name(web, 'web:1');
  return { layout, web, layer: () => largestOf(layout) };
};

describe('what is wrong with a file', () => {
  test.each<[string, (home: string) => string, string]>([
    ['is not there', (home) => join(home, 'none.tar'), "none.tar' is not there: check the path"],
    [
      'is empty',
      (home) => {
        writeFileSync(join(home, 'empty.tar'), '');
        return join(home, 'empty.tar');
      },
      'is empty: copy or save it again',
    ],
    [
      'is no tar',
      (home) => {
        writeFileSync(join(home, 'text.tar'), 'These are not the bytes of a tar. '.repeat(100));
        return join(home, 'text.tar');
      },
      'is no tar: choose a file made by',
    ],
    [
      'is a tar of something else',
      (home) => {
        mkdirSync(join(home, 'etc'));
        writeFileSync(join(home, 'etc/passwd'), 'root');
        return tarOf(join(home, 'etc'), join(home, 'rootfs.tar'));
      },
      'has no images in it (neither index.json nor manifest.json)',
    ],
    [
      'has a key that would be misread in every text of the hub from then on',
      (home) => {
        const { layout } = layoutAt(join(home, 'layout'));
        writeFileSync(join(layout.dir, 'index.json'), String.raw`{"schemaVersion":2,"manifests":[],"\\":1}`);
        return layout.dir;
      },
      'A key that is one backslash cannot be read: rename it',
    ],
    [
      'is cut off',
      (home) => {
        const path = tarOf(layoutAt(join(home, 'l')).layout.dir, join(home, 'cut.tar'));
        writeFileSync(path, readFileSync(path).subarray(0, 60_000));
        return path;
      },
      'ends in the middle of',
    ],
    [
      'is gzipped and cut off',
      (home) => {
        const path = tarOf(layoutAt(join(home, 'l')).layout.dir, join(home, 'cut.tar.gz'), '-z');
        writeFileSync(path, readFileSync(path).subarray(0, 60_000));
        return path;
      },
      'is damaged, or cut off (unexpected end of file): copy',
    ],
    [
      'is compressed with xz',
      (home) => tarOf(layoutAt(join(home, 'l')).layout.dir, join(home, 'packed.tar.xz'), '-J'),
      'is compressed with xz, which is not read here: unpack it to a .tar first',
    ],
    [
      'has a damaged header in its midst',
      (home) => {
        const path = tarOf(layoutAt(join(home, 'l')).layout.dir, join(home, 'bad.tar'));
        const content = readFileSync(path);
        content.fill(0x41, 512, 1_024);
        writeFileSync(path, content);
        return path;
      },
      'is damaged, or ends, at byte 512',
    ],
    [
      'lacks a layer',
      (home) => {
        const { layout, layer } = layoutAt(join(home, 'l'));
        rmSync(join(layout.dir, 'blobs/sha256', layer()));
        return layout.dir;
      },
      'lacks blobs/sha256/',
    ],
    [
      'has other bytes in a layer',
      (home) => {
        const { layout, layer } = layoutAt(join(home, 'l'));
        writeFileSync(join(layout.dir, 'blobs/sha256', layer()), randomBytes(100_000));
        return tarOf(layout.dir, join(home, 'wrong.tar'));
      },
      "has other bytes in 'blobs/sha256/",
    ],
    [
      'has a layer that is too short',
      (home) => {
        const { layout, layer } = layoutAt(join(home, 'l'));
        writeFileSync(join(layout.dir, 'blobs/sha256', layer()), 'short');
        return layout.dir;
      },
      'with 5 bytes instead of 100000: it was cut off',
    ],
    [
      'has other bytes in a manifest',
      (home) => {
        const { layout, web } = layoutAt(join(home, 'l'));
        appendFileSync(layout.pathOf(web.digest), ' ');
        return layout.dir;
      },
      "has other bytes in 'blobs/sha256/",
    ],
    [
      'has an index that names itself without end',
      (home) => {
        const { layout } = layoutAt(join(home, 'l'));
        let entry = layout.index({});
        for (let depth = 0; depth < 6; depth++) entry = layout.index({ amd64: entry });
        layout.name(entry, 'deep:1');
        return layout.dir;
      },
      'has indexes within indexes without end',
    ],
    [
      'has an index.json that is no JSON',
      (home) => {
        const { layout } = layoutAt(join(home, 'l'));
        writeFileSync(join(layout.dir, 'index.json'), '{"manifests": [');
        return layout.dir;
      },
      'index.json of',
    ],
    [
      'has a document of many megabytes',
      (home) => {
        const { layout } = layoutAt(join(home, 'l'));
        writeFileSync(join(layout.dir, 'index.json'), `{"schemaVersion": 2, "x": "${'x'.repeat(5_000_000)}"}`);
        return tarOf(layout.dir, join(home, 'huge.tar'));
      },
      'where a document of at most 4194304 belongs',
    ],
    [
      'has a digest that climbs',
      (home) => {
        const { layout } = layoutAt(join(home, 'l'));
        const mediaType = 'application/vnd.oci.image.manifest.v1+json';
        layout.write({ schemaVersion: 2, manifests: [{ mediaType, size: 3, digest: 'sha256:../../../etc/passwd' }] });
        return layout.dir;
      },
      'is no digest (sha256: and 64 digits)',
    ],
    [
      'has a blob that is a link out of the folder',
      (home) => {
        const { layout, layer } = layoutAt(join(home, 'l'));
        const place = join(layout.dir, 'blobs/sha256', layer());
        cpSync(place, join(home, 'outside'));
        rmSync(place);
        symlinkSync(join(home, 'outside'), place);
        return layout.dir;
      },
      'as a link out of itself',
    ],
    [
      'has a layer that is a link out of the tar',
      (home) => {
        savedOldForm(join(home, 's'));
        rmSync(join(home, 's/c/layer.tar'));
        symlinkSync('../../../../etc/passwd', join(home, 's/c/layer.tar'));
        return tarOf(join(home, 's'), join(home, 'link.tar'));
      },
      "has 'c/layer.tar' as a link out of itself (to '../../../../etc/passwd')",
    ],
    [
      'has a layer that is a link to itself',
      (home) => {
        savedOldForm(join(home, 's'));
        rmSync(join(home, 's/c/layer.tar'));
        symlinkSync('layer.tar', join(home, 's/c/layer.tar'));
        return tarOf(join(home, 's'), join(home, 'loop.tar'));
      },
      'as a link that leads to itself',
    ],
    [
      'names a layer outside of it',
      (home) => {
        const { id } = savedOldForm(join(home, 's'));
        const layers = ['../../../etc/passwd', 'a/layer.tar', 'c/layer.tar'];
        writeFileSync(join(home, 's/manifest.json'), JSON.stringify([{ Config: `${id}.json`, Layers: layers }]));
        return tarOf(join(home, 's'), join(home, 'climb.tar'));
      },
      "names '../../../etc/passwd', which is outside of it",
    ],
    [
      'has wrong bytes in a layer of docker save',
      (home) => {
        savedOldForm(join(home, 's'));
        writeFileSync(join(home, 's/a/layer.tar'), randomBytes(10_000));
        return tarOf(join(home, 's'), join(home, 'bad-layer.tar'));
      },
      "has other bytes in 'a/layer.tar' than it says",
    ],
    [
      'is a folder without images',
      (home) => {
        mkdirSync(join(home, 'nothing'));
        return join(home, 'nothing');
      },
      'holds no images: choose a folder',
    ],
  ])('when it %s, one sentence says what and how to mend it, and nothing is named', async (_title, make, sentence) => {
    await expect(bring(make(shelf.home))).rejects.toThrow(sentence);
    expect(shelf.images.manifests.repositories({ limit: 10 })).toEqual([]);
    expect(shelf.uploads()).toEqual([]);
  });

  test('when a tar has entries without end, it is refused and not held', async () => {
    const path = join(shelf.home, 'bomb.tar');
    const block = Buffer.alloc(512);
    execFileSync('sh', ['-c', `cd ${shelf.home} && touch x && tar -cf one.tar --format=ustar x`]);
    readFileSync(join(shelf.home, 'one.tar')).copy(block, 0, 0, 512);
    writeFileSync(
      `${path}.gz`,
      execFileSync('gzip', ['-1'], { input: Buffer.alloc(512 * 70_000, block), maxBuffer: 1e9 }),
    );
    await expect(bring(`${path}.gz`)).rejects.toThrow('has more than 65536 entries');
  });

  test('when one of several files on a stick is damaged, the others come in and it is told', async () => {
    const stick = join(shelf.home, 'stick');
    mkdirSync(stick);
    const { layout } = layoutAt(join(shelf.home, 'l'));
    cpSync(layout.dir, join(stick, 'layout'), { recursive: true });
    savedOldForm(join(shelf.home, 's'));
    cpSync(tarOf(join(shelf.home, 's'), join(shelf.home, 's.tar')), join(stick, 'web.tar'));
    writeFileSync(join(stick, 'bad.tar'), 'nothing of a tar, but long enough'.repeat(50));
    writeFileSync(join(stick, 'notes.txt'), 'not for us');
    const outcome = await bring(stick);
    expect(outcome.images.map(({ name }) => name)).toEqual(['web:1', 'plant/web:1']);
    expect(outcome.warnings).toEqual([expect.stringContaining("bad.tar' is no tar")]);
  });
});
