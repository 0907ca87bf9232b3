// The console's listener: loopback only, plain HTTP for the page and WebSocket for its API.
// Nothing is answered that is not addressed to this very listener; the API needs a session besides.
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import { AppError, refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { createConsoleRouter } from '#contract/console-api.ts';
import type { ConsoleContext } from '#contract/console-context.ts';
import { largestFileBytes } from '#contract/console-files.ts';
import type { ConsoleImages } from '#contract/console-images.ts';
import type { SiteFacts } from '#contract/console-rows.ts';
import type { ConsoleSite } from '#contract/console-site.ts';
import { withoutSchemas } from '#hub/records/without-schemas.ts';
import type { Store } from '#store/store-types.ts';
import { createConsoleConfigurations } from './console-configurations.ts';
import { createConsoleDeployments } from './console-deployments.ts';
import { createConsoleDevicePage } from './console-device-page.ts';
import { createConsoleDevices } from './console-devices.ts';
import { type ConsoleFeed, createConsoleFeed } from './console-feed.ts';
import { type ConsoleGate, createConsoleGate } from './console-gate.ts';
import { createConsoleHistory } from './console-history.ts';
import { addSafetyHeaders, servePage } from './console-page.ts';
import { type ConsoleOperations, createConsoleSource } from './console-source.ts';
import { addTransferRoutes } from './console-transfers.ts';

const longestRequest = 64 * 1024;
// A file that is imported comes whole, in base64, with a metrics file beside it.
const longestMessage = Math.ceil((largestFileBytes * 4) / 3) + 1024 * 1024;
const mostWindows = 32;
// A socket with more unsent bytes than this lags: it misses flushes until it has caught up.
const lagLimit = 256 * 1024;

export interface ConsoleListener {
  /** Listens; `url` opens the console with this start's token. Throws `refused` for a host or port it cannot take. */
  start(): Promise<{ readonly url: string }>;
  /** Ends every connection at once. */
  stop(): Promise<void>;
}

export interface ConsoleListenerOptions {
  readonly store: Pick<Store, 'read' | 'onCommitted'>;
  readonly clock: Clock;
  /** Where devices and tools reach the hub, for the screens that explain how. */
  readonly site: () => SiteFacts;
  /** What kept a device from being given its configuration, if something did. */
  readonly failureOf: (deviceId: DeviceId) => AppError | undefined;
  readonly hub: ConsoleOperations;
  readonly images: ConsoleImages;
  readonly siteDesk: ConsoleSite;
  /** A loopback address. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The built page: `index.html` and `assets/`. */
  readonly rendererDir: string;
  readonly log: Logger;
}

export function createConsoleListener(options: ConsoleListenerOptions): ConsoleListener {
  const feed = createConsoleFeed({ ...options, metrics: options.hub.metrics });
  const app = openApp();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: longestMessage, perMessageDeflate: false });
  const shared = sharedContext(options, feed);
  applyWSSHandler({
    wss: sockets,
    router: createConsoleRouter(),
    createContext: ({ res }): ConsoleContext => ({
      ...shared,
      isLagging: () => res.bufferedAmount > lagLimit,
    }),
    keepAlive: { enabled: true, pingMs: 15_000, pongWaitMs: 10_000 },
    onError({ error, path }) {
      const isOurs =
        error.cause instanceof AppError ? error.cause.kind === 'broken' : error.code === 'INTERNAL_SERVER_ERROR';
      // What a window asks amiss is its fault, and no work for whoever reads the log.
      options.log[isOurs ? 'error' : 'info']({ err: error.cause ?? error, path }, 'console request failed');
    },
  });

  return {
    async start() {
      requireLoopback(options.host);
      let gate: ConsoleGate | null = null;
      let authority = '';
      addSafetyHeaders(app);
      addHostCheck(app, () => ({ gate, authority }));
      addSessionRoutes(app, () => gate);
      addTransferRoutes(app, { images: options.images, gate: () => gate, log: options.log });
      servePage(app, { rendererDir: options.rendererDir, authority: () => authority });
      app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        upgrade({ request, socket, head, gate, sockets });
      });
      const port = await listen(app, options);
      authority = `${isIP(options.host) === 6 ? `[${options.host}]` : options.host}:${port}`;
      gate = createConsoleGate(authority);
      feed.start();
      return { url: `http://${authority}/#token=${gate.token}` };
    },
    async stop() {
      feed.stop();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await app.close();
    },
  };
}

