// The shell in the system around it, over the strict double of Electron: place of the window, tray, menu, notifications, files,
// links, sleep, and an end that asks first.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bridgeChannels } from '#contract/desktop-bridge.ts';
import { aPreventable } from '#test/support/electron-double.ts';
import { eventually } from '#test/support/eventually.ts';
import { aRollout, aSiteStatus, startShell } from '#test/support/shell-site.ts';

const dir = mkdtempSync(join(tmpdir(), 'desktop-'));
const fileOf = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
afterAll(() => rmSync(dir, { recursive: true }));

const running = aSiteStatus({ rollouts: [aRollout()] });

test('when the window was moved and the app is started again, it is where it was', async () => {
  const userDataDir = join(dir, 'user');
  const first = await startShell({ userDataDir });
  const window = await first.serve();
  expect(window.options).toMatchObject({ width: 1_280, height: 840 });
  window.bounds = { x: 200, y: 100, width: 900, height: 600 };
  window.events.emit('move');
  first.clock.advance(500);
  const second = await startShell({ userDataDir });
  expect((await second.serve()).options).toMatchObject({ x: 200, y: 100, width: 900, height: 600 });
  const third = await startShell({ userDataDir, workAreas: [{ x: 0, y: 0, width: 800, height: 560 }] });
  expect((await third.serve()).options).toMatchObject({ x: 0, y: 0, width: 800, height: 560 });
});

test('when the site changes, the tray tells it by picture and words, and only then', async () => {
  const shell = await startShell();
  await shell.serve();
  const [tray] = shell.system.trays;
  expect(tray?.words).toBe('Lanyard: The hub serves');
  await shell.say(running);
  await shell.say(running);
  await shell.say(aSiteStatus({ devices: { all: 3, connected: 1, failing: 1 } }));
  expect(tray?.words).toBe('Lanyard: 1 of 3 devices connected, 1 failing');
  const shown = tray?.images.map((path) => path.replace('/app/resources/icons/', ''));
  expect(shown).toEqual(['tray-stopped.png', 'tray-stopped.png', 'tray-well.png', 'tray-busy.png', 'tray-failing.png']);
  expect(tray?.menu.map(({ label }) => label)).toEqual([
    '1 of 3 devices connected, 1 failing',
    undefined,
    'Open Lanyard',
    'Quit',
  ]);
  tray?.events.emit('click');
  expect(shell.told.slice(-2)).toEqual(['show', 'focus']);
  (await shell.hub(0)).events.emit('exit', 1);
  expect(tray?.words).toBe('Lanyard: The hub stopped; it starts again by itself');
});

test('when the hub says something that is no word of its own, nothing happens', async () => {
  const shell = await startShell();
  await shell.serve();
  const { events } = await shell.hub(0);
  for (const word of [null, 'x', { kind: 'quit' }, { ...running, more: 1 }, { ...running, openRollouts: -1 }])
    events.emit('message', word);
  expect(shell.system.trays[0]?.words).toBe('Lanyard: The hub serves');
});

test.each(['linux', 'win32', 'darwin'] as const)('on %s, every key of the menu is given once', async (platform) => {
  const shell = await startShell({ platform });
  await shell.serve();
  const items = shell.system.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const keys = items.flatMap(({ accelerator }) => accelerator ?? []);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toContain('CmdOrCtrl+O');
  expect(keys.includes('CmdOrCtrl+Q')).toBe(platform !== 'darwin');
  expect(JSON.stringify(shell.system.menu)).not.toContain('toggleDevTools');
  expect(shell.told.includes('protocol lanyard')).toBe(platform === 'win32');
});

test('when a place is chosen in the menu, the page goes there without being loaded anew', async () => {
  const shell = await startShell();
  const window = await shell.serve();
  const items = shell.system.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const click = items.find(({ label }) => label === 'Rollouts')?.click as (() => void) | undefined;
  click?.();
  expect(window.urls.at(-1)).toBe('http://127.0.0.1:4000/#/rollouts');
});

test('when a rollout came to something, a notification says so, and a click opens it', async () => {
  const shell = await startShell();
  const window = await shell.serve();
  const news = { kind: 'rollout-news', deploymentId: 'line-v2', reason: 'r <b>', succeeded: 1, failed: 2 } as const;
  await shell.say({ ...news, outcome: 'stopped' });
  await shell.say({ ...news, outcome: 'finished', failed: 0 });
  expect(shell.system.notices).toMatchObject([
    { title: 'Rollout of line-v2 stopped', body: 'r ‹b› (1 succeeded, 2 failed)', urgency: 'critical' },
    { title: 'Rollout of line-v2 finished', urgency: 'normal' },
  ]);
  shell.system.notices[0]?.events.emit('click');
  expect(window.urls.at(-1)).toBe('http://127.0.0.1:4000/#/rollouts/line-v2');
  expect(shell.told.at(-1)).toBe('focus');
});

