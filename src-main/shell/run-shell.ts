// The desktop shell put together: one window on the hub's page, the hub beside it, and the system's own places. Everything of
// Electron comes in as an argument, so that it is tested without the runtime.
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { bridgeChannels } from '#contract/desktop-bridge.ts';
import type { HubWord, SiteStatus } from '#contract/shell-port.ts';
import { createConsolePort, type ConsolePort } from './console-port.ts';
import { createConsoleWindow, windowPartition, type ConsoleWindow } from './console-window.ts';
import { createFileDesk, type FileDesk } from './file-desk.ts';
import { createHubProcess, type HubNews, type HubProcess } from './hub-process.ts';
import { readLaunch, type Opening } from './launch.ts';
import { createLeaveTaking, type LeaveTaking } from './leave-taking.ts';
import { createNotices, type Notices } from './notices.ts';
import { answerPage } from './page-calls.ts';
import {
  quitButton,
  quitButtons,
  type QuitWarning,
  unloadButton,
  unloadButtons,
  unloadWarning,
} from './quit-warning.ts';
import type { ShellNeeds } from './shell-needs.ts';
import type { HubStanding } from './site-look.ts';
import { enterSystem, followSystem, type SystemPlaces } from './system-places.ts';
import { guardContents, guardSession } from './window-guard.ts';
import { createWindowMemory } from './window-memory.ts';

/** Returns how to end the app without asking anybody. */
export function runShell(needs: ShellNeeds): { readonly endNow: () => void } {
  const { app } = needs.electron;
  // Two shells would be two hubs on one database; what this one was started with goes to the first.
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return { endNow: () => app.quit() };
  }
  app.enableSandbox();
  const shell = new Shell(needs);
  shell.start();
  return { endNow: () => shell.endNow() };
}

class Shell {
  readonly #needs: ShellNeeds;
  readonly #openings: readonly Opening[];
  readonly #iconsDir: string;
  readonly #port: ConsolePort;
  readonly #hub: HubProcess;
  readonly #leaving: LeaveTaking;
  readonly #window: ConsoleWindow;
  readonly #desk: FileDesk;
  readonly #notices: Notices;
  #places: SystemPlaces | null = null;
  /** Where the hub's page is: `http://127.0.0.1:8080`; null before it is ready. */
  #origin: string | null = null;
  #standing: HubStanding = 'starting';
  #status: SiteStatus | null = null;

  constructor(needs: ShellNeeds) {
    const { electron, clock, onLog, bundleDir } = needs;
    const { app } = electron;
    const { hubFlags, openings } = readLaunch(needs.args, needs.cwd);
    this.#needs = needs;
    this.#openings = openings;
    this.#iconsDir = join(bundleDir, '..', '..', 'resources', 'icons');
    const settings = { folder: () => app.getPath('userData'), onLog };
    this.#port = createConsolePort({ ...settings, hubFlags });
    this.#hub = createHubProcess({
      fork: () => electron.utilityProcess.fork(join(bundleDir, 'hub.js'), this.#port.hubArguments(), hubOptions),
      canAskOtherwise: () => this.#port.giveUp(),
      clock,
      onLog,
      onNews: (news) => this.#follow(news),
      onWord: (word) => this.#hear(word),
    });
    this.#leaving = createLeaveTaking({
      app,
      status: () => this.#status,
      confirm: (warning) => this.#confirmQuit(warning),
      stopHub: () => this.#hub.stop(),
      onLeaving: () => this.#window.close(),
    });
    const memory = createWindowMemory(settings);
    const mayClose = () => this.#leaving.mayClose();
    const mayUnload = (window: BrowserWindow) => this.#leaving.isLeaving() || this.#confirmUnload(window);
    this.#window = createConsoleWindow({ ...needs, iconsDir: this.#iconsDir, memory, mayClose, mayUnload });
    this.#desk = createFileDesk({
      dialog: electron.dialog,
      window: () => this.#window.current(),
      documentsDir: () => app.getPath('documents'),
      onBrought: () => this.#offerFile(),
    });
    this.#notices = createNotices({ electron, onOpen: (path) => this.#showPage(path) });
  }

  start(): void {
    const { electron } = this.#needs;
    const consoleOrigin = () => this.#origin;
    guardContents(electron.app, consoleOrigin);
    followSystem(this.#needs, (openings) => this.#open(openings));
    void electron.app.whenReady().then(() => {
      guardSession(electron.session.fromPartition(windowPartition), consoleOrigin);
      const isOfWindow = this.#window.isOf.bind(this.#window);
      answerPage({ ipcMain: electron.ipcMain, desk: this.#desk, consoleOrigin, isOfWindow });
      this.#places = enterSystem(this.#needs, {
        iconsDir: this.#iconsDir,
        showPage: (path) => this.#showPage(path),
        showWindow: () => this.#window.focus(),
        openFile: () => void this.#desk.choose(),
        tellHub: (word) => this.#hub.tell(word),
        endNow: () => this.endNow(),
      });
      this.#open(this.#openings);
      this.#hub.start();
    });
  }

  endNow(): void {
    this.#leaving.leave();
  }

  #follow(news: HubNews): void {
    this.#status = null;
    this.#standing = news.kind === 'ready' ? 'serving' : 'restarting';
    this.#places?.tell(this.#standing, null);
    switch (news.kind) {
      case 'ready':
        this.#port.learn(news.url);
        this.#origin = new URL(news.url).origin;
        this.#window.show(news.url);
        this.#window.setTitle('Lanyard');
        return;
      case 'restarting':
        this.#window.setTitle(`Lanyard – the hub stopped; it starts again in ${Math.ceil(news.inMs / 1_000)} s`);
        return;
      case 'refused':
        this.#needs.electron.dialog.showErrorBox('The hub does not start', news.words);
        this.endNow();
    }
  }

  #hear(word: HubWord): void {
    if (word.kind === 'rollout-news') return this.#notices.tell(word);
    this.#status = word;
    this.#places?.tell(this.#standing, word);
  }

  #open(openings: readonly Opening[]): void {
    for (const { kind, path } of openings) {
      if (kind === 'page') this.#window.goTo(path);
      else void this.#desk.bring(path);
    }
    this.#window.focus();
  }

  #showPage(path: string): void {
    this.#window.goTo(path);
    this.#window.focus();
  }

  /** The page takes it when it can: a window that is not there yet asks by itself. */
  #offerFile(): void {
    this.#showPage('/deployments');
    this.#window.current()?.webContents.send(bridgeChannels.fileOpened);
  }

  async #confirmQuit({ message, detail }: QuitWarning): Promise<boolean> {
    const { dialog } = this.#needs.electron;
    const window = this.#window.current();
    const options = { type: 'warning' as const, message, detail, buttons: [...quitButtons], defaultId: 0, cancelId: 0 };
    const { response } = await (window === null
      ? dialog.showMessageBox(options)
      : dialog.showMessageBox(window, options));
    return response === quitButton;
  }

  /** The page waits for the answer in the middle of being left: it cannot be given later. */
  #confirmUnload(window: BrowserWindow): boolean {
    const choice = { buttons: [...unloadButtons], defaultId: 0, cancelId: 0 };
    const { dialog } = this.#needs.electron;
    return dialog.showMessageBoxSync(window, { type: 'warning', ...unloadWarning, ...choice }) === unloadButton;
  }
}

const hubOptions = { stdio: 'pipe' as const, serviceName: 'Lanyard hub' };
