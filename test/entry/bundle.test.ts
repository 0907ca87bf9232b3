// The desktop shell runs the bundled hub, from wherever it was installed: so does this test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { readReadyLine, type ReadyLine } from '#contract/ready-line.ts';
import { isBuildStale } from '#entry/build-freshness.js';
import { buildAll } from '#entry/page-build.ts';

test('when the bundled hub is started from another folder, it serves its page and stops cleanly', async () => {
  const root = process.cwd();
  if (isBuildStale(root)) await buildAll(root);
  const dataDir = mkdtempSync(join(tmpdir(), 'lanyard-bundle-'));
  const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
  const hub = spawn(process.execPath, [join(root, 'out/main/hub.js'), '--data-dir', dataDir, ...ports], { cwd: '/' });
  let log = '';
  hub.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  try {
    const ready = await new Promise<ReadyLine>((resolve, reject) => {
      createInterface({ input: hub.stdout }).on('line', (line) => {
        const said = readReadyLine(line);
        if (said !== null) resolve(said);
      });
      hub.once('exit', (code) => reject(new Error(`the bundle ended with ${code}: ${log}`)));
    });
    const page = await fetch(ready.console);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Lanyard</title>');
  } finally {
    const ended = once(hub, 'exit');
    hub.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    rmSync(dataDir, { recursive: true, force: true });
  }
  expect(log).not.toContain('"level":50');
});
