// Images as rows: what shows where, what leads to what, and what goes when nothing names it any more.
import { describe, expect, test } from 'vitest';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { ManifestPart, NewImageManifest } from '#store/image-types.ts';
import { hasBlobSql, looseBlobsSql, reachesSql, referrersSql, repositoriesSql } from '#store/images.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { aMemoryStore, aMigratedDatabase } from '#test/support/test-store.ts';

const digestOf = (name: string) => `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}` as Digest;
const part = (name: string, kind: ManifestPart['kind'] = 'blob'): ManifestPart => ({
  digest: digestOf(name),
  kind,
  bytes: 1,
});

function aManifest(name: string, manifest: Partial<NewImageManifest> = {}): NewImageManifest {
  return {
    digest: digestOf(name),
    mediaType: 'image',
    content: Buffer.from(name),
    parts: [],
    subject: null,
    artifactType: null,
    annotations: null,
    ...manifest,
  };
}

function write(store: Store, work: (images: StoreWriters['images']) => void): void {
  store.change((writers) => work(writers.images));
}

function withBlobs(store: Store, ...names: string[]): void {
  write(store, (images) => {
    for (const name of names)
      images.putBlob({ digest: digestOf(name), bytes: name.length, sums: Buffer.alloc(4), addedAtMs: 10 });
  });
}

test('when a blob is damaged and comes again, it is sound again and counts once', () => {
  const store = aMemoryStore();
  withBlobs(store, 'layer');
  write(store, (images) => {
    images.damageBlob(digestOf('layer'), 20);
    images.damageBlob(digestOf('layer'), 30);
  });
  expect(store.read.images.blobHead(digestOf('layer'))).toEqual({
    digest: digestOf('layer'),
    bytes: 5,
    addedAtMs: 10,
    damagedAtMs: 20,
  });
  withBlobs(store, 'layer');
  expect(store.read.images.blob(digestOf('layer'))).toMatchObject({ damagedAtMs: null, sums: Buffer.alloc(4) });
  expect(store.read.images.usage()).toEqual({ blobs: 1, bytes: 5 });
});

test('when a repository has a blob by a link or by a manifest, it shows it, and no other does', () => {
  const store = aMemoryStore();
  const { images } = store.read;
  withBlobs(store, 'layer', 'linked');
  write(store, (writers) => {
    writers.putManifest('a', aManifest('m', { parts: [part('layer')] }), 1);
    writers.linkBlob('b', digestOf('linked'), 1);
  });
  const shows = ['a', 'b'].map((repository) =>
    ['layer', 'linked'].map((name) => images.hasBlob(repository, digestOf(name))),
  );
  expect(shows).toEqual([
    [true, false],
    [false, true],
  ]);
  write(store, (writers) =>
    expect([1, 2].map(() => writers.unlinkBlob('b', digestOf('linked')))).toEqual([true, false]),
  );
  expect(images.hasBlob('b', digestOf('linked'))).toBe(false);
});

test('when tags and repositories are listed in pages, they come in the order of their bytes', () => {
  const store = aMemoryStore();
  write(store, (images) => {
    for (const repository of ['b/x', 'a', 'c']) images.putManifest(repository, aManifest('m'), 1);
    for (const tag of ['v2', 'V1', 'latest'])
      images.setTag({ repository: 'a', tag, digest: digestOf('m'), taggedAtMs: 5 });
  });
  const { images } = store.read;
  expect(images.repositories({ limit: 2 })).toEqual(['a', 'b/x']);
  expect(images.repositories({ after: 'b/x', limit: 2 })).toEqual(['c']);
  expect(images.tags('a', { limit: 9 }).map(({ tag }) => tag)).toEqual(['V1', 'latest', 'v2']);
  expect(images.tags('a', { after: 'latest', limit: 9 }).map(({ tag }) => tag)).toEqual(['v2']);
  expect([images.hasRepository('a'), images.hasRepository('d')]).toEqual([true, false]);
});

