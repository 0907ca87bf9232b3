// The hub as the desktop shell's child: it tells how the site stands and hears of sleep, and ends as it does without a shell.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { readHubWord, type HubWord } from '#contract/shell-port.ts';
import { eventually } from '#test/support/eventually.ts';

test('when the hub has a port to a shell, the site is told over it; nonsense from the shell harms nothing', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'shell-link-'));
  const args = ['--data-dir', dataDir, '--https-port', '0', '--mqtt-port', '0', '--console-port', '0', '--demo', '2'];
  const hub = fork('src-main/entry/hub-process.ts', args, {
    execArgv: ['--import', './test/support/parent-port.ts'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const words: (HubWord | null)[] = [];
  hub.on('message', (message) => words.push(readHubWord(message)));
  let log = '';
  hub.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  try {
    await new Promise<void>((resolve, reject) => {
      if (hub.stdout !== null) createInterface({ input: hub.stdout }).once('line', () => resolve());
      hub.once('exit', (code) => reject(new Error(`the hub ended with ${code}: ${log}`)));
    });
    for (const word of ['x', null, { kind: 'resumed' }, { kind: 'suspended', more: 1 }]) hub.send(word as string);
    await eventually(() =>
      expect(words.at(-1)).toMatchObject({ kind: 'site-status', devices: { all: 2, connected: 2 } }),
    );
    expect(words).not.toContain(null);
  } finally {
    const ended = once(hub, 'exit');
    hub.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    rmSync(dataDir, { recursive: true, force: true });
  }
  expect(log).not.toContain('"level":50');
});
