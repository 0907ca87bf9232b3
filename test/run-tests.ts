// `npm test`: fetches what the tests need where it may, starts a private Docker engine when none serves, runs every suite,
// stops what it started. What cannot be had is named with its reason; nothing is skipped in silence.
// Arguments go to vitest: `npm test -- test/store`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrStartEngine } from './support/private-docker.ts';

/** Debian package → a file that shows it is there. */
const debianPackages: Readonly<Record<string, string>> = {
  'docker.io': '/usr/sbin/dockerd',
  'docker-registry': '/usr/bin/docker-registry',
  skopeo: '/usr/bin/skopeo',
  chromium: '/usr/bin/chromium',
  'mosquitto-clients': '/usr/bin/mosquitto_pub',
  'busybox-static': '/bin/busybox',
  iproute2: '/bin/ip',
};

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Installs the packages that are missing; returns why it could not, or null. */
function installPackages(): string | null {
  const missing = Object.keys(debianPackages).filter((name) => !existsSync(debianPackages[name] ?? ''));
  if (missing.length === 0) return null;
  const named = missing.join(', ');
  if (!existsSync('/usr/bin/apt-get')) return `${named}: not installed, and this machine has no apt-get`;
  if (process.getuid?.() !== 0)
    return `${named}: not installed; install them as root: apt-get install ${missing.join(' ')}`;
  say(`installing ${named}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...missing],
  ]) {
    const { status, stderr } = spawnSync('apt-get', args, { env: environment, encoding: 'utf8' });
    if (status !== 0) return `${named}: apt-get ${args[0]} failed: ${stderr.trim().split('\n').at(-1)}`;
  }
  return null;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs vitest with the environment the suites read; resolves with its exit code and counts. */
async function runSuites(environment: NodeJS.ProcessEnv): Promise<{ exitCode: number; counts: Counts | null }> {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-tests-'));
  const report = join(home, 'report.json');
  const args = ['run', '-c', 'test/vitest.config.ts', ...process.argv.slice(2)];
  const runner = spawn('vitest', args, { stdio: 'inherit', env: { ...environment, LANYARD_TEST_REPORT: report } });
  const exitCode = await new Promise<number>((resolve) => runner.once('exit', (code) => resolve(code ?? 1)));
  const counts = existsSync(report) ? readCounts(report) : null;
  rmSync(home, { recursive: true, force: true });
  return { exitCode, counts };
}

function readCounts(report: string): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  ) as {
    readonly [name: string]: number;
  };
  return {
    passed: numPassedTests ?? 0,
    failed: numFailedTests ?? 0,
    skipped: (numPendingTests ?? 0) + (numTodoTests ?? 0),
  };
}

async function main(): Promise<number> {
  const reasons: string[] = [];
  const uninstalled = installPackages();
  if (uninstalled !== null) reasons.push(uninstalled);
  const build = spawnSync('electron-vite', ['build', '--logLevel', 'warn'], { stdio: 'inherit' });
  if (build.status !== 0) return 1;
  const engine = await findOrStartEngine();
  if ('missing' in engine) reasons.push(`tests on a real Docker engine: ${engine.missing}`);
  const stop = async () => ('stop' in engine ? engine.stop() : undefined);
  try {
    const { exitCode, counts } = await runSuites({
      ...process.env,
      // Hubs and agents are started some hundred times, each from the same sources.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? 'node_modules/.cache/compiled',
      ...('socketPath' in engine ? { LANYARD_TEST_DOCKER: engine.socketPath } : {}),
      ...(existsSync('/usr/bin/chromium') ? { LANYARD_TEST_CHROMIUM: '/usr/bin/chromium' } : {}),
    });
    for (const reason of reasons) say(`skipped: ${reason}`);
    if (counts !== null) say(`tests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    return exitCode === 0 && counts !== null && counts.passed === 0 ? 1 : exitCode;
  } finally {
    await stop();
  }
}

process.exitCode = await main();
