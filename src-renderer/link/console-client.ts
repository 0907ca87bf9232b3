// The console API over this page's one WebSocket: reconnects by itself, and notices a hub that has stopped answering.
import { createTRPCClient, createWSClient, type TRPCClient, wsLink } from '@trpc/client';
import type { ConsoleRouter } from '#contract/console-api.ts';
import { beatLink } from './beat-link.ts';
import type { ConsoleApi } from './console-link.ts';
import { createImagesApi, type ImagesApi } from './images-api.ts';
import { withBeat } from './page-beat.ts';

const longestRetryMs = 3_000;

/** Every procedure of the console API, typed. */
export type HubClient = TRPCClient<ConsoleRouter>;

export interface ConsoleConnection {
  readonly client: HubClient;
  readonly api: ConsoleApi;
  readonly images: ImagesApi;
  close(): Promise<void>;
}

export function connectConsole(on: { readonly opened: () => void; readonly closed: () => void }): ConsoleConnection {
  const socket = createWSClient({
    url: `ws://${window.location.host}/api`,
    retryDelayMs: (attempt) => (attempt === 0 ? 0 : Math.min(250 * 2 ** attempt, longestRetryMs)),
    keepAlive: { enabled: true, intervalMs: 5_000, pongTimeoutMs: 3_000 },
    onOpen: on.opened,
    onClose: on.closed,
  });
  const client = createTRPCClient<ConsoleRouter>({ links: [beatLink(withBeat), wsLink({ client: socket })] });
  return {
    client,
    api: {
      devices: (page) => client.devices.query(page),
      deployments: (page) => client.deployments.query(page),
      rollouts: (page) => client.rolloutRows.query(page),
      device: (deviceId) => client.device.query({ deviceId }),
      follow({ onEvent, onEnd }) {
        const subscription = client.changes.subscribe(undefined, {
          onData: onEvent,
          onError: onEnd,
          onComplete: onEnd,
        });
        return () => subscription.unsubscribe();
      },
    },
    images: createImagesApi(client),
    close: () => socket.close(),
  };
}
