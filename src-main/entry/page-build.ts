// The page and the desktop bundles in `out/`: where they are, whether they are older than their sources, and how to make them.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { broken } from '#base/errors.ts';

const sources = ['src-renderer', 'src-main', 'resources', 'electron.vite.config.ts', 'package.json'];
const results = ['out/renderer/index.html', 'out/main/shell.js', 'out/main/hub.js'];

/** The product's own folder, from any file of it: as source, as bundle, in a package. */
export function productRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw broken('The product folder has no package.json.');
  return productRoot(parent);
}

export function builtPageDir(root: string): string {
  return join(root, 'out', 'renderer');
}

export function hubBundle(root: string): string {
  return join(root, 'out', 'main', 'hub.js');
}

/** Whether something of it is missing or older than the newest source. A package without sources is never stale. */
export function isBuildStale(root: string): boolean {
  if (!existsSync(join(root, 'src-renderer'))) return false;
  const built = results.map((path) => join(root, path));
  if (!built.every((path) => existsSync(path))) return true;
  const oldestResultMs = Math.min(...built.map((path) => statSync(path).mtimeMs));
  return sources.some((path) => newestChangeMs(join(root, path)) > oldestResultMs);
}

function newestChangeMs(path: string): number {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChangeMs(join(path, name))));
}

/** A fresh checkout has no page yet: the hub's first start makes it. An old page is `npm start`'s and `npm run build`'s to renew. */
export async function buildMissingPage(root: string): Promise<void> {
  const hasSources = existsSync(join(root, 'src-renderer'));
  if (hasSources && !existsSync(join(builtPageDir(root), 'index.html'))) await buildAll(root);
}

/** Builds all of `out/`. Throws `broken` with the build's own words when it fails. */
export async function buildAll(root: string): Promise<void> {
  const builder = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const build = spawn(process.execPath, [builder, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [build.stdout, build.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    build.once('error', reject);
    build.once('close', resolve);
  });
  if (code !== 0) throw broken(`The page could not be built (npm run build):\n${output.trim()}`);
}
