// The menu of the desktop app over the strict double of Electron: every place of the page, and a Reload that ends nothing unasked.
import { expect, test } from 'vitest';
import { screens } from '#renderer/frame/screens.tsx';
import { startShell } from '#test/support/shell-site.ts';

test('when the menu is shown, it has every place of the rail, in its order', async () => {
  const shell = await startShell();
  const window = await shell.serve();
  const items = shell.system.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const places = items.slice(
    items.findIndex(({ label }) => label === 'Site'),
    items.findIndex(isReload) - 1,
  );
  expect(places.map(({ label }) => label)).toEqual(screens.map(({ word }) => word));
  for (const [at, { path }] of screens.entries()) {
    (places[at]?.click as (() => void) | undefined)?.();
    expect(window.urls.at(-1)).toBe(`http://127.0.0.1:4000/#${path}`);
  }
});

const isReload = ({ role }: { readonly role?: unknown }) => role === 'reload';

test('when the page sends files, Reload and the window’s button ask before they end that; once it is decided, nobody is asked', async () => {
  const shell = await startShell();
  const window = await shell.serve();
  expect(window.reload()).toBe(true);
  expect(shell.dialogs.questions).toEqual([]);
  window.holdsOn = true;
  expect(window.reload()).toBe(false);
  expect(shell.dialogs.questions).toMatchObject([
    { type: 'warning', message: 'Files are being sent to the hub', defaultId: 0, cancelId: 0 },
  ]);
  // The hub does not know of them yet, so the shell has no question of its own.
  window.double.close();
  expect([window.isClosed, shell.dialogs.questions.length]).toEqual([false, 2]);
  shell.dialogs.syncAnswer = 1;
  expect(window.reload()).toBe(true);
  shell.dialogs.syncAnswer = 0;
  shell.endNow();
  expect([window.isClosed, shell.dialogs.questions.length]).toEqual([true, 3]);
});
