// What the desktop app's packages hold, gathered in one folder: the bundles, the page, the pictures, the demo, and the one native
// file that this platform needs. What is not gathered here cannot be packed: no source, no test, no package of the bundles' own.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { refused } from '#base/errors.ts';

/** Those that better-sqlite3 brings a binary for. */
export const appPlatforms = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64',
  'linux-x64',
  'win32-arm64',
  'win32-x64',
] as const;
export type AppPlatform = (typeof appPlatforms)[number];

const productPackage = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  type: z.literal('module'),
  main: z.string(),
  dependencies: z.object({ 'better-sqlite3': z.string() }),
  devDependencies: z.object({ electron: z.string() }),
});

export interface AppStage {
  readonly dir: string;
  /** Electron's, as the product pins it. */
  readonly electronVersion: string;
}

/** Empties `dir` and fills it; the bundles in `out/` must be there. */
export function stageApp(root: string, platform: AppPlatform, dir: string): AppStage {
  const { devDependencies, dependencies, ...own } = productPackage.parse(readJson(join(root, 'package.json')));
  if (!existsSync(join(root, own.main)))
    throw refused('configuration.flag', `There is nothing to pack: ${own.main} is missing. Run npm run build first.`);
  rmSync(dir, { recursive: true, force: true });
  const put = (from: string, to = from): void => cpSync(join(root, from), join(dir, to), { recursive: true });
  for (const bundle of ['out/main', 'out/preload', 'out/renderer', 'resources/demo']) put(bundle);
  for (const picture of readdirSync(join(root, 'resources/icons')).filter((name) => name.endsWith('.png')))
    put(`resources/icons/${picture}`);
  const sqlite = 'node_modules/better-sqlite3';
  for (const part of ['LICENSE', 'lib', `prebuilds/${platform}.node`]) put(`${sqlite}/${part}`);
  // What it names as dependencies is needed for compiling alone.
  const { dependencies: _headers, scripts: _scripts, ...sqlitePackage } = readJson(join(root, sqlite, 'package.json'));
  writeJson(join(dir, sqlite, 'package.json'), sqlitePackage);
  const only = { 'better-sqlite3': dependencies['better-sqlite3'] };
  writeJson(join(dir, 'package.json'), { ...own, productName: 'Lanyard', author: 'Lanyard', dependencies: only });
  return { dir, electronVersion: devDependencies.electron };
}

function readJson(path: string): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, 'utf8')));
}

function writeJson(path: string, value: unknown): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
