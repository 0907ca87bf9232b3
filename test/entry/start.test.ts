// What `npm start` looks at: which flags to pass on, whether the build is fresh, and whether the window can open.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRuntime, type Surroundings } from '#entry/electron-runtime.ts';
import { isBuildStale, productRoot } from '#entry/build-freshness.js';
import { startFlags } from '#entry/start-flags.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lanyard-start-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, atMs = 1_000): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), path);
  utimesSync(join(root, path), atMs / 1_000, atMs / 1_000);
}

function putProduct(): void {
  for (const path of [
    'package.json',
    'electron.vite.config.ts',
    'resources/a.svg',
    'src-main/hub/a.ts',
    'src-renderer/a.tsx',
  ])
    put(path);
  for (const path of ['resources', 'src-main', 'src-main/hub', 'src-renderer']) utimesSync(join(root, path), 1, 1);
  for (const path of ['out/renderer/index.html', 'out/main/shell.js', 'out/main/hub.js']) put(path, 5_000);
}

test.each([
  [['--demo'], ['--demo', '12']],
  [
    ['--demo', '--console-port', '0'],
    ['--demo', '12', '--console-port', '0'],
  ],
  [
    ['--demo', '3'],
    ['--demo', '3'],
  ],
  [['--demo=5'], ['--demo=5']],
  [
    ['--data-dir', '/d'],
    ['--data-dir', '/d'],
  ],
  [[], []],
])('when npm start is given %j, the hub gets %j', (given, passed) => {
  expect(startFlags(given)).toEqual(passed);
});

test('when all of the build is newer than every source, it is fresh', () => {
  putProduct();
  expect(isBuildStale(root)).toBe(false);
});

test.each(['src-renderer/a.tsx', 'src-main/hub/a.ts', 'package.json', 'resources/a.svg'])(
  'when %s is newer than the build, the build is stale',
  (path) => {
    putProduct();
    put(path, 6_000);
    expect(isBuildStale(root)).toBe(true);
  },
);

test.each(['out/renderer/index.html', 'out/main/hub.js'])('when %s is missing, the build is stale', (path) => {
  putProduct();
  rmSync(join(root, path));
  expect(isBuildStale(root)).toBe(true);
});

test('when there are no sources, as in a package, nothing is stale', () => {
  put('package.json');
  expect(isBuildStale(root)).toBe(false);
});

test('when asked from any folder of the product, its root is found', () => {
  putProduct();
  expect(productRoot(join(root, 'out', 'main'))).toBe(root);
});

const desktop: Surroundings = { platform: 'linux', env: { DISPLAY: ':0' }, userId: 1_000 };

function putElectron({ program }: { readonly program: boolean }): void {
  put('node_modules/electron/path.txt');
  writeFileSync(join(root, 'node_modules/electron/path.txt'), 'electron');
  if (program) put('node_modules/electron/dist/electron');
}

const noFetch = async () => {
  throw new Error('nothing was to be fetched');
};

test('when the runtime is on disk, it is started', async () => {
  putElectron({ program: true });
  expect(await findRuntime(root, desktop, noFetch)).toEqual({
    path: join(root, 'node_modules/electron/dist/electron'),
  });
});

test('when only the runtime is missing, it is fetched once and then started', async () => {
  putElectron({ program: false });
  const runtime = await findRuntime(root, desktop, async () => put('node_modules/electron/dist/electron'));
  expect(runtime).toEqual({ path: join(root, 'node_modules/electron/dist/electron') });
});

test.each([
  ['it cannot be fetched', desktop, 'could not be downloaded'],
  ['the user is root', { ...desktop, userId: 0 }, 'refuses to run as root'],
  ['there is no display', { ...desktop, env: {} }, 'no display'],
])('when %s, it says why in a few words', async (_what, surroundings, words) => {
  putElectron({ program: false });
  const runtime = await findRuntime(root, surroundings, async () => undefined);
  expect(runtime).toEqual({ missing: expect.stringContaining(words) });
});
