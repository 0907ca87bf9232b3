// Whether the desktop window can open here: Electron's runtime is on disk (or can be fetched now), a display is there, and
// the user is not root, for whom Chromium's sandbox does not start. The sandbox is never switched off to get around that.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const fetchLimitMs = 120_000;

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userId: number | undefined;
}

export type Runtime = { readonly path: string } | { readonly missing: string };

/** The runtime to start, or in a few words why there is none. Fetches it when only that is missing. */
export async function findRuntime(
  root: string,
  surroundings: Surroundings,
  fetchRuntime: (packageDir: string) => Promise<void>,
): Promise<Runtime> {
  const { platform, env, userId } = surroundings;
  if (platform === 'linux') {
    if (userId === 0) return { missing: "Electron's sandbox refuses to run as root" };
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return { missing: 'there is no display' };
  }
  const packageDir = join(root, 'node_modules', 'electron');
  if (!existsSync(packageDir)) return { missing: 'Electron is not installed' };
  const installed = installedRuntime(packageDir);
  if (installed !== null) return { path: installed };
  await fetchRuntime(packageDir);
  const fetched = installedRuntime(packageDir);
  return fetched === null
    ? { missing: "Electron's runtime is missing and could not be downloaded" }
    : { path: fetched };
}

/** Electron's own way to say where its program is: `path.txt` in the package. */
function installedRuntime(packageDir: string): string | null {
  const pathFile = join(packageDir, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const path = join(packageDir, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(path) ? path : null;
}

/** Runs Electron's own download, for a bounded time; what it printed is of no use to anybody when it fails. */
export async function fetchElectron(packageDir: string): Promise<void> {
  const fetching = spawn(process.execPath, [join(packageDir, 'install.js')], {
    stdio: 'ignore',
    timeout: fetchLimitMs,
  });
  await new Promise<void>((resolve) => {
    fetching.once('error', () => resolve());
    fetching.once('close', () => resolve());
  });
}
