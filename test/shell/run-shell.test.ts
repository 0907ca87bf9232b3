// The desktop shell over a strict double of Electron: one closed window, one hub, and an orderly end.
import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { expect, test } from 'vitest';
import { isOfConsole } from '#shell/window-guard.ts';
import { aPreventable } from '#test/support/electron-double.ts';
import { eventually } from '#test/support/eventually.ts';
import { readyLine, startShell } from '#test/support/shell-site.ts';
import { strictDouble } from '#test/support/strict-double.ts';

test('when the hub is ready, one window opens on its page, sandboxed and without Node', async () => {
  const shell = await startShell({ args: ['--data-dir', '/d'] });
  const hub = await shell.hub(0);
  expect([hub.path, hub.args]).toEqual(['/app/out/main/hub.js', ['--data-dir', '/d', '--console-port', '0']]);
  expect(shell.windows).toEqual([]);
  const line = readyLine(4000);
  hub.stdout.emit('data', Buffer.from(`something else\n${line.slice(0, 20)}`));
  hub.stdout.emit('data', Buffer.from(line.slice(20)));
  expect(shell.windows.map(({ urls }) => urls)).toEqual([['http://127.0.0.1:4000/#token=t4000']]);
  expect(shell.windows[0]?.options).toMatchObject({
    webPreferences: {
      partition: 'persist:lanyard',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      preload: '/app/out/preload/preload.cjs',
    },
  });
  expect(shell.told).toContain('sandbox');
});

test('when the console port is given, it is the one used', async () => {
  const shell = await startShell({ args: ['--console-port=9000'] });
  expect((await shell.hub(0)).args).toEqual(['--console-port=9000']);
});

test('when another shell runs already, this one quits and starts no hub', async () => {
  const shell = await startShell({ hasLock: false });
  expect([shell.told, shell.forked]).toEqual([['quit'], []]);
});

test('when the app is started a second time, the window comes to the front', async () => {
  const shell = await startShell();
  (await shell.hub(0)).stdout.emit('data', Buffer.from(readyLine(4000)));
  shell.appEvents.emit('second-instance', {}, ['/opt/lanyard'], '/');
  expect(shell.told.slice(-2)).toEqual(['show', 'focus']);
});

test('when the hub dies, the window says so, the hub starts again with growing pauses, and the same window loads its new page', async () => {
  const shell = await startShell();
  (await shell.hub(0)).stdout.emit('data', Buffer.from(readyLine(4000)));
  (await shell.hub(0)).events.emit('exit', 1);
  expect(shell.windows[0]?.title).toBe('Lanyard – the hub stopped; it starts again in 1 s');
  shell.clock.advance(499);
  expect(shell.forked).toHaveLength(1);
  shell.clock.advance(1);
  (await shell.hub(1)).events.emit('exit', 139);
  shell.clock.advance(999);
  expect(shell.forked).toHaveLength(2);
  shell.clock.advance(1);
  (await shell.hub(2)).stdout.emit('data', Buffer.from(readyLine(5000)));
  expect(shell.windows).toHaveLength(1);
  expect(shell.windows[0]).toMatchObject({
    title: 'Lanyard',
    urls: [expect.any(String), 'http://127.0.0.1:5000/#token=t5000'],
  });
  shell.clock.advance(60_000);
  (await shell.hub(2)).events.emit('exit', 1);
  shell.clock.advance(500);
  expect(shell.forked).toHaveLength(4);
});

test('when the hub refuses to start, its sentence is shown and it is not started again', async () => {
  const shell = await startShell();
  const hub = await shell.hub(0);
  hub.stderr.emit('data', Buffer.from('{"level":30}\nPort 8883 is taken: choose another with --mqtt-port.\n'));
  hub.events.emit('exit', 2);
  expect(shell.dialogs.errors).toEqual([
    ['The hub does not start', 'Port 8883 is taken: choose another with --mqtt-port.'],
  ]);
  shell.clock.advance(600_000);
  expect(shell.forked).toHaveLength(1);
  expect(shell.logged.join('')).toContain('Port 8883');
  await eventually(() => expect(shell.told.at(-1)).toBe('quit'));
});

