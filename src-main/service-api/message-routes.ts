// Calls to devices: direct methods, answered while the caller waits, and cloud-to-device messages, queued until taken.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refused } from '#base/errors.ts';
import { ownValue } from '#base/json.ts';
import { methodBody } from '#contract/service-api-schemas.ts';
import { readBody } from './request-body.ts';
import { deviceIdOf, moduleIdOf, type RouteParts } from './route-parts.ts';
import { requireMayCallMethods } from './service-authorization.ts';

const deviceMethods = '/twins/:deviceId/methods';
const moduleMethods = '/twins/:deviceId/modules/:moduleId/methods';

/** The only routes a device may call, and the only ones that need no api-version: the module SDK sends none. */
export const methodPaths: ReadonlySet<string | undefined> = new Set([deviceMethods, moduleMethods]);

const defaultResponseTimeoutS = 30;

export function addMethodRoutes(app: FastifyInstance, { hub, callerOf }: RouteParts): void {
  for (const path of [deviceMethods, moduleMethods]) {
    app.post(path, async (request) => {
      const deviceId = deviceIdOf(request);
      const moduleId = path === moduleMethods ? moduleIdOf(request) : null;
      const caller = callerOf(request);
      requireMayCallMethods(caller, deviceId);
      const body = readBody(methodBody, request.body);
      if (moduleId === null) hub.registry.getDevice(deviceId);
      else hub.registry.getModule(deviceId, moduleId);
      const call = {
        name: body.methodName,
        payload: body.payload ?? null,
        responseTimeoutMs: (body.responseTimeoutInSeconds || defaultResponseTimeoutS) * 1000,
        connectTimeoutMs: (body.connectTimeoutInSeconds ?? 0) * 1000,
      };
      return hub.methods.invoke({ deviceId, moduleId }, call, caller.actor);
    });
  }
}

/**
 * `POST /devices/{id}/messages/devicebound`: the body is the message, headers are its properties, as in IoT Hub's HTTP
 * receive: `iothub-messageid`, `iothub-correlationid`, `iothub-expiry` (ISO 8601), `iothub-app-<name>`.
 */
export function addMessageRoutes(app: FastifyInstance, { hub }: RouteParts, maxBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBytes }, (_request, body, done) => done(null, body));
  for (const path of ['/devices/:deviceId/messages/devicebound', '/devices/:deviceId/messages/deviceBound']) {
    app.post(path, (request, reply) => {
      const deviceId = deviceIdOf(request);
      hub.registry.getDevice(deviceId);
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const message = { body, properties: propertiesOf(request), expiresAtMs: expiryOf(request) };
      const sent = hub.cloudMessages.send(deviceId, message, 'service');
      return reply.code(204).header('iothub-messageid', sent.messageId).send();
    });
  }
}

const systemProperties: Readonly<Record<string, string>> = {
  'iothub-messageid': '$.mid',
  'iothub-correlationid': '$.cid',
  'iothub-userid': '$.uid',
  'content-type': '$.ct',
  'content-encoding': '$.ce',
};
const applicationPrefix = 'iothub-app-';

function propertiesOf(request: FastifyRequest): Record<string, string> {
  const properties: [string, string][] = [];
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value !== 'string') continue;
    const wireName = ownValue(systemProperties, name);
    if (wireName !== undefined) properties.push([wireName, value]);
    else if (name.startsWith(applicationPrefix)) properties.push([name.slice(applicationPrefix.length), value]);
  }
  return Object.fromEntries(properties);
}

function expiryOf(request: FastifyRequest): number | null {
  const header = request.headers['iothub-expiry'];
  if (header === undefined) return null;
  const expiresAtMs = Date.parse(String(header));
  if (Number.isFinite(expiresAtMs)) return expiresAtMs;
  throw refused(
    'request.invalid',
    `The header iothub-expiry is '${String(header)}': write an instant such as 2026-01-31T08:00:00Z.`,
  );
}
