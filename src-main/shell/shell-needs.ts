// All that the shell may use of Electron, and what it is told from outside. A part that is not in this list cannot be reached.
import type * as Electron from 'electron';
import type { Clock } from '#base/clock.ts';

export type ShellElectron = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'Notification'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'screen'
  | 'session'
  | 'Tray'
  | 'utilityProcess'
>;

export interface ShellNeeds {
  readonly electron: ShellElectron;
  readonly clock: Clock;
  readonly onLog: (text: string) => void;
  /** `out/main`, where the bundles lie. */
  readonly bundleDir: string;
  readonly platform: NodeJS.Platform;
  /** What the app was started with, without its own name, and where. */
  readonly args: readonly string[];
  readonly cwd: string;
}
