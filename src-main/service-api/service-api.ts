// The IoT Hub REST API over the hub's operations, as a fastify plugin for the site listener.
// A request is let in before its body is read; every failure leaves in IoT Hub's own form.
import type {
  FastifyBaseLogger,
  FastifyError,
  FastifyInstance,
  FastifyPluginCallback,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import type { Clock } from '#base/clock.ts';
import { AppError, asAppError, broken, refused } from '#base/errors.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { addConfigurationRoutes } from './configuration-routes.ts';
import { addDeviceRoutes } from './device-routes.ts';
import { addMessageRoutes, addMethodRoutes, methodPaths } from './message-routes.ts';
import { addModuleRoutes } from './module-routes.ts';
import { collectOffered, refuseOtherMethod } from './other-methods.ts';
import { parseJsonBody } from './request-body.ts';
import type { RouteParts } from './route-parts.ts';
import { createServiceAuthorization, requireService, type Caller } from './service-authorization.ts';
import { newTrackingId, serviceErrorBody, serviceErrorOf } from './service-errors.ts';
import { addTwinRoutes } from './twin-routes.ts';

/** A configuration with fifty modules of the full 32 KB is larger than any real one. */
const maxBodyBytes = 2 * 1024 * 1024;
const maxMessageBytes = 64 * 1024;
/** Below what Node lets a socket queue (64 KB), head included. */
const maxKeptAnswerBytes = 60 * 1024;

export interface ServiceApiParts {
  readonly hub: HubOperations;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  /** Of the policy `service`, base64. */
  readonly serviceKey: string;
  /** Whether a host name (lower case, without port) is one of this hub's: the audience of tokens. */
  readonly isOwnName: (host: string) => boolean;
}

export function serviceApi({ hub, clock, log, serviceKey, isOwnName }: ServiceApiParts): FastifyPluginCallback {
  return (app, _options, done) => {
    const authorization = createServiceAuthorization({ registry: hub.registry, clock, serviceKey, isOwnName });
    const callers = new WeakMap<FastifyRequest, Caller>();
    const offered = collectOffered(app);
    app.addHook('onRequest', (request, reply, next) => {
      const isMethodCall = methodPaths.has(request.routeOptions.url);
      if (!isMethodCall) requireApiVersion(request);
      const caller = authorization.identify(request.headers.authorization, pathOf(request));
      if (!isMethodCall) requireService(caller);
      callers.set(request, caller);
      // Before its body is read: it is refused whatever it holds.
      refuseOtherMethod({ request, reply, path: pathOf(request) }, offered);
      next();
    });
    app.addHook('onSend', endAfterLargeAnswer);
    readNothing(app);
    app.setErrorHandler((error: FastifyError, request, reply) => sendError({ error, request, reply, clock, log }));
    app.setNotFoundHandler((request) => {
      const what = `${request.method} ${pathOf(request)}`;
      throw refused(
        'request.unknown',
        `This hub has no '${what}': it serves registry, twins, deployments and methods.`,
      );
    });
    const parts: RouteParts = { hub, callerOf: (request) => callers.get(request) ?? missingCaller() };
    void app.register((json, _none, ready) => {
      readJsonOnly(json);
      addDeviceRoutes(json, parts);
      addModuleRoutes(json, parts);
      addTwinRoutes(json, parts);
      addConfigurationRoutes(json, parts);
      addMethodRoutes(json, parts);
      ready();
    });
    void app.register((messages, _none, ready) => {
      addMessageRoutes(messages, parts, maxMessageBytes);
      ready();
    });
    done();
  };
}

/**
 * Node pauses its HTTP parser while a large answer leaves the socket, and takes the next request that arrives in that moment
 * for a parse error (HPE_PAUSED): the client would see its connection reset. So the next request gets a connection of its own.
 */
function endAfterLargeAnswer(_request: FastifyRequest, reply: FastifyReply, payload: unknown, next: () => void): void {
  if (typeof payload === 'string' && Buffer.byteLength(payload) > maxKeptAnswerBytes)
    void reply.header('connection', 'close');
  next();
}

/** A path that is not served is told as one, whatever its request carries: `az` names JSON and sends none. */
function readNothing(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
}

/** Every body is JSON whatever its content type says; fastify's own parser refuses keys that are plain data here. */
function readJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(Buffer.from(body)));
    } catch (thrown) {
      // Fastify takes a parser's failure as an argument and brings it to the error edge below.
      done(asAppError(thrown));
    }
  });
}

function requireApiVersion(request: FastifyRequest): void {
  const { 'api-version': version } = request.query as { readonly 'api-version'?: string };
  if (version) return;
  throw refused('request.version', 'The request names no API version: add ?api-version=2021-04-12.');
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

interface Failure {
  readonly error: FastifyError;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

function sendError({ error, request, reply, clock, log }: Failure): FastifyReply {
  const appError = fromFastify(error);
  const trackingId = newTrackingId(clock.nowMs());
  const { method } = request;
  const path = pathOf(request);
  if (appError.kind === 'broken') log.error({ err: appError, trackingId, method, path }, 'a request failed');
  // A device that is away is an everyday answer: one line, no stack.
  if (appError.kind === 'unready')
    log.info({ code: appError.code, reason: appError.message, trackingId, method, path }, 'a request came too early');
  const { status, name } = serviceErrorOf(appError);
  return reply.code(status).header('iothub-errorcode', name).send(serviceErrorBody(appError, trackingId));
}

function fromFastify(error: FastifyError): AppError {
  if (error instanceof AppError) return error;
  if (error.statusCode === 413)
    return refused('request.too-large', 'The request body is larger than this call takes.', { cause: error });
  if (error.statusCode === 415)
    return refused('request.media-type', 'The Content-Type of the request is none: send application/json.', {
      cause: error,
    });
  if (error.statusCode !== undefined && error.statusCode < 500)
    return refused('request.invalid', `The request cannot be read: ${error.message}.`, { cause: error });
  return asAppError(error);
}

function missingCaller(): never {
  throw broken('A route was reached by a request nobody let in.');
}
