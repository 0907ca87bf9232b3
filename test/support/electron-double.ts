// A stand-in for Electron's parts that knows exactly the calls it was given, and fails on any other: a shell that reaches for
// something new must be looked at.
import { EventEmitter } from 'node:events';
import type { App, BrowserWindow, Session, UtilityProcess } from 'electron';

/** An object that throws when anything but the given members is read; their names are checked against Electron's own types. */
export function strictDouble<T extends object>(name: string, members: { readonly [Name in keyof T]?: unknown }): T {
  return new Proxy(members, {
    get(target, key) {
      // Whoever awaits a value asks whether it is a promise.
      if (key === 'then' || typeof key === 'symbol') return Reflect.get(target, key) as unknown;
      if (!Reflect.has(target, key)) throw new Error(`${name}.${key} is not a call the shell may make`);
      return Reflect.get(target, key) as unknown;
    },
  }) as T;
}

interface ShownWindow {
  readonly double: BrowserWindow;
  readonly options: unknown;
  readonly urls: string[];
  title: string;
  readonly close: () => void;
}

/** What a preventable event was told. */
export function aPreventable<More extends object>(more: More) {
  const event = { ...more, isPrevented: false, preventDefault: () => (event.isPrevented = true) };
  return event;
}

interface DoubleOptions {
  readonly hasLock?: boolean;
  /** Electron's code for a page that does not load. */
  readonly loadFailure?: string | null;
}

export function createElectronDouble({ hasLock = true, loadFailure = null }: DoubleOptions = {}) {
  const appEvents = new EventEmitter();
  const told: string[] = [];
  const app = strictDouble<App>('app', {
    requestSingleInstanceLock: () => hasLock,
    enableSandbox: () => told.push('sandbox'),
    whenReady: async () => undefined,
    on: (name: string, listener: () => void) => appEvents.on(name, listener),
    quit() {
      const event = aPreventable({});
      appEvents.emit('before-quit', event);
      told.push(event.isPrevented ? 'quit put off' : 'quit');
    },
  });
  const windows: ShownWindow[] = [];
  const createWindow = (options: unknown) => {
    const events = new EventEmitter();
    const shown: ShownWindow = {
      options,
      urls: [],
      title: '',
      close: () => events.emit('closed'),
      double: strictDouble<BrowserWindow>('window', {
        async loadURL(url: string) {
          shown.urls.push(url);
          if (loadFailure !== null)
            throw Object.assign(new Error(`${loadFailure} (-102) loading '${url}'`), { code: loadFailure });
        },
        setTitle: (title: string) => (shown.title = title),
        once: (name: string, listener: () => void) => events.once(name, listener),
        isMinimized: () => true,
        restore: () => told.push('restore'),
        focus: () => told.push('focus'),
      }),
    };
    windows.push(shown);
    return shown.double;
  };
  return { app, appEvents, told, windows, createWindow, ...createSessionDouble(), ...createForkDouble() };
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
    return strictDouble<Session>('session', {
      setPermissionRequestHandler: (handle: typeof guards.permission) => (guards.permission = handle),
      setPermissionCheckHandler: (handle: typeof guards.check) => (guards.check = handle),
      setDevicePermissionHandler: (handle: typeof guards.device) => (guards.device = handle),
      webRequest: strictDouble<Session['webRequest']>('webRequest', {
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
    killed: number;
  }[] = [];
  const fork = (path: string, args: readonly string[]) => {
    const child = {
      path,
      args,
      events: new EventEmitter(),
      stdout: new EventEmitter(),
      stderr: new EventEmitter(),
      killed: 0,
    };
    forked.push(child);
    return strictDouble<UtilityProcess>('utilityProcess', {
      pid: undefined,
      stdout: child.stdout,
      stderr: child.stderr,
      once: (name: string, listener: () => void) => child.events.once(name, listener),
      kill: () => (child.killed += 1),
    });
  };
  return { forked, fork };
}
