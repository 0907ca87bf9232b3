// The desktop shell: one window on the hub's page, and the hub beside it. Everything of Electron comes in as an argument, so
// that it is tested without the runtime.
import { join } from 'node:path';
import type { App, BrowserWindow, BrowserWindowConstructorOptions, Session, UtilityProcess } from 'electron';
import type { Clock } from '#base/clock.ts';
import { createConsoleWindow, windowPartition } from './console-window.ts';
import { createHubProcess, type HubNews, type HubProcess } from './hub-process.ts';
import { guardContents, guardSession } from './window-guard.ts';

export interface ShellNeeds {
  readonly app: App;
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly openSession: (partition: string) => Session;
  readonly fork: (modulePath: string, args: readonly string[]) => UtilityProcess;
  readonly showError: (title: string, words: string) => void;
  readonly clock: Clock;
  readonly onLog: (text: string) => void;
  /** `out/main`, where the bundles lie. */
  readonly bundleDir: string;
  /** The flags the app was started with. */
  readonly args: readonly string[];
}

export function runShell(needs: ShellNeeds): void {
  const { app } = needs;
  // Two shells would be two hubs on one database.
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  let origin: string | null = null;
  const window = createConsoleWindow(needs);
  const hub = createHubProcess({
    fork: () => needs.fork(join(needs.bundleDir, 'hub.js'), hubArguments(needs.args)),
    clock: needs.clock,
    onLog: needs.onLog,
    onNews,
  });

  function onNews(news: HubNews): void {
    switch (news.kind) {
      case 'ready':
        origin = new URL(news.url).origin;
        window.show(news.url);
        window.setTitle('Lanyard');
        return;
      case 'restarting':
        window.setTitle(`Lanyard – the hub stopped; it starts again in ${Math.ceil(news.inMs / 1_000)} s`);
        return;
      case 'refused':
        needs.showError('The hub does not start', news.words);
        app.quit();
    }
  }

  app.enableSandbox();
  guardContents(app, () => origin);
  app.on('second-instance', () => window.focus());
  app.on('window-all-closed', () => app.quit());
  stopHubBeforeQuit(app, hub);
  void app.whenReady().then(() => {
    guardSession(needs.openSession(windowPartition), () => origin);
    hub.start();
  });
}

/** The app quits once its hub has stopped, and not before: the hub has rows to write. */
function stopHubBeforeQuit(app: App, hub: HubProcess): void {
  let isStopped = false;
  app.on('before-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    void hub.stop().then(() => {
      isStopped = true;
      app.quit();
    });
  });
}

/** In the window nobody types the console's address, so any free port does. */
function hubArguments(args: readonly string[]): readonly string[] {
  const names = args.map((arg) => arg.split('=')[0]);
  return names.includes('--console-port') ? args : [...args, '--console-port', '0'];
}
