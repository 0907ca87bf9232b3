// Twins of devices and modules, and the queries that list device twins page by page.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '#base/ids.ts';
import { queryBody, twinBody, type TwinBody } from '#contract/service-api-schemas.ts';
import { deviceTwinJson, moduleTwinJson } from '#contract/twin-json.ts';
import type { HubOperations, TwinChange } from '#hub/hub-types.ts';
import type { Twin } from '#domain/values/twin.ts';
import { readBody } from './request-body.ts';
import { countOf, deviceIdOf, ifMatchOf, moduleIdOf, withEtag, type RouteParts } from './route-parts.ts';

const pageRule = { name: 'x-ms-max-item-count', fallback: 100, most: 1000 };

export function addTwinRoutes(app: FastifyInstance, { hub }: RouteParts): void {
  const places = [
    { path: '/twins/:deviceId', identityOf: deviceIdentity },
    { path: '/twins/:deviceId/modules/:moduleId', identityOf: moduleIdentity },
  ];
  for (const { path, identityOf } of places) {
    const answer = (reply: FastifyReply, twin: Twin) => reply.send(withEtag(reply, twin.version, twinJson(hub, twin)));
    app.get(path, (request, reply) => answer(reply, hub.twins.get(identityOf(request))));
    app.patch(path, (request, reply) => {
      const change = twinChangeFrom(readBody(twinBody, request.body));
      return answer(reply, hub.twins.patch(identityOf(request), change, ifMatchOf(request), 'service'));
    });
    app.put(path, (request, reply) => {
      const change = twinChangeFrom(readBody(twinBody, request.body));
      return answer(reply, hub.twins.replace(identityOf(request), change, ifMatchOf(request), 'service'));
    });
  }
  app.post('/devices/query', async (request, reply) => {
    const { query } = readBody(queryBody, request.body);
    const limit = countOf(request.headers['x-ms-max-item-count'], pageRule);
    const page = await hub.queries.run(query, { limit, continuation: continuationOf(request) });
    // As IoT Hub names them; its Java and C# clients compare it with what they were asked to read.
    void reply.header('x-ms-item-type', page.kind === 'twin' ? 'Twin' : 'Raw');
    if (page.continuation !== null) void reply.header('x-ms-continuation', page.continuation);
    return reply.send(page.rows);
  });
}

function deviceIdentity(request: FastifyRequest): Identity {
  return { deviceId: deviceIdOf(request), moduleId: null };
}

function moduleIdentity(request: FastifyRequest): Identity {
  return { deviceId: deviceIdOf(request), moduleId: moduleIdOf(request) };
}

function twinJson(hub: HubOperations, twin: Twin): Record<string, unknown> {
  const { deviceId, moduleId } = twin;
  const device = hub.registry.getDevice(deviceId);
  const statuses = hub.deployments.statuses(deviceId)[moduleId ?? ''] ?? {};
  if (moduleId === null) return deviceTwinJson(device, twin, hub.registry.countWaitingMessages(deviceId), statuses);
  return moduleTwinJson(device, hub.registry.getModule(deviceId, moduleId), twin, statuses);
}

function twinChangeFrom({ tags, properties }: TwinBody): TwinChange {
  const desired = properties?.desired;
  return { ...(tags && { tags }), ...(desired && { desired }) };
}

function continuationOf(request: FastifyRequest): string | null {
  const header = request.headers['x-ms-continuation'];
  return typeof header === 'string' && header !== '' ? header : null;
}