test('when the page does not load, the log says so without the token', async () => {
  const shell = await startShell({ loadFailure: 'ERR_CONNECTION_REFUSED' });
  (await shell.hub(0)).stdout.emit('data', Buffer.from(readyLine(4000)));
  await eventually(() => expect(shell.logged).toEqual(['the page did not load: ERR_CONNECTION_REFUSED\n']));
});

test('when the window is closed, the app waits for the hub to stop, then quits', async () => {
  const shell = await startShell();
  const hub = await shell.hub(0);
  shell.appEvents.emit('window-all-closed');
  expect([shell.told.at(-1), hub.killed]).toEqual(['quit put off', 1]);
  hub.events.emit('exit', 0);
  await eventually(() => expect(shell.told.at(-1)).toBe('quit'));
  shell.clock.advance(600_000);
  expect(shell.forked).toHaveLength(1);
});

test('when the page asks for a permission or a device, it is denied', async () => {
  const { guards, partitions, hub } = await startShell();
  await hub(0);
  const answers: boolean[] = [];
  guards.permission?.({}, 'geolocation', (answer) => answers.push(answer));
  expect([partitions, answers, guards.check?.(), guards.device?.()]).toEqual([
    ['persist:lanyard'],
    [false],
    false,
    false,
  ]);
});

test('when the page reaches for anything but the hub, the request is cancelled', async () => {
  const { guards, hub } = await startShell();
  const answerTo = (url: string) => {
    let cancelled: boolean | undefined;
    guards.request?.({ url }, ({ cancel }) => (cancelled = cancel));
    return cancelled;
  };
  const started = await hub(0);
  expect(answerTo('http://127.0.0.1:4000/')).toBe(true);
  started.stdout.emit('data', Buffer.from(readyLine(4000)));
  expect(answerTo('http://127.0.0.1:4000/assets/a.js')).toBe(false);
  expect(answerTo('ws://127.0.0.1:4000/api')).toBe(false);
  expect(answerTo('https://evil.example/')).toBe(true);
});

test('when the page wants to leave, open a window or embed another, it stays alone', async () => {
  const { appEvents, hub } = await startShell();
  (await hub(0)).stdout.emit('data', Buffer.from(readyLine(4000)));
  const events = new EventEmitter();
  let openWindow: (() => unknown) | null = null;
  const contents = strictDouble<WebContents>('contents', {
    setWindowOpenHandler: (handle: () => unknown) => (openWindow = handle),
    on: (name: string, listener: () => void) => events.on(name, listener),
  });
  appEvents.emit('web-contents-created', {}, contents);
  const isPrevented = (name: string, url: string) => {
    const event = aPreventable({ url });
    events.emit(name, event);
    return event.isPrevented;
  };
  expect((openWindow as (() => unknown) | null)?.()).toEqual({ action: 'deny' });
  expect(isPrevented('will-navigate', 'https://evil.example/')).toBe(true);
  expect(isPrevented('will-redirect', 'file:///etc/passwd')).toBe(true);
  expect(isPrevented('will-attach-webview', '')).toBe(true);
  expect(isPrevented('will-navigate', 'http://127.0.0.1:4000/')).toBe(false);
});

test.each([
  ['http://127.0.0.1:4000/#/devices', true],
  ['ws://127.0.0.1:4000/api', true],
  ['http://127.0.0.1:4001/', false],
  ['http://127.0.0.1:4000@evil.example/', false],
  ['https://127.0.0.1:4000/', false],
  ['wss://127.0.0.1:4000/', false],
  ['javascript:alert(1)', false],
  ['not an address', false],
])('when the address is %s, being of the console is %s', (url, expected) => {
  expect(isOfConsole(url, 'http://127.0.0.1:4000')).toBe(expected);
});
