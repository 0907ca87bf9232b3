// The desktop app's entry: hands Electron's parts to the shell.
import { app, BrowserWindow, dialog, session, utilityProcess } from 'electron';
import { runShell } from './run-shell.ts';

// A packaged app is started with its own path alone, one from source with its folder besides.
const ownArguments = app.isPackaged ? 1 : 2;

runShell({
  app,
  createWindow: (options) => new BrowserWindow(options),
  openSession: (partition) => session.fromPartition(partition),
  fork: (modulePath, args) => utilityProcess.fork(modulePath, [...args], { stdio: 'pipe', serviceName: 'Lanyard hub' }),
  showError: (title, words) => dialog.showErrorBox(title, words),
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
  args: process.argv.slice(ownArguments),
});
