// Makes the page and the bundles in `out/`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { broken } from '#base/errors.ts';
import { builtPageDir } from './build-freshness.js';

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
