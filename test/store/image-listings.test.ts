// Images as people see them: what counts as one, what it weighs, and which devices are given it.
import { expect, test } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import {
  devicesOfDeploymentsSql,
  imageWeightSql,
  listedImagesSql,
  platformsOfDeploymentSql,
} from '#store/image-listings.ts';
import type { ManifestPart } from '#store/image-types.ts';
import type { Store } from '#store/store-types.ts';
import { aBase } from '#test/support/build-deployment.ts';
import { createConsoleSite } from '#test/support/console-site.ts';
import { aMemoryStore, aMigratedDatabase } from '#test/support/test-store.ts';

const digestOf = (name: string) => `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}` as Digest;

const partOf = (part: string): ManifestPart =>
  part.startsWith('/')
    ? { digest: digestOf(part.slice(1)), kind: 'manifest', bytes: 1 }
    : { digest: digestOf(part), kind: 'blob', bytes: part.length };

/** `parts`: names of manifests with a slash before, of blobs without. */
function put(store: Store, repository: string, name: string, parts: readonly string[], more: object = {}): void {
  const none = { subject: null, artifactType: null, annotations: null };
  store.change(({ images }) => {
    for (const part of parts.filter((part) => !part.startsWith('/')))
      images.putBlob({ digest: digestOf(part), bytes: part.length, sums: Buffer.alloc(4), addedAtMs: 1 });
    const content = Buffer.from(name);
    const manifest = { digest: digestOf(name), mediaType: 'm', content, parts: parts.map(partOf), ...none, ...more };
    images.putManifest(repository, manifest, 5);
  });
}

function tag(store: Store, repository: string, name: string, ...tags: readonly string[]): void {
  store.change(({ images }) => {
    for (const [at, tag] of tags.entries())
      images.setTag({ repository, tag, digest: digestOf(name), taggedAtMs: 10 + at });
  });
}

const listed = (store: Store) =>
  store.read.images.listed({ after: null, limit: 100 }).map(({ repository, digest, tags }) => {
    const name = Buffer.from(digest.slice(7), 'hex').toString().replaceAll('\0', '');
    return `${repository} ${name} ${tags.join(',')}`;
  });

test('when an index, its parts and a signature lie in a repository, one image is listed, with its newest tag first', () => {
  const store = aMemoryStore();
  put(store, 'r', 'amd', ['layer']);
  put(store, 'r', 'arm', ['layer']);
  put(store, 'r', 'index', ['/amd', '/arm']);
  put(store, 'r', 'sig', ['s'], { subject: digestOf('index') });
  tag(store, 'r', 'index', '1', '1.0');
  expect(listed(store)).toEqual(['r index 1.0,1']);
  expect(store.read.images.countListed()).toBe(1);
  // A part with a tag of its own is an image of its own; one without is, where nothing leads to it.
  tag(store, 'r', 'amd', 'amd');
  put(store, 'other', 'arm', ['layer']);
  expect(listed(store)).toEqual(['other arm ', 'r amd amd', 'r index 1.0,1']);
});

test('when images are listed page by page, each begins behind the last of the one before', () => {
  const store = aMemoryStore();
  for (const [repository, name] of [
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'x'],
  ] as const)
    put(store, repository, name, []);
  const [first] = store.read.images.listed({ after: null, limit: 1 });
  const rest = store.read.images.listed({ after: first ?? null, limit: 100 });
  expect([first, ...rest].map((row) => row?.repository)).toEqual(['a', 'a', 'b']);
});

test('when images share layers, each weighs what it holds, once, and tells what others hold too', () => {
  const store = aMemoryStore();
  put(store, 'r', 'amd', ['12345', 'own']);
  put(store, 'r', 'arm', ['12345', 'xy']);
  put(store, 'r', 'index', ['/amd', '/arm']);
  const weigh = (name: string, repository = 'r') => store.read.images.weigh({ repository, digest: digestOf(name) });
  expect(weigh('index')).toEqual({ bytes: 10, sharedBytes: 0, isDamaged: false });
  expect(weigh('amd')).toEqual({ bytes: 8, sharedBytes: 5, isDamaged: false });
  put(store, 'r', 'z', ['xy']);
  store.change(({ images }) => images.damageBlob(digestOf('own'), 20));
  expect(weigh('index')).toEqual({ bytes: 10, sharedBytes: 2, isDamaged: true });
  put(store, 'copy', 'z', ['xy']);
  expect(weigh('z')).toEqual({ bytes: 2, sharedBytes: 2, isDamaged: false });
});

test('when an image came from somewhere, that is told until the image goes', () => {
  const store = aMemoryStore();
  put(store, 'r', 'x', []);
  const place = { repository: 'r', digest: digestOf('x') };
  expect(store.read.images.listedAt(place)).toMatchObject({ origin: null, atMs: 5 });
  const origin = { kind: 'file', from: 'a.tar', atMs: 7 } as const;
  store.change(({ images }) => images.putOrigin(place, origin));
  expect(store.read.images.listedAt(place)?.origin).toEqual(origin);
  store.change(({ images }) => images.deleteManifest('r', place.digest));
  put(store, 'r', 'x', []);
  expect(store.read.images.listedAt(place)?.origin).toBeNull();
});

test('when deployments apply to devices, those devices are counted once', () => {
  const site = createConsoleSite();
  for (const id of ['base', 'layer', 'old']) site.putDeployment(aBase({ id }));
  site.putDevice({ id: 'a', statuses: { base: 'Applied', layer: 'Applied' } });
  site.putDevice({ id: 'b', statuses: { base: 'Applied', old: 'Targeted' } });
  const given = (...ids: string[]) => site.store.read.images.devicesGiven(ids as DeploymentId[], 1);
  expect(given('base', 'layer')).toEqual({ count: 2, first: ['a' as DeviceId] });
  site.report('a', { runtime: { platform: { os: 'linux', architecture: 7 } } });
  expect(site.store.read.images.platformsGiven('base' as DeploymentId)).toEqual([
    { os: null, architecture: null, devices: 1 },
    { os: 'linux', architecture: null, devices: 1 },
  ]);
  expect(given('old')).toEqual({ count: 0, first: [] });
  expect(given()).toEqual({ count: 0, first: [] });
});

test.each([
  ['the list', listedImagesSql, { repository: 'a', digest: 'd', limit: 1 }],
  ['a weight', imageWeightSql, { repository: 'a', digest: 'd' }],
  ['the devices', devicesOfDeploymentsSql, '[]'],
  ['the platforms', platformsOfDeploymentSql, 'base'],
])('when %s is read, no table is gone through', (_what, sql, values) => {
  const plan = aMigratedDatabase().prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { readonly detail: string }[];
  expect(plan.map(({ detail }) => detail).filter((line) => /^SCAN (link|content|image|deploy)/.test(line))).toEqual(
    sql === imageWeightSql ? ['SCAN content'] : [],
  );
});
