// The part of Electron's stand-in that is the system around the window: tray, menu, notifications, screens, power, dialogs.
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { strictClass, strictDouble } from './strict-double.ts';

type Item = Electron.MenuItemConstructorOptions;

interface ShownTray {
  readonly images: string[];
  readonly events: EventEmitter;
  words: string;
  menu: readonly Item[];
}

interface ShownNotice {
  readonly title: string;
  readonly body: string;
  readonly urgency: string;
  readonly events: EventEmitter;
}

const oneScreen: readonly Electron.Rectangle[] = [{ x: 0, y: 0, width: 1_920, height: 1_040 }];

export interface SystemOptions {
  /** What is left of each display beside the system's bars; the first is the primary one. */
  readonly workAreas?: readonly Electron.Rectangle[];
  readonly hasNotifications?: boolean;
}

export function createSystemDouble(told: string[], { workAreas = oneScreen, hasNotifications = true }: SystemOptions) {
  const seen = {
    trays: [] as ShownTray[],
    notices: [] as ShownNotice[],
    menu: [] as readonly Item[],
    power: new EventEmitter(),
    blockers: new Set<number>(),
  };
  const displays = workAreas.map((workArea, id) => ({ id, workArea }) as Electron.Display);
  const Tray = strictClass('Tray', (image: string) => {
    const tray: ShownTray = { images: [image], events: new EventEmitter(), words: '', menu: [] };
    seen.trays.push(tray);
    return strictDouble<Electron.Tray>('tray', {
      on: (name: string, listener: () => void) => tray.events.on(name, listener),
      setImage: (path: string) => tray.images.push(path),
      setToolTip: (words: string) => (tray.words = words),
      setContextMenu: (menu: { readonly items: readonly Item[] }) => (tray.menu = menu.items),
    });
  });
  const construct = (notice: { title: string; body: string; urgency: string }) => {
    const shown: ShownNotice = { ...notice, events: new EventEmitter() };
    return strictDouble<Electron.Notification>('notification', {
      on: (name: string, listener: () => void) => shown.events.on(name, listener),
      show: () => seen.notices.push(shown),
    });
  };
  const parts = {
    Tray,
    Menu: strictClass('Menu', () => ({}), {
      buildFromTemplate: (items: readonly Item[]) => ({ items }),
      setApplicationMenu: (menu: { readonly items: readonly Item[] }) => (seen.menu = menu.items),
    }),
    Notification: strictClass('Notification', construct, {
      isSupported: () => hasNotifications,
    }),
    screen: strictDouble<Electron.Screen>('screen', {
      getPrimaryDisplay: () => displays[0],
      getAllDisplays: () => displays,
    }),
    powerMonitor: strictDouble<Electron.PowerMonitor>('powerMonitor', {
      on: (name: string, listener: () => void) => seen.power.on(name, listener),
    }),
    powerSaveBlocker: strictDouble<Electron.PowerSaveBlocker>('powerSaveBlocker', {
      start(kind: string) {
        told.push(`block ${kind}`);
        seen.blockers.add(told.length);
        return told.length;
      },
      stop: (id: number) => seen.blockers.delete(id),
    }),
  };
  return { seen, parts };
}

export function createDialogDouble() {
  const dialogs = {
    errors: [] as (readonly [string, string])[],
    questions: [] as Electron.MessageBoxOptions[],
    /** What the person does next; a question that nobody answers stays open. */
    answer: null as ((response: number) => void) | null,
    /** What is answered where nothing goes on before: the place of a button. */
    syncAnswer: 0,
    openPaths: [] as readonly string[],
    savePath: '',
    /** The options of the last one. */
    asked: null as Electron.OpenDialogOptions | Electron.SaveDialogOptions | null,
  };
  const dialog = strictDouble<Electron.Dialog>('dialog', {
    showErrorBox: (title: string, words: string) => dialogs.errors.push([title, words]),
    showMessageBoxSync(...given: unknown[]) {
      dialogs.questions.push(given.at(-1) as Electron.MessageBoxOptions);
      return dialogs.syncAnswer;
    },
    showMessageBox(...given: unknown[]) {
      dialogs.questions.push(given.at(-1) as Electron.MessageBoxOptions);
      return new Promise((resolve) => {
        dialogs.answer = (response) => resolve({ response });
      });
    },
    async showOpenDialog(...given: unknown[]) {
      dialogs.asked = given.at(-1) as typeof dialogs.asked;
      return { canceled: dialogs.openPaths.length === 0, filePaths: dialogs.openPaths };
    },
    async showSaveDialog(...given: unknown[]) {
      dialogs.asked = given.at(-1) as typeof dialogs.asked;
      return { canceled: dialogs.savePath === '', filePath: dialogs.savePath };
    },
  });
  const calls = new Map<string, (event: unknown, ...given: unknown[]) => Promise<unknown>>();
  const ipcMain = strictDouble<Electron.IpcMain>('ipcMain', {
    handle: (channel: string, answer: (event: unknown, ...given: unknown[]) => Promise<unknown>) =>
      calls.set(channel, answer),
  });
  return { dialogs, dialog, ipcMain, calls };
}
