// The identity registry: devices one by one, listed, in bulk, and counted.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { asAppError } from '#base/errors.ts';
import { bulkBody, deviceBody, type BulkItem } from '#contract/service-api-schemas.ts';
import type { Device } from '#domain/records/registry.ts';
import type { HubOperations, IfMatch, TwinChange } from '#hub/hub-types.ts';
import { deviceJson, newDeviceFrom } from './identity-json.ts';
import { readBody } from './request-body.ts';
import { checkSameId, checkedDeviceId, countOf, deviceIdOf, ifMatchFrom, ifMatchOf, withEtag } from './route-parts.ts';
import type { RouteParts } from './route-parts.ts';
import { serviceErrorOf } from './service-errors.ts';

const mostListed = 1000;

export function addDeviceRoutes(app: FastifyInstance, { hub }: RouteParts): void {
  const asJson = (device: Device) => deviceJson(device, hub.registry.countWaitingMessages(device.deviceId));
  const list = (request: FastifyRequest): unknown => {
    const { top } = request.query as { readonly top?: string };
    const limit = countOf(top, { name: 'top', fallback: mostListed, most: mostListed });
    return hub.registry.listDevices(limit).map(asJson);
  };

  app.get('/devices', list);
  app.get('/devices/', list);
  app.post('/devices', async (request, reply) => {
    const errors: unknown[] = [];
    for (const item of readBody(bulkBody, request.body)) {
      const error = applyItem(hub, item);
      if (error !== null) errors.push(error);
      // Each device is a write to disk of its own: others get their turn in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    void reply.code(errors.length === 0 ? 200 : 400);
    return { isSuccessful: errors.length === 0, errors, warnings: [] };
  });
  app.get('/devices/:deviceId', (request, reply) => {
    const device = hub.registry.getDevice(deviceIdOf(request));
    return reply.send(withEtag(reply, device.version, asJson(device)));
  });
  app.put('/devices/:deviceId', (request, reply) => {
    const deviceId = deviceIdOf(request);
    const body = readBody(deviceBody, request.body);
    checkSameId(deviceId, body.deviceId, 'deviceId');
    const device = writeDevice(hub, newDeviceFrom(deviceId, body), ifMatchOf(request));
    return reply.send(withEtag(reply, device.version, asJson(device)));
  });
  app.delete('/devices/:deviceId', (request, reply) => {
    hub.registry.deleteDevice(deviceIdOf(request), ifMatchOf(request), 'service');
    return reply.code(204).send();
  });
  app.get('/statistics/devices', () => {
    const { totalDevices, enabledDevices, disabledDevices } = hub.registry.statistics();
    return {
      totalDeviceCount: totalDevices,
      enabledDeviceCount: enabledDevices,
      disabledDeviceCount: disabledDevices,
    };
  });
}

/** Without an etag a PUT creates, with one (`*` too) it updates: IoT Hub's rule. */
function writeDevice(hub: HubOperations, device: ReturnType<typeof newDeviceFrom>, ifMatch: IfMatch): Device {
  return ifMatch === undefined
    ? hub.registry.createDevice(device, 'service')
    : hub.registry.updateDevice(device, ifMatch, 'service');
}

/** One device of a bulk request; null when it went well. One that fails leaves the others as they are. */
function applyItem(hub: HubOperations, item: BulkItem): unknown {
  try {
    const deviceId = checkedDeviceId(item.id);
    const ifMatch = item.importMode.endsWith('ifmatchetag') ? ifMatchFrom(item.eTag ?? item.etag ?? '') : '*';
    switch (item.importMode) {
      case 'create':
        hub.registry.createDevice({ ...newDeviceFrom(deviceId, item), twin: firstTwin(item) }, 'service');
        break;
      case 'update':
      case 'updateifmatchetag':
        hub.registry.updateDevice(newDeviceFrom(deviceId, item), ifMatch, 'service');
        break;
      case 'delete':
      case 'deleteifmatchetag':
        hub.registry.deleteDevice(deviceId, ifMatch, 'service');
    }
    return null;
  } catch (thrown) {
    // The answer lists what failed, device by device; only our own bugs end the whole request.
    const error = asAppError(thrown);
    if (error.kind === 'broken') throw error;
    return { deviceId: item.id, errorCode: serviceErrorOf(error).name, errorStatus: error.message };
  }
}

function firstTwin({ tags, properties }: BulkItem): TwinChange {
  const desired = properties?.desired;
  return { ...(tags && { tags }), ...(desired && { desired }) };
}