test('when a manifest is put again or deleted, its tags and content follow', () => {
  const store = aMemoryStore();
  const { images } = store.read;
  write(store, (writers) => {
    expect([1, 2].map(() => writers.putManifest('a', aManifest('m'), 1))).toEqual([true, false]);
    expect(writers.putManifest('a', aManifest('m', { mediaType: 'other' }), 1)).toBe(true);
    writers.putManifest('b', aManifest('m'), 1);
    const tag = { repository: 'a', tag: 'v1', digest: digestOf('m'), taggedAtMs: 1 };
    expect([1, 2].map(() => writers.setTag(tag))).toEqual([true, false]);
    expect([1, 2].map(() => writers.deleteManifest('a', digestOf('m')))).toEqual([true, false]);
  });
  expect([images.tagged('a', 'v1'), images.manifest('a', digestOf('m'))]).toEqual([undefined, undefined]);
  expect(images.anyManifest(digestOf('m'))?.mediaType).toBe('image');
  write(store, (writers) => writers.deleteManifest('b', digestOf('m')));
  expect(images.anyManifest(digestOf('m'))).toBeUndefined();
});

test('when a tag names a manifest that its repository has not, it is refused', () => {
  const store = aMemoryStore();
  const tag = { repository: 'a', tag: 'v1', digest: digestOf('m'), taggedAtMs: 1 };
  expect(() => write(store, (images) => images.setTag(tag))).toThrow(/FOREIGN KEY/);
});

function aSite(): Store {
  const store = aMemoryStore();
  withBlobs(store, 'tagged', 'child', 'loose', 'old');
  write(store, (images) => {
    images.putManifest('a', aManifest('child', { parts: [part('child')] }), 1);
    images.putManifest('a', aManifest('index', { parts: [part('child', 'manifest'), part('absent', 'manifest')] }), 1);
    images.putManifest('a', aManifest('signature', { subject: digestOf('child'), parts: [part('tagged')] }), 1);
    images.putManifest('a', aManifest('old', { parts: [part('old')] }), 1);
    images.putManifest('a', aManifest('pinned'), 1);
    images.putManifest('a', aManifest('young'), 100);
    images.setTag({ repository: 'a', tag: 'v1', digest: digestOf('index'), taggedAtMs: 1 });
  });
  return store;
}

describe('what nothing names', () => {
  test('when it is dropped, what a tag, a pin or a signature leads to stays', () => {
    const store = aSite();
    write(store, (images) => expect(images.dropUnnamedManifests(50, [digestOf('pinned')])).toBe(1));
    const left = ['child', 'index', 'signature', 'old', 'pinned', 'young'].map(
      (name) => store.read.images.manifest('a', digestOf(name)) !== undefined,
    );
    expect(left).toEqual([true, true, true, false, true, true]);
    const loose = store.read.images.looseBlobs(50).map(({ digest }) => digest);
    expect(loose.toSorted()).toEqual([digestOf('loose'), digestOf('old')].toSorted());
    expect(store.read.images.looseBlobs(10)).toEqual([]);
  });

  test('when it is asked what leads where, indexes are followed down and nothing else', () => {
    const { images } = aSite().read;
    const reached = ['index', 'child', 'absent', 'old'].map((name) =>
      images.reaches(digestOf('index'), digestOf(name)),
    );
    expect(reached).toEqual([true, true, true, false]);
    expect(images.reaches(digestOf('child'), digestOf('index'))).toBe(false);
    expect(images.referrers('a', digestOf('child')).map(({ digest }) => digest)).toEqual([digestOf('signature')]);
    expect(images.referrers('b', digestOf('child'))).toEqual([]);
  });
});

test.each([
  ['whether a repository shows a blob', hasBlobSql, { repository: 'a', digest: 'd' }],
  ['what is reached', reachesSql, { root: 'a', digest: 'd' }],
  ['what refers', referrersSql, ['a', 'b']],
  ['repositories', repositoriesSql, ['a', 1]],
  ['loose blobs, one look each', looseBlobsSql.replace('added_at_ms < ?', 'digest = ?'), ['a']],
])('when it looks up %s, it searches an index and scans no table', (_what, sql, values) => {
  const plan = aMigratedDatabase().prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { readonly detail: string }[];
  const scans = plan.map(({ detail }) => detail).filter((detail) => /^SCAN (?!below|CONSTANT|kept)/.test(detail));
  expect(scans).toEqual([]);
});
