// The OCI distribution specification 1.1 over the image store, as a fastify plugin for the site listener: `docker pull` and `push`,
// skopeo and the agents speak it. A request is let in before its body is read; bodies and blobs stream and are never held whole.
import type { FastifyBaseLogger, FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '#base/clock.ts';
import { AppError, asAppError, broken, refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { deleteBlob, sendBlob } from './blob-routes.ts';
import type { ImageStore } from './image-store.ts';
import { sendCatalog, sendReferrers, sendTags } from './listing-routes.ts';
import { deleteManifest, sendManifest, takeManifest } from './manifest-routes.ts';
import { createPullAccess, type Puller } from './pull-access.ts';
import { registryErrorBody, registryFailureOf } from './registry-errors.ts';
import type { Exchange, RoutesParts } from './registry-exchange.ts';
import type { Shares } from './share-types.ts';
import { readTarget, type TargetReading } from './registry-path.ts';
import { beginUpload, continueUpload, type UploadPlaces } from './upload-routes.ts';

export interface RegistryApiParts {
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  /** @throws refused `auth.refused` */
  readonly authenticate: (request: FastifyRequest) => Puller;
  /** The images that a device's effective configuration names, as deployments write them. */
  readonly imagesOf: (deviceId: DeviceId) => readonly string[];
  /** Whether a registry's address in an image's name is the site's own. */
  readonly isSite: (registry: string) => boolean;
  /** Who may pull when, and from whom; without it nobody waits. */
  readonly shares?: Shares;
}

/** So long a peer that is refused in the middle of its body may go on sending, to hear why. */
const hearingMs = 5_000;

export function registryApi(parts: RegistryApiParts): FastifyPluginCallback {
  const { images, clock, log, authenticate, imagesOf, isSite, shares = null } = parts;
  const access = createPullAccess({ manifests: images.manifests, imagesOf, isSite });
  const routes = { images, access, shares, places: new Map<string, string>() };
  return (app, _options, done) => {
    const pullers = new WeakMap<FastifyRequest, Puller>();
    // The routes read the body themselves, as it comes.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
    app.addHook('onRequest', (request, reply, next) => {
      void reply.header('docker-distribution-api-version', 'registry/2.0');
      pullers.set(request, authenticate(request));
      next();
    });
    app.setErrorHandler((error: FastifyError, request, reply) => {
      void sendError(asOurs(error), request, reply, log);
      clock.after(hearingMs, () => {
        if (!request.raw.complete) request.raw.socket.destroy();
      });
    });
    const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const puller = pullers.get(request);
      if (puller === undefined) throw broken('A route of the registry was reached by a request nobody let in.');
      await route({ request, reply, puller }, targetOf(request), routes);
      return reply;
    };
    app.all('/v2', answer);
    app.all('/v2/*', answer);
    done();
  };
}

function targetOf(request: FastifyRequest): TargetReading {
  return readTarget(request.raw.url?.split('?', 1)[0] ?? '');
}

async function route(
  exchange: Exchange,
  target: TargetReading,
  parts: RoutesParts & { readonly places: UploadPlaces },
): Promise<void> {
  const reads = isOneOf(exchange, ['GET', 'HEAD']);
  switch (target.kind) {
    case 'base':
      return reads ? void exchange.reply.send({}) : refuseMethod(exchange, ['GET', 'HEAD']);
    case 'catalog':
      return reads ? sendCatalog(exchange, parts) : refuseMethod(exchange, ['GET', 'HEAD']);
    case 'tags':
      return reads ? sendTags(exchange, parts, target.repository) : refuseMethod(exchange, ['GET', 'HEAD']);
    case 'referrers':
      if (!reads) return refuseMethod(exchange, ['GET', 'HEAD']);
      return sendReferrers(exchange, parts, target.repository, target.reference);
    case 'blob':
      if (reads) return sendBlob(exchange, parts, target.repository, target.reference);
      if (isOneOf(exchange, ['DELETE'])) return deleteBlob(exchange, parts, target.repository, target.reference);
      return refuseMethod(exchange, ['GET', 'HEAD', 'DELETE']);
    case 'manifest':
      return routeManifest(exchange, target, parts);
    case 'upload':
      if (target.reference === '')
        return isOneOf(exchange, ['POST'])
          ? beginUpload(exchange, parts, target.repository)
          : refuseMethod(exchange, ['POST']);
      if (!isOneOf(exchange, ['GET', 'PATCH', 'PUT', 'DELETE']))
        return refuseMethod(exchange, ['GET', 'PATCH', 'PUT', 'DELETE']);
      return continueUpload(exchange, parts, target.repository, target.reference);
    case 'misnamed':
      parts.access.requireService(exchange.puller);
      throw refused(
        'image.name',
        `'${target.repository.slice(0, 300)}' cannot be a repository: use small letters, digits and single . _ - between them, at most 255.`,
      );
    case 'unknown':
      throw refused(
        'request.unknown',
        'The registry has no such path: it serves the OCI distribution specification 1.1.',
      );
  }
}

async function routeManifest(
  exchange: Exchange,
  { repository, reference }: { readonly repository: string; readonly reference: string },
  parts: RoutesParts,
): Promise<void> {
  switch (exchange.request.method) {
    case 'GET':
    case 'HEAD':
      return sendManifest(exchange, parts, repository, reference);
    case 'PUT':
      return takeManifest(exchange, parts, repository, reference);
    case 'DELETE':
      return deleteManifest(exchange, parts, repository, reference);
    default:
      return refuseMethod(exchange, ['GET', 'HEAD', 'PUT', 'DELETE']);
  }
}

function isOneOf({ request }: Exchange, methods: readonly string[]): boolean {
  return methods.includes(request.method);
}

function refuseMethod({ request, reply }: Exchange, methods: readonly string[]): never {
  void reply.header('allow', methods.join(', '));
  throw refused('request.method', `'${request.method}' cannot be used here: this path takes ${methods.join(', ')}.`);
}

function sendError(
  error: AppError,
  request: FastifyRequest,
  reply: FastifyReply,
  log: FastifyBaseLogger,
): FastifyReply {
  const target = targetOf(request);
  const failure = registryFailureOf(error, target.kind);
  const { method, url } = request;
  if (error.kind === 'broken') log.error({ err: error, method, url }, 'a request to the registry failed');
  else if (error.kind === 'unready')
    log.warn({ code: error.code, reason: error.message, method, url }, 'a request to the registry came to nothing');
  if (failure.status === 401) void reply.header('www-authenticate', 'Basic realm="Lanyard site"');
  for (const name of ['content-length', 'etag', 'cache-control', 'accept-ranges']) void reply.removeHeader(name);
  void reply.code(failure.status).header('content-type', 'application/json');
  return reply.send(JSON.stringify(registryErrorBody(error, failure)));
}

function asOurs(error: FastifyError): AppError {
  if (error instanceof AppError) return error;
  // A peer that breaks off, and what fastify finds wrong with a request's head.
  if (error.code === 'ECONNRESET') return refused('image.upload', 'The peer broke off.', { cause: error });
  if (error.statusCode !== undefined && error.statusCode < 500)
    return refused('request.invalid', `The request cannot be read: ${error.message}.`, { cause: error });
  return asAppError(error);
}
