// The one window: opened when the hub is ready, on the hub's page, with nothing of Node in it, where it was the last time.
import { join } from 'node:path';
import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import type { Clock } from '#base/clock.ts';
import type { ShellElectron } from './shell-needs.ts';
import { placeWindow, smallestWindow, type Place } from './window-state.ts';
import type { WindowMemory } from './window-memory.ts';

// On disk, so that the page finds its look, keys and drafts again. The console's cookie has no date: it ends with the window.
export const windowPartition = 'persist:lanyard';

const rememberAfterMs = 500;
/** An address inside the page, as its own links write it. */
const pagePath = /^#(\/[^#]*)$/;

export interface ConsoleWindow {
  /** Opens the window when there is none, and loads the page; a page that was shown before is shown again. */
  show(url: string): void;
  /** Shows an address inside the page: `/devices/press-3`; at once, or as soon as there is a page. */
  goTo(path: string): void;
  setTitle(title: string): void;
  focus(): void;
  close(): void;
  /** Null: there is none now. */
  current(): BrowserWindow | null;
  isOf(contents: WebContents): boolean;
}

export interface WindowNeeds {
  readonly electron: Pick<ShellElectron, 'BrowserWindow' | 'screen'>;
  readonly bundleDir: string;
  readonly iconsDir: string;
  readonly memory: WindowMemory;
  readonly clock: Clock;
  readonly onLog: (text: string) => void;
  /** A person closes it; false: it stays for now. */
  readonly mayClose: () => boolean;
  /** The page has something to lose and speaks against being left or loaded anew; false: it stays. */
  readonly mayUnload: (window: BrowserWindow) => boolean;
}

export function createConsoleWindow(needs: WindowNeeds): ConsoleWindow {
  const { electron, memory } = needs;
  let window: BrowserWindow | null = null;
  let origin: string | null = null;
  let isLoaded = false;
  let pending: string | null = null;

  function open(): BrowserWindow {
    const saved = memory.read();
    const opened = new electron.BrowserWindow(windowOptions(needs, placeWindow(saved, workAreas(electron))));
    if (saved?.isMaximized === true) opened.maximize();
    rememberPlace(opened, needs);
    askBeforeLeaving(opened, needs);
    opened.once('closed', () => {
      window = null;
      isLoaded = false;
    });
    return opened;
  }

  function goOn(): void {
    isLoaded = true;
    const path = pending;
    pending = null;
    // Only what stands after `#` changes: the page stays as it is, and goes there.
    if (path !== null && window !== null && origin !== null) load(window, `${origin}/#${path}`);
  }

  /** A load that fails shows in the window, and the next ready line loads again. */
  function load(into: BrowserWindow, url: string): void {
    into.loadURL(url).then(
      () => isLoaded || goOn(),
      (error: unknown) => needs.onLog(`the page did not load: ${codeOf(error)}\n`),
    );
  }

  return {
    show(url) {
      if (window !== null) pending ??= shownPath(window);
      window ??= open();
      origin = new URL(url).origin;
      isLoaded = false;
      load(window, url);
    },
    goTo(path) {
      pending = path;
      if (isLoaded) goOn();
    },
    setTitle: (title) => window?.setTitle(title),
    focus() {
      if (window?.isMinimized() === true) window.restore();
      window?.show();
      window?.focus();
    },
    close: () => window?.close(),
    current: () => window,
    isOf: (contents) => window?.webContents === contents,
  };
}

function askBeforeLeaving(window: BrowserWindow, { mayClose, mayUnload }: WindowNeeds): void {
  window.on('close', (event) => mayClose() || event.preventDefault());
  // Electron asks nobody: without this, Reload and the window's button would do nothing while files are sent.
  window.webContents.on('will-prevent-unload', (event) => {
    if (mayUnload(window)) event.preventDefault();
  });
}

/** Where the page was when its hub died; null: nowhere in particular. */
function shownPath(window: BrowserWindow): string | null {
  const url = window.webContents.getURL();
  return URL.canParse(url) ? (pagePath.exec(new URL(url).hash)?.[1] ?? null) : null;
}

function rememberPlace(window: BrowserWindow, { memory, clock }: WindowNeeds): void {
  let cancel: (() => void) | null = null;
  const remember = () => memory.write({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
  const soon = () => {
    cancel?.();
    cancel = clock.after(rememberAfterMs, remember);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('close', remember);
  // Its place cannot be asked any more.
  window.once('closed', () => cancel?.());
}

/** The first is where a new window goes. */
function workAreas({ screen }: Pick<ShellElectron, 'screen'>) {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

/** Its message names the address, and that holds the token. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'for no reason that Electron tells';
}

function windowOptions({ bundleDir, iconsDir }: WindowNeeds, place: Place): BrowserWindowConstructorOptions {
  return {
    ...place,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Lanyard',
    icon: join(iconsDir, 'icon.png'),
    autoHideMenuBar: true,
    webPreferences: {
      partition: windowPartition,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      // It would fetch dictionaries from the internet.
      spellcheck: false,
      preload: join(bundleDir, '..', 'preload', 'preload.cjs'),
    },
  };
}
