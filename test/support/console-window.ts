// A window of the console as a browser opens it: the token for a session, the session for a socket, the console's API over that.
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import type { ConsoleRouter } from '#contract/console-api.ts';

/** `url`: as the hub prints it, with its token. */
export async function openConsoleWindow(url: string) {
  const { origin, host, hash } = new URL(url);
  const shown = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token: hash.replace('#token=', '') }),
  });
  const cookie = shown.headers.get('set-cookie')?.split(';')[0] ?? '';
  class OwnPageSocket extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { cookie, origin } });
    }
  }
  const socket = createWSClient({
    url: `ws://${host}/api`,
    WebSocket: OwnPageSocket as unknown as typeof globalThis.WebSocket,
  });
  return {
    client: createTRPCClient<ConsoleRouter>({ links: [wsLink({ client: socket })] }),
    close: () => void socket.close(),
  };
}
