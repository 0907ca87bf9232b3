// The console's port stays between starts, for the page keeps its settings by its origin; nobody else's port is insisted on.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readyLine, startShell } from '#test/support/shell-site.ts';

const dir = mkdtempSync(join(tmpdir(), 'console-port-'));
afterAll(() => rmSync(dir, { recursive: true }));

const taken = 'Port 40123 on 127.0.0.1 is taken, perhaps by a hub that runs already.\n';

/** A folder of settings in which `port` was kept, as the text that stands in the file. */
function keptIn(name: string, text?: string): string {
  const folder = join(dir, name);
  mkdirSync(folder);
  if (text !== undefined) writeFileSync(join(folder, 'console-port.json'), text);
  return folder;
}
const keptOf = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'console-port.json'), 'utf8'));

test('when the app is started again, the hub is asked for the port it had, and again after it died', async () => {
  const userDataDir = keptIn('again');
  const first = await startShell({ userDataDir });
  expect((await first.hub(0)).args).toEqual(['--console-port', '0']);
  await first.serve(40_123);
  expect(keptOf(userDataDir)).toEqual({ port: 40_123 });
  const second = await startShell({ userDataDir, args: ['--data-dir', '/d'] });
  expect((await second.hub(0)).args).toEqual(['--data-dir', '/d', '--console-port', '40123']);
  await second.serve(40_123);
  (await second.hub(0)).events.emit('exit', 1);
  second.clock.advance(500);
  expect((await second.hub(1)).args).toContain('40123');
});

test('when somebody else has taken the port, the hub is started at once on a free one, which is kept from then on', async () => {
  const userDataDir = keptIn('taken', '{"port":40123}');
  const shell = await startShell({ userDataDir });
  (await shell.hub(0)).stderr.emit('data', Buffer.from(taken));
  (await shell.hub(0)).events.emit('exit', 2);
  expect((await shell.hub(1)).args).toEqual(['--console-port', '0']);
  expect(shell.dialogs.errors).toEqual([]);
  await shell.serve(40_200, 1);
  expect(keptOf(userDataDir)).toEqual({ port: 40_200 });
  (await shell.hub(1)).events.emit('exit', 1);
  shell.clock.advance(500);
  expect((await shell.hub(2)).args).toContain('40200');
});

test('when the hub refuses for another reason, it is asked once more and then says why; the kept port stays kept', async () => {
  const userDataDir = keptIn('other', '{"port":40123}');
  const shell = await startShell({ userDataDir });
  for (const at of [0, 1]) {
    (await shell.hub(at)).stderr.emit('data', Buffer.from('Port 8883 is taken: choose another with --mqtt-port.\n'));
    (await shell.hub(at)).events.emit('exit', 2);
  }
  expect(shell.forked).toHaveLength(2);
  expect(shell.dialogs.errors).toEqual([
    ['The hub does not start', 'Port 8883 is taken: choose another with --mqtt-port.'],
  ]);
  expect(keptOf(userDataDir)).toEqual({ port: 40_123 });
});

test('when a person names the port, it is theirs: asked for alone, refused in words, and not kept', async () => {
  const userDataDir = keptIn('named', '{"port":40123}');
  const served = await startShell({ userDataDir, args: ['--console-port', '9000'] });
  expect((await served.hub(0)).args).toEqual(['--console-port', '9000']);
  await served.serve(9_000);
  expect(keptOf(userDataDir)).toEqual({ port: 40_123 });
  const refused = await startShell({ userDataDir, args: ['--console-port=9000'] });
  (await refused.hub(0)).stderr.emit('data', Buffer.from('Port 9000 is taken.\n'));
  (await refused.hub(0)).events.emit('exit', 2);
  expect([refused.forked.length, refused.dialogs.errors.length]).toEqual([1, 1]);
});

test.each(['', 'nonsense', '{}', '{"port":80}', '{"port":70000}', '{"port":"40123"}', '{"port":40123,"more":1}'])(
  'when the file holds %j, the hub is asked for any free port',
  async (text) => {
    const shell = await startShell({ userDataDir: keptIn(`damaged-${text.length}-${text.slice(1, 12)}`, text) });
    expect((await shell.hub(0)).args).toEqual(['--console-port', '0']);
  },
);

test('when the folder cannot be written, the log says so and the window opens all the same', async () => {
  const file = join(dir, 'a-file');
  writeFileSync(file, '');
  const shell = await startShell({ userDataDir: file });
  (await shell.hub(0)).stdout.emit('data', Buffer.from(readyLine(40_123)));
  expect(shell.windows).toHaveLength(1);
  expect(shell.logged.join('')).toContain("the console's port is not kept");
});
