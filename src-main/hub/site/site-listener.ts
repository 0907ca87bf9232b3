// The hub's face to the site: MQTT over TLS, and HTTPS with MQTT over WebSocket beside it. TLS 1.2 or newer everywhere, one
// certificate from the site CA, renewed while serving when the machine's addresses change.
import { randomUUID } from 'node:crypto';
import { promises as dns } from 'node:dns';
import type { ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { DEFAULT_CIPHERS, createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import { fastify, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { errorBody, trackingIdFrom } from '#contract/service-error-body.ts';
import { openServerCertificate, reachableNames } from '#hub/certificates/server-certificate.ts';
import type { SiteCa } from '#hub/certificates/site-ca.ts';
import {
  createConnectionGate,
  defaultGateLimits,
  type ConnectionGate,
  type GateLimits,
} from '#hub/device-link/connection-gate.ts';
import type { DeviceLink } from '#hub/device-link/device-link.ts';
import { acceptMqttWebSockets } from '#hub/device-link/mqtt-websocket.ts';
import { limitRequests } from '#hub/device-link/request-limit.ts';
import { withoutSchemas } from '#hub/records/without-schemas.ts';

export interface SiteListenerParts {
  /** Where the server's certificate is kept. */
  readonly dir: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly httpsPort: number;
  readonly mqttPort: number;
  readonly ca: SiteCa;
  readonly link: DeviceLink;
  readonly clock: Clock;
  readonly log: Logger;
  readonly gateLimits?: Partial<GateLimits>;
}

type HttpsApp = FastifyInstance<HttpsServer>;

export interface SiteListener {
  /** Register the service API here before `start`. */
  readonly https: HttpsApp;
  /** Listens on both ports; throws `refused` (`configuration.flag`) naming the port and its flag when one cannot be had. */
  start(): Promise<{ readonly httpsPort: number; readonly mqttPort: number }>;
  /** Of devices and tools, on both ports. */
  readonly connections: () => number;
  /** Ends every connection at once and stops listening. */
  stop(): Promise<void>;
}

interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
  /** Whose client certificates are asked for. */
  readonly ca: string;
  readonly minVersion: 'TLSv1.2';
  readonly ciphers: string;
}

/** A pinned certificate is signed by nobody we know: the device link decides, not TLS. */
const clientCertificates = { requestCert: true, rejectUnauthorized: false };

/** The shorter key first, as browsers and Docker have it: as safe, and cheaper where gigabytes of images go out. */
const ciphers = [...new Set(['TLS_AES_128_GCM_SHA256', ...DEFAULT_CIPHERS.split(':')])].join(':');

const refreshEveryMs = 60_000;
const keepAliveProbeMs = 60_000;
const requestLimitMs = 30_000;
const requestLimitBytes = 1024 * 1024;

export async function createSiteListener(parts: SiteListenerParts): Promise<SiteListener> {
  const { host, link, clock } = parts;
  const limits = { ...defaultGateLimits, ...parts.gateLimits };
  const gate = createConnectionGate({ clock, limits, onRefused: (refusal) => link.refuse(refusal) });
  const identity = await serverIdentity(parts);
  const sockets = new Set<Socket>();
  const mqtt = createMqttServer(parts, identity, gate);
  const https = createHttpsApp(identity, limits, clock);
  https.server.on('secureConnection', (socket: TLSSocket) => gate.admit(addressOf(socket), socket.remotePort ?? 0));
  limitRequests(https.server, { clock, limitMs: requestLimitMs, mayTakeLong: (path) => path.startsWith('/v2/') });
  for (const server of [mqtt, https.server]) bound(server, gate, sockets);
  const closeWebSockets = acceptMqttWebSockets(https.server, link);
  let stopRefreshing: (() => void) | undefined;

  return {
    https,
    async start() {
      const mqttPort = await listening('--mqtt-port', host, parts.mqttPort, (address) =>
        listen(mqtt, address, parts.mqttPort),
      );
      const httpsPort = await listening('--https-port', host, parts.httpsPort, async (address) => {
        await https.listen({ host: address, port: parts.httpsPort });
        return https.server;
      });
      link.tellHttpsPort(httpsPort);
      stopRefreshing = keepFresh([mqtt, https.server], identity, parts);
      return { mqttPort, httpsPort };
    },
    connections: () => sockets.size,
    async stop() {
      stopRefreshing?.();
      closeWebSockets();
      const closed = Promise.all([closing(mqtt), https.close()]);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function createMqttServer({ link }: SiteListenerParts, identity: ServerIdentity, gate: ConnectionGate): TlsServer {
  const server = createTlsServer({
    ...identity,
    ...clientCertificates,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveProbeMs,
  });
  server.on('secureConnection', (socket) => {
    const address = addressOf(socket);
    const port = socket.remotePort ?? 0;
    const certificate = socket.getPeerX509Certificate();
    link.take(socket, { address, port, certificate, admit: () => gate.admit(address, port) });
  });
  server.on('tlsClientError', (error, socket) => {
    // A peer that hangs up in the middle of a handshake did nothing worth a line.
    if ('code' in error && error.code === 'ECONNRESET') return;
    link.refuse({ address: addressOf(socket), reason: 'tls' });
  });
  return server;
}

function createHttpsApp(identity: ServerIdentity, limits: GateLimits, clock: Clock): HttpsApp {
  return fastify({
    https: { ...identity, ...clientCertificates, handshakeTimeout: limits.loginMs, headersTimeout: requestLimitMs },
    logger: false,
    bodyLimit: requestLimitBytes,
    // An id of 128 characters, each of them url-encoded.
    routerOptions: { maxParamLength: 128 * 3 },
    // See limitRequests: Node's own knows no exception for images.
    requestTimeout: 0,
    forceCloseConnections: true,
    schemaController: withoutSchemas,
    frameworkErrors: (_error, _request, { raw }) => refusePath(raw, clock),
  });
}

/** Before any route is known, in the form that the service API's clients read. */
function refusePath(response: ServerResponse, clock: Clock): void {
  const name = 'ArgumentInvalid';
  const sentence = 'The path of the request is not URL-encoded, or an id in it is too long.';
  const body = errorBody({ name, number: 400004 }, sentence, trackingIdFrom(randomUUID(), clock.nowMs()));
  response.writeHead(400, { 'content-type': 'application/json; charset=utf-8', 'iothub-errorcode': name });
  response.end(JSON.stringify(body));
}

/** Every socket passes the gate, and is known so that it can be ended. */
function bound(server: Server, gate: ConnectionGate, sockets: Set<Socket>): void {
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    if (!gate.enter(socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
}

async function serverIdentity({ dir, host, ca, clock }: SiteListenerParts): Promise<ServerIdentity> {
  const made = await openServerCertificate({ dir, ca, clock, names: reachableNames(host) });
  // The authority goes along, so that a client can see, and pin, what it is asked to trust.
  const cert = made.certificatePem + ca.certificatePem;
  return { key: made.privateKeyPem, cert, ca: ca.certificatePem, minVersion: 'TLSv1.2', ciphers };
}

/** A laptop gets other addresses at each site: the certificate follows them without a restart. */
function keepFresh(servers: readonly TlsServer[], first: ServerIdentity, parts: SiteListenerParts): () => void {
  const { clock, log } = parts;
  let current = first.cert;
  let cancel = clock.after(refreshEveryMs, refresh);
  function refresh(): void {
    serverIdentity(parts)
      .then((identity) => {
        if (identity.cert === current) return;
        current = identity.cert;
        for (const server of servers) server.setSecureContext(identity);
        log.info('the site certificate now covers the addresses of the moment');
      })
      .catch((error: unknown) => log.error({ err: error }, 'the site certificate could not be renewed'));
    cancel = clock.after(refreshEveryMs, refresh);
  }
  return () => cancel();
}

async function listening(
  flag: string,
  host: string,
  port: number,
  start: (address: string) => Promise<Server>,
): Promise<number> {
  // Caught here because only here it is known which flag mends it.
  try {
    // By address: of `localhost` fastify would open a second server, one without our bounds.
    const { address } = await dns.lookup(host);
    return ((await start(address)).address() as AddressInfo).port;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const problems: Record<string, string> = {
      EADDRINUSE: `Port ${port} on ${host} is taken by another program: choose another with ${flag} (0 picks a free one).`,
      EACCES: `Port ${port} on ${host} needs rights this program does not have: choose one above 1023 with ${flag}.`,
      EADDRNOTAVAIL: `${host} is no address of this machine: choose one with --host.`,
      ENOTFOUND: `${host} is no name this machine knows: choose an address with --host.`,
    };
    const problem = typeof code === 'string' ? problems[code] : undefined;
    if (problem === undefined) throw cause;
    throw refused('configuration.flag', problem, { subject: flag, cause });
  }
}

function listen(server: Server, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function closing(server: Server): Promise<void> {
  // A server that never listened says so by an error; to us both are closed.
  return new Promise((resolve) => server.close(() => resolve()));
}

function addressOf(socket: Socket): string {
  return socket.remoteAddress ?? 'gone';
}