/** What every window stands on. */
function sharedContext(options: ConsoleListenerOptions, feed: ConsoleFeed): Omit<ConsoleContext, 'isLagging'> {
  const { hub } = options;
  const deviceHost = () => new URL(options.site().mqtts).host;
  return {
    source: createConsoleSource({ ...options, feed }),
    files: hub.files,
    configurations: createConsoleConfigurations(hub.deployments),
    deployments: createConsoleDeployments(options),
    settings: hub.settings,
    rollouts: hub.rollouts,
    rollbacks: hub.rollbacks,
    images: options.images,
    siteDesk: options.siteDesk,
    devicePage: createConsoleDevicePage({ ...options, deviceHost }),
    manyDevices: createConsoleDevices({ ...options, deviceHost }),
    history: createConsoleHistory(options),
    live: hub.live,
  };
}

function openApp(): FastifyInstance {
  return fastify({
    logger: false,
    bodyLimit: longestRequest,
    // Of the head alone: a file of images takes as long as it takes.
    http: { headersTimeout: 10_000 },
    requestTimeout: 0,
    connectionTimeout: 30_000,
    forceCloseConnections: true,
    schemaController: withoutSchemas,
  });
}

function requireLoopback(host: string): void {
  if (host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return;
  throw refused('configuration.flag', `The console serves this machine alone: "${host}" is not a loopback address.`, {
    subject: host,
  });
}

async function listen(app: FastifyInstance, { host, port }: ConsoleListenerOptions): Promise<number> {
  // Caught here because only here it is known which flag mends it.
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    const problem = code === 'EADDRINUSE' ? 'is taken by another program' : 'needs rights this program does not have';
    const advice = 'choose another with --console-port (0 picks a free one)';
    throw refused('configuration.flag', `Console port ${port} on ${host} ${problem}: ${advice}.`, {
      subject: '--console-port',
      cause,
    });
  }
  return (app.server.address() as AddressInfo).port;
}

function addHostCheck(
  app: FastifyInstance,
  listening: () => { readonly gate: ConsoleGate | null; readonly authority: string },
): void {
  app.addHook('onRequest', async (request, reply) => {
    const { gate, authority } = listening();
    if (gate?.isHost(request.headers.host) === true) return;
    await reply.code(403).type('text/plain').send(`The console answers at http://${authority} alone.\n`);
  });
}

const sessionRequest = z.strictObject({ token: z.string().max(128) });

function addSessionRoutes(app: FastifyInstance, gateNow: () => ConsoleGate | null): void {
  app.get('/session', async (request) => ({ open: gateNow()?.hasSession(request.headers.cookie) === true }));
  app.post('/session', async (request, reply) => {
    const gate = gateNow();
    if (gate?.isOrigin(request.headers.origin) !== true) return reply.code(403).send({ open: false });
    const shown = sessionRequest.safeParse(request.body);
    const cookie = shown.success ? gate.openSession(shown.data.token) : null;
    if (cookie === null) return reply.code(401).send({ open: false });
    return reply.header('set-cookie', cookie).send({ open: true });
  });
}

function upgrade(asked: {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly gate: ConsoleGate | null;
  readonly sockets: WebSocketServer;
}): void {
  const { request, socket, head, gate, sockets } = asked;
  const { host, origin, cookie } = request.headers;
  // A peer that vanishes in the middle of this must not become an uncaught error.
  socket.on('error', () => socket.destroy());
  const status = (() => {
    if (gate?.isHost(host) !== true || !gate.isOrigin(origin)) return '403 Forbidden';
    if (!gate.hasSession(cookie)) return '401 Unauthorized';
    if (request.url !== '/api') return '404 Not Found';
    return sockets.clients.size < mostWindows ? null : '503 Service Unavailable';
  })();
  if (status !== null) {
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
    return;
  }
  sockets.handleUpgrade(request, socket, head, (client: WebSocket) => sockets.emit('connection', client, request));
}
