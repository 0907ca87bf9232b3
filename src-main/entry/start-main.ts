// `npm start`: the desktop app, or where its window cannot open, the same hub with its page for the browser.
// Ctrl-C and SIGTERM reach whichever runs, and its exit code is this one's.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { asAppError } from '#base/errors.ts';
import { readReadyLine } from '#contract/ready-line.ts';
import { fetchElectron, findRuntime } from './electron-runtime.ts';
import { isBuildStale, productRoot } from './build-freshness.js';
import { buildAll } from './page-build.ts';
import { startFlags } from './start-flags.ts';

// The hub promises to stop within 5 s; one that does not is not waited for.
const stopLimitMs = 6_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function start(): Promise<number> {
  const root = productRoot(import.meta.dirname);
  const args = startFlags(process.argv.slice(2));
  if (isBuildStale(root)) await buildAll(root);
  const surroundings = { platform: process.platform, env: process.env, userId: process.getuid?.() };
  const runtime = await findRuntime(root, surroundings, async (packageDir) => {
    process.stderr.write("Fetching Electron's runtime, this once …\n");
    await fetchElectron(packageDir);
  });
  if ('path' in runtime) return untilExit(spawn(runtime.path, [root, ...args], { stdio: 'inherit' }));
  say(`No desktop window: ${runtime.missing}. The hub runs here, with its page for the browser.`);
  const hub = spawn(process.execPath, [join(root, 'src-main', 'entry', 'hub-main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: hub.stdout }).on('line', (line) => {
    const ready = readReadyLine(line);
    if (ready !== null) say(`Lanyard is ready: open ${ready.console} in a browser. Ctrl-C stops it.`);
  });
  return untilExit(hub);
}

/** Passes the signals on, and resolves with the exit code; a child ended by a signal that we passed on ended well. */
async function untilExit(child: ChildProcess): Promise<number> {
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), stopLimitMs).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? (isStopping ? 0 : 1)));
  });
}

try {
  process.exitCode = await start();
} catch (error) {
  process.stderr.write(`${asAppError(error).message}\n`);
  process.exitCode = 1;
}
