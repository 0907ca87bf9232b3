// The log lies on a full disk (here: the device that always is one): the hub serves as ever and ends when it is told to.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished, test, expect } from 'vitest';

const fullDevice = '/dev/full';

test('when nothing can be written to the log, the hub starts, serves and stops all the same', async ({ skip }) => {
  if (!existsSync(fullDevice)) skip('this system has no device that is always full');
  const dataDir = mkdtempSync(join(tmpdir(), 'lanyard-full-log-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const log = openSync(fullDevice, 'w');
  const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
  const hub = spawn(process.execPath, ['src-main/entry/hub-main.js', '--data-dir', dataDir, ...ports], {
    stdio: ['ignore', 'pipe', log],
    // A new database is told of at this level, so that there is a line to fail.
    env: { ...process.env, LANYARD_LOG: 'debug' },
  });
  closeSync(log);
  onTestFinished(() => void hub.kill('SIGKILL'));
  const ended = once(hub, 'exit');
  const [line] = (await Promise.race([
    once(createInterface({ input: hub.stdout as NodeJS.ReadableStream }), 'line'),
    ended,
  ])) as [unknown];
  expect(JSON.parse(String(line))).toMatchObject({ event: 'ready' });
  hub.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