test('when the system has no notifications, none is tried', async () => {
  const shell = await startShell({ hasNotifications: false });
  await shell.serve();
  await shell.say({
    kind: 'rollout-news',
    outcome: 'finished',
    deploymentId: 'a',
    reason: '',
    succeeded: 1,
    failed: 0,
  });
  expect(shell.system.notices).toEqual([]);
});

test('when the app is started by a link, the page shows it once it is there; a second link goes the same way', async () => {
  const shell = await startShell({ args: ['lanyard://devices/press-3'] });
  expect((await shell.hub(0)).args).toEqual(['--console-port', '0']);
  const window = await shell.serve();
  await eventually(() => expect(window.urls.at(-1)).toBe('http://127.0.0.1:4000/#/devices/press-3'));
  shell.appEvents.emit('second-instance', {}, ['/opt/lanyard', 'lanyard://history'], '/');
  expect(window.urls.at(-1)).toBe('http://127.0.0.1:4000/#/history');
  const event = aPreventable({});
  shell.appEvents.emit('open-url', event, 'lanyard://devices/../session');
  shell.appEvents.emit('open-url', event, 'lanyard://groups');
  expect([event.isPrevented, window.urls.at(-1)]).toEqual([true, 'http://127.0.0.1:4000/#/groups']);
});

test('when the hub comes back, the page that was shown is shown again, and the token of before is nowhere', async () => {
  const shell = await startShell();
  const window = await shell.serve();
  shell.appEvents.emit('open-url', aPreventable({}), 'lanyard://devices/press-3');
  (await shell.hub(0)).events.emit('exit', 1);
  shell.clock.advance(500);
  await shell.serve(5000, 1);
  await eventually(() =>
    expect(window.urls.slice(-2)).toEqual([
      'http://127.0.0.1:5000/#token=t5000',
      'http://127.0.0.1:5000/#/devices/press-3',
    ]),
  );
});

const pageEvent = (shell: Awaited<ReturnType<typeof startShell>>, more: object = {}) => ({
  sender: shell.windows[0]?.double.webContents,
  senderFrame: { origin: 'http://127.0.0.1:4000', parent: null, ...more },
});

test('when the system hands over a file, the page is told, takes it once, and never learns its folder', async () => {
  const path = fileOf('base.json', '{"id":"base"}');
  const shell = await startShell({ args: [path] });
  const window = await shell.serve();
  const take = async () => shell.calls.get(bridgeChannels.takeOpenedFile)?.(pageEvent(shell));
  await eventually(async () =>
    expect(await take()).toEqual({ name: 'base.json', base64: Buffer.from('{"id":"base"}').toString('base64') }),
  );
  expect(await take()).toBeNull();
  const event = aPreventable({});
  shell.appEvents.emit('open-file', event, join(dir, 'missing.json'));
  expect(event.isPrevented).toBe(true);
  await eventually(() => expect(window.sent).toContain(bridgeChannels.fileOpened));
  expect(window.urls.at(-1)).toBe('http://127.0.0.1:4000/#/deployments');
  await eventually(async () =>
    expect(await take()).toEqual({ refused: expect.stringMatching(/^missing\.json cannot be read: ENOENT/) }),
  );
});

test('when the page asks for files, a person chooses, and it gets what was chosen and nothing else', async () => {
  const shell = await startShell();
  await shell.serve();
  const call = async (channel: string, ...given: unknown[]) => shell.calls.get(channel)?.(pageEvent(shell), ...given);
  expect(await call(bridgeChannels.openFile)).toBeNull();
  shell.dialogs.openPaths = [fileOf('one.json', '1')];
  expect(await call(bridgeChannels.openFile)).toEqual({ name: 'one.json', base64: 'MQ==' });
  expect(await call(bridgeChannels.choosePath, { purpose: 'image-archive' })).toBe(join(dir, 'one.json'));
  await call(bridgeChannels.choosePath, { purpose: 'image-folder' });
  expect(shell.dialogs.asked).toMatchObject({ properties: ['openDirectory'] });
  const save = { name: 'two.json', base64: 'Mg==' };
  expect(await call(bridgeChannels.saveFile, save)).toBeNull();
  shell.dialogs.savePath = join(dir, 'two.json');
  expect(await call(bridgeChannels.saveFile, save)).toEqual({ path: join(dir, 'two.json') });
  expect(readFileSync(join(dir, 'two.json'), 'utf8')).toBe('2');
  expect(shell.dialogs.asked).toEqual({ defaultPath: '/documents/two.json' });
  shell.dialogs.savePath = join(dir, 'no', 'two.json');
  expect(await call(bridgeChannels.saveFile, save)).toEqual({ refused: expect.stringContaining('cannot be written') });
});

