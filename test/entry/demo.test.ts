// The demo as a newcomer finds it: devices that run what is deployed, and a module that tells what it measures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LiveRow } from '#contract/console-live.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess } from '#test/support/hub-process.ts';

test('when the demo runs, a temperature module sends as itself, and ends with the hub', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'demo-'));
  const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
  const hub = await startHubProcess(['--data-dir', dataDir, ...ports, '--demo', '1']);
  const { client, close } = await openConsoleWindow(hub.ready.console);
  const rows: LiveRow[] = [];
  const following = client.liveMessages.subscribe({ words: '' }, { onData: (flush) => rows.push(...flush.rows) });
  const told = expect.objectContaining({
    deviceId: 'line-01',
    moduleId: 'temperature',
    preview: expect.stringMatching(/^\{"temperature":\d+(\.\d)?,"unit":"celsius"\}$/),
  });
  try {
    await eventually(() => expect(rows).toContainEqual(told), 30_000);
  } finally {
    following.unsubscribe();
    close();
    expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });
    rmSync(dataDir, { recursive: true, force: true });
  }
});
