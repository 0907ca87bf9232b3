// Module identities of a device.
import type { FastifyInstance } from 'fastify';
import { moduleBody } from '#contract/service-api-schemas.ts';
import { authenticationFrom, moduleJson } from './identity-json.ts';
import { readBody } from './request-body.ts';
import { checkSameId, deviceIdOf, ifMatchOf, moduleIdOf, withEtag, type RouteParts } from './route-parts.ts';

export function addModuleRoutes(app: FastifyInstance, { hub }: RouteParts): void {
  const path = '/devices/:deviceId/modules/:moduleId';

  app.get('/devices/:deviceId/modules', (request) => hub.registry.listModules(deviceIdOf(request)).map(moduleJson));
  app.get(path, (request, reply) => {
    const module = hub.registry.getModule(deviceIdOf(request), moduleIdOf(request));
    return reply.send(withEtag(reply, module.version, moduleJson(module)));
  });
  app.put(path, (request, reply) => {
    const identity = { deviceId: deviceIdOf(request), moduleId: moduleIdOf(request) };
    const body = readBody(moduleBody, request.body);
    checkSameId(identity.deviceId, body.deviceId, 'deviceId');
    checkSameId(identity.moduleId, body.moduleId, 'moduleId');
    const authentication = authenticationFrom(body.authentication);
    const ifMatch = ifMatchOf(request);
    const change = {
      ...(body.managedBy !== undefined && { managedBy: body.managedBy }),
      ...(authentication && { authentication }),
    };
    const module =
      ifMatch === undefined
        ? hub.registry.createModule(identity, body.managedBy ?? null, authentication, 'service')
        : hub.registry.updateModule(identity, change, ifMatch, 'service');
    return reply.send(withEtag(reply, module.version, moduleJson(module)));
  });
  app.delete(path, (request, reply) => {
    hub.registry.deleteModule(deviceIdOf(request), moduleIdOf(request), ifMatchOf(request), 'service');
    return reply.code(204).send();
  });
}