test('when anything but the page calls, or it calls with anything else, it is refused', async () => {
  const shell = await startShell();
  await shell.serve();
  const { saveFile, openFile, choosePath } = bridgeChannels;
  const call = async (event: object, channel: string, ...given: unknown[]) =>
    shell.calls.get(channel)?.(event, ...given);
  const foreign = 'answers its own page alone';
  await expect(call(pageEvent(shell, { origin: 'http://127.0.0.1:4001' }), openFile)).rejects.toThrow(foreign);
  await expect(call(pageEvent(shell, { origin: 'null' }), openFile)).rejects.toThrow(foreign);
  await expect(call(pageEvent(shell, { parent: {} }), openFile)).rejects.toThrow(foreign);
  await expect(call({ ...pageEvent(shell), senderFrame: null }, openFile)).rejects.toThrow(foreign);
  await expect(call({ ...pageEvent(shell), sender: {} }, openFile)).rejects.toThrow(foreign);
  const wrong: readonly (readonly [string, ...unknown[]])[] = [
    [openFile, '/etc/passwd'],
    [saveFile, { name: '../x', base64: '' }],
    [saveFile, { name: 'x', base64: '§' }],
    [saveFile, { name: 'x', base64: '', path: '/etc/x' }],
    [saveFile, { name: 'x', base64: '' }, 'more'],
    [choosePath, { purpose: 'anything' }],
    [choosePath],
  ];
  for (const [channel, ...given] of wrong)
    await expect(call(pageEvent(shell), channel, ...given)).rejects.toThrow('The request cannot be used');
  expect(shell.calls.size).toBeLessThanOrEqual(8);
  expect(shell.dialogs.asked).toBeNull();
});

test('when the laptop sleeps and wakes, the hub is told; while a rollout goes on, it does not fall asleep by itself', async () => {
  const shell = await startShell();
  await shell.serve();
  shell.system.power.emit('suspend');
  shell.system.power.emit('resume');
  expect((await shell.hub(0)).heard).toEqual([{ kind: 'suspended' }, { kind: 'resumed' }]);
  await shell.say(running);
  expect(shell.system.blockers.size).toBe(1);
  await shell.say(running);
  expect(shell.told.filter((word) => word === 'block prevent-app-suspension')).toHaveLength(1);
  await shell.say(aSiteStatus({ rollouts: [aRollout('a', { status: 'paused' })] }));
  expect(shell.system.blockers.size).toBe(0);
  await shell.say(running);
  (await shell.hub(0)).events.emit('exit', 1);
  expect(shell.system.blockers.size).toBe(0);
});

test('when a rollout is under way and the window is closed, a person is asked once, and nothing ends before the answer', async () => {
  const shell = await startShell();
  const window = await shell.serve();
  const hub = await shell.hub(0);
  await shell.say(running);
  window.double.close();
  window.double.close();
  expect([window.isClosed, hub.killed, shell.dialogs.questions.length]).toEqual([false, 0, 1]);
  expect(shell.dialogs.questions[0]).toMatchObject({ type: 'warning', defaultId: 0, cancelId: 0 });
  shell.dialogs.answer?.(0);
  await eventually(() => {
    window.double.close();
    expect(shell.dialogs.questions).toHaveLength(2);
  });
  expect([window.isClosed, hub.killed]).toEqual([false, 0]);
  shell.dialogs.answer?.(1);
  await eventually(() => expect([window.isClosed, hub.killed]).toEqual([true, 1]));
  hub.events.emit('exit', 0);
  await eventually(() => expect(shell.told.at(-1)).toBe('quit'));
  expect(shell.dialogs.questions).toHaveLength(2);
});

test.each(['a signal comes', 'the machine shuts down'])('when %s during a rollout, nobody is asked', async (what) => {
  const shell = await startShell();
  await shell.serve();
  const hub = await shell.hub(0);
  await shell.say(running);
  if (what === 'a signal comes') shell.endNow();
  else shell.system.power.emit('shutdown');
  expect([shell.dialogs.questions, hub.killed]).toEqual([[], 1]);
  hub.events.emit('exit', 0);
  await eventually(() => expect(shell.told.at(-1)).toBe('quit'));
});

test('when the quit entry is chosen and nothing is under way, the app ends without a question', async () => {
  const shell = await startShell();
  await shell.serve();
  const quit = shell.system.trays[0]?.menu.at(-1)?.click as (() => void) | undefined;
  quit?.();
  const hub = await shell.hub(0);
  expect([shell.dialogs.questions, hub.killed, shell.windows[0]?.isClosed]).toEqual([[], 1, true]);
  hub.events.emit('exit', 0);
  await eventually(() => expect(shell.told.at(-1)).toBe('quit'));
});

test('when the shell reaches for a call that the double does not know, it fails', async () => {
  const { electron } = await startShell();
  expect(() => electron.app.relaunch()).toThrow('app.relaunch is not a call the shell may make');
  expect(() => electron.Menu.getApplicationMenu()).toThrow('Menu.getApplicationMenu is not a call');
  expect(() => (electron as unknown as { shell: unknown }).shell).toThrow('electron.shell is not a call');
});
