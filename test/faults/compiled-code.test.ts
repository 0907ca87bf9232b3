// What a start compiled is there for the next one, also when the hub was killed in between.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess } from '#test/support/hub-process.ts';

/** The hub's own code is more than a megabyte; the thread that checks the database leaves a tenth of one when it ends. */
const hubBytes = 500_000;

let dir = '';

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

test('when the hub has served and is killed, it leaves its compiled code to the next start', async () => {
  dir = mkdtempSync(join(tmpdir(), 'lanyard-compiled-'));
  const cacheDir = join(dir, 'cache');
  vi.stubEnv('NODE_COMPILE_CACHE', cacheDir);
  const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
  const hub = await startHubProcess(['--data-dir', join(dir, 'data'), ...ports]);
  const compiledBytes = (): number =>
    readdirSync(cacheDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

  // It is written just after the hub has said that it serves.
  await eventually(() => expect(compiledBytes()).toBeGreaterThan(hubBytes));

  expect(await hub.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  expect(compiledBytes()).toBeGreaterThan(hubBytes);
});
