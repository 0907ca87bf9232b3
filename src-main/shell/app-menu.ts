// The native menu: the system's own entries by their roles, the few of ours with their keys, and nothing that a role does better.
import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  openFile(): void;
  goTo(path: string): void;
  quit(): void;
}

export interface MenuSetting {
  readonly platform: NodeJS.Platform;
  /** A released app shows no developer tools. */
  readonly isPackaged: boolean;
}

/** The places of the page's rail, in its order; a test holds the two together. */
const places = [
  ['Site', '/site'],
  ['Devices', '/devices'],
  ['Deployments', '/deployments'],
  ['Rollouts', '/rollouts'],
  ['Groups', '/groups'],
  ['Images', '/images'],
  ['Live', '/live'],
  ['History', '/history'],
  ['Settings', '/settings'],
] as const;

export function menuTemplate(
  { platform, isPackaged }: MenuSetting,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const quit: MenuItemConstructorOptions = { label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: () => actions.quit() };
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open deployment file…', accelerator: 'CmdOrCtrl+O', click: () => actions.openFile() },
        { type: 'separator' },
        { role: 'close' },
        ...(isMac ? [] : [quit]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        ...places.map(([label, path], index) => ({
          label,
          accelerator: `CmdOrCtrl+${index + 1}`,
          click: () => actions.goTo(path),
        })),
        { type: 'separator' },
        // While files are sent the page speaks against it, and the shell asks (console-window.ts).
        { role: 'reload' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
  ];
}
