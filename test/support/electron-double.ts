// A stand-in for the `electron` module that knows exactly the calls it was given, and fails on any other: a shell that reaches
// for something new must be looked at. Names are checked against Electron's own types.
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { ShellElectron } from '#shell/shell-needs.ts';
import { createDialogDouble, createSystemDouble, type SystemOptions } from './electron-system-double.ts';
import { strictClass, strictDouble } from './strict-double.ts';

/** What a preventable event was told. */
export function aPreventable<More extends object>(more: More) {
  const event = { ...more, isPrevented: false, preventDefault: () => (event.isPrevented = true) };
  return event;
}

interface DoubleOptions extends SystemOptions {
  readonly hasLock?: boolean;
  /** Electron's code for a page that does not load. */
  readonly loadFailure?: string | null;
  readonly isPackaged?: boolean;
  /** Where the app's own settings lie. */
  readonly userDataDir?: string;
}

export function createElectronDouble(options: DoubleOptions = {}) {
  const told: string[] = [];
  const appDouble = createAppDouble(told, options);
  const windowDouble = createWindowDouble(told, options);
  const sessionDouble = createSessionDouble();
  const forkDouble = createForkDouble();
  const systemDouble = createSystemDouble(told, options);
  const dialogDouble = createDialogDouble();
  const electron: ShellElectron = strictDouble<ShellElectron>('electron', {
    app: appDouble.app,
    BrowserWindow: windowDouble.BrowserWindow,
    ...systemDouble.parts,
    dialog: dialogDouble.dialog,
    ipcMain: dialogDouble.ipcMain,
    session: strictDouble<ShellElectron['session']>('session', { fromPartition: sessionDouble.openSession }),
    utilityProcess: strictDouble<ShellElectron['utilityProcess']>('utilityProcess', { fork: forkDouble.fork }),
  });
  return {
    electron,
    told,
    appEvents: appDouble.appEvents,
    windows: windowDouble.windows,
    guards: sessionDouble.guards,
    partitions: sessionDouble.partitions,
    forked: forkDouble.forked,
    system: systemDouble.seen,
    dialogs: dialogDouble.dialogs,
    calls: dialogDouble.calls,
  };
}

function createAppDouble(told: string[], { hasLock = true, isPackaged = true, userDataDir }: DoubleOptions) {
  const appEvents = new EventEmitter();
  const app = strictDouble<Electron.App>('app', {
    isPackaged,
    requestSingleInstanceLock: () => hasLock,
    enableSandbox: () => told.push('sandbox'),
    whenReady: async () => undefined,
    on: (name: string, listener: () => void) => appEvents.on(name, listener),
    getPath: (name: string) => (name === 'userData' ? (userDataDir ?? '/no/such/folder') : `/${name}`),
    setAsDefaultProtocolClient: (scheme: string) => told.push(`protocol ${scheme}`),
    quit() {
      const event = aPreventable({});
      appEvents.emit('before-quit', event);
      told.push(event.isPrevented ? 'quit put off' : 'quit');
    },
  });
  return { app, appEvents };
}

interface ShownWindow {
  readonly double: Electron.BrowserWindow;
  readonly contents: Electron.WebContents;
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly urls: string[];
  /** Channels of what was sent to the page. */
  readonly sent: string[];
  readonly events: EventEmitter;
  /** As a page that sends files: it speaks against being left. */
  holdsOn: boolean;
  /** Its menu's entry; whether the page was loaded anew. */
  reload(): boolean;
  bounds: Electron.Rectangle;
  title: string;
  isClosed: boolean;
}

