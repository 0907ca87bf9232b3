// The desktop app's entry: hands Electron's parts to the shell.
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  screen,
  session,
  Tray,
  utilityProcess,
} from 'electron';
import { runShell } from './run-shell.ts';

// A packaged app is started with its own path alone, one from source with its folder besides.
const ownArguments = app.isPackaged ? 1 : 2;

const { endNow } = runShell({
  electron: {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    Notification,
    powerMonitor,
    powerSaveBlocker,
    screen,
    session,
    Tray,
    utilityProcess,
  },
  clock: {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(delayMs, work) {
      const timer = setTimeout(work, delayMs);
      return () => clearTimeout(timer);
    },
  },
  onLog: (text) => process.stderr.write(text),
  bundleDir: import.meta.dirname,
  platform: process.platform,
  args: process.argv.slice(ownArguments),
  cwd: process.cwd(),
});
// Whoever sends a signal is no person who could be asked.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, endNow);
