// The one window: opened when the hub is ready, on the hub's page, with nothing of Node in it.
import { join } from 'node:path';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';

// Without `persist:` the session lives in memory: no cookie of the console is ever on disk.
export const windowPartition = 'lanyard';

export interface ConsoleWindow {
  /** Opens the window when there is none, and loads the page. */
  show(url: string): void;
  setTitle(title: string): void;
  focus(): void;
}

export function createConsoleWindow(needs: {
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly bundleDir: string;
  readonly onLog: (text: string) => void;
}): ConsoleWindow {
  let window: BrowserWindow | null = null;
  return {
    show(url) {
      if (window === null) {
        window = needs.createWindow(windowOptions(needs.bundleDir));
        window.once('closed', () => {
          window = null;
        });
      }
      // A load that fails shows in the window, and the next ready line loads again.
      window.loadURL(url).catch((error: unknown) => needs.onLog(`the page did not load: ${codeOf(error)}\n`));
    },
    setTitle(title) {
      window?.setTitle(title);
    },
    focus() {
      if (window?.isMinimized() === true) window.restore();
      window?.focus();
    },
  };
}

/** Its message names the address, and that holds the token. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'for no reason that Electron tells';
}

function windowOptions(bundleDir: string): BrowserWindowConstructorOptions {
  return {
    width: 1_280,
    height: 840,
    minWidth: 720,
    minHeight: 480,
    title: 'Lanyard',
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