function createWindowDouble(told: string[], { loadFailure = null }: DoubleOptions) {
  const windows: ShownWindow[] = [];
  const construct = (options: Electron.BrowserWindowConstructorOptions) => {
    const events = new EventEmitter();
    const sent: string[] = [];
    const urls: string[] = [];
    const ofContents = new EventEmitter();
    const contents = strictDouble<Electron.WebContents>('webContents', {
      getURL: () => urls.at(-1) ?? '',
      send: (channel: string) => sent.push(channel),
      on: (name: string, listener: () => void) => ofContents.on(name, listener),
    });
    /** As Electron: a page that speaks against it stays, unless the shell says otherwise. */
    const mayGo = () => {
      const event = aPreventable({});
      if (shown.holdsOn) ofContents.emit('will-prevent-unload', event);
      return !shown.holdsOn || event.isPrevented;
    };
    const double = strictDouble<Electron.BrowserWindow>('window', {
      webContents: contents,
      async loadURL(url: string) {
        urls.push(url);
        if (loadFailure !== null)
          throw Object.assign(new Error(`${loadFailure} (-102) loading '${url}'`), { code: loadFailure });
      },
      setTitle: (title: string) => (shown.title = title),
      on: (name: string, listener: () => void) => events.on(name, listener),
      once: (name: string, listener: () => void) => events.once(name, listener),
      isMinimized: () => true,
      isMaximized: () => told.includes('maximize'),
      maximize: () => told.push('maximize'),
      getNormalBounds: () => shown.bounds,
      restore: () => told.push('restore'),
      show: () => told.push('show'),
      focus: () => told.push('focus'),
      close() {
        const event = aPreventable({});
        events.emit('close', event);
        if (event.isPrevented || !mayGo()) return;
        shown.isClosed = true;
        events.emit('closed');
      },
    });
    const bounds = { x: 0, y: 0, width: 1_280, height: 840 };
    const page = { holdsOn: false, reload: mayGo, title: '', isClosed: false };
    const shown: ShownWindow = { double, contents, options, urls, sent, events, bounds, ...page };
    windows.push(shown);
    return double;
  };
  return { windows, BrowserWindow: strictClass('BrowserWindow', construct) };
}

type Answer<T> = (answer: T) => void;

function createSessionDouble() {
  const guards: {
    permission: ((contents: unknown, permission: string, answer: Answer<boolean>) => void) | null;
    check: (() => boolean) | null;
    device: (() => boolean) | null;
    request: ((request: { readonly url: string }, answer: Answer<{ readonly cancel?: boolean }>) => void) | null;
  } = { permission: null, check: null, device: null, request: null };
  const partitions: string[] = [];
  const openSession = (partition: string) => {
    partitions.push(partition);
    return strictDouble<Electron.Session>('session', {
      setPermissionRequestHandler: (handle: typeof guards.permission) => (guards.permission = handle),
      setPermissionCheckHandler: (handle: typeof guards.check) => (guards.check = handle),
      setDevicePermissionHandler: (handle: typeof guards.device) => (guards.device = handle),
      webRequest: strictDouble<Electron.Session['webRequest']>('webRequest', {
        onBeforeRequest: (handle: typeof guards.request) => (guards.request = handle),
      }),
    });
  };
  return { guards, partitions, openSession };
}

function createForkDouble() {
  const forked: {
    readonly path: string;
    readonly args: readonly string[];
    readonly events: EventEmitter;
    readonly stdout: EventEmitter;
    readonly stderr: EventEmitter;
    readonly heard: unknown[];
    killed: number;
  }[] = [];
  const fork = (path: string, args: readonly string[]) => {
    const child = {
      path,
      args,
      events: new EventEmitter(),
      stdout: new EventEmitter(),
      stderr: new EventEmitter(),
      heard: [] as unknown[],
      killed: 0,
    };
    forked.push(child);
    return strictDouble<Electron.UtilityProcess>('hub', {
      pid: undefined,
      stdout: child.stdout,
      stderr: child.stderr,
      on: (name: string, listener: () => void) => child.events.on(name, listener),
      once: (name: string, listener: () => void) => child.events.once(name, listener),
      postMessage: (message: unknown) => child.heard.push(message),
      kill: () => (child.killed += 1),
    });
  };
  return { forked, fork };
}
