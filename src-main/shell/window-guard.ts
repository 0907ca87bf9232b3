// What the page in the window may not do, whatever it is told: leave the hub's origin, open windows, ask for permissions,
// or load anything from elsewhere. The hub's own headers say the same; this holds when they do not.
import type { App, Session } from 'electron';

/** `consoleOrigin` answers where the hub is now: `http://127.0.0.1:8080`; null before it is ready. */
export function guardSession(session: Session, consoleOrigin: () => string | null): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((request, answer) => {
    answer({ cancel: !isOfConsole(request.url, consoleOrigin()) });
  });
}

export function guardContents(app: App, consoleOrigin: () => string | null): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (!isOfConsole(event.url, consoleOrigin())) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOfConsole(event.url, consoleOrigin())) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/** The hub's own page and its WebSocket; everything else is elsewhere. */
export function isOfConsole(url: string, consoleOrigin: string | null): boolean {
  if (consoleOrigin === null || !URL.canParse(url)) return false;
  const { origin, protocol, host } = new URL(url);
  return origin === consoleOrigin || (protocol === 'ws:' && `http://${host}` === consoleOrigin);
}
