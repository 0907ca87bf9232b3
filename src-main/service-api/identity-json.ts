// Devices and modules in IoT Hub's JSON, both ways: field for field what its SDKs read and write.
import { refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { etagOf } from '#contract/etag.ts';
import type { AuthenticationBody, DeviceBody } from '#contract/service-api-schemas.ts';
import { scopeJson, thumbprintJson } from '#contract/twin-json.ts';
import { wireTime } from '#contract/wire-time.ts';
import type { Authentication, Device, Module } from '#domain/records/registry.ts';
import type { NewDevice } from '#hub/hub-types.ts';

export function deviceJson(device: Device, waitingMessages: number): Record<string, unknown> {
  return {
    deviceId: device.deviceId,
    generationId: device.generationId,
    etag: etagOf(device.version),
    connectionState: device.connectionState,
    status: device.status,
    statusReason: device.statusReason,
    connectionStateUpdatedTime: wireTime(device.connectionChangedAtMs),
    statusUpdatedTime: wireTime(device.statusChangedAtMs),
    lastActivityTime: wireTime(device.lastActivityAtMs),
    cloudToDeviceMessageCount: waitingMessages,
    authentication: authenticationJson(device.authentication),
    capabilities: { iotEdge: device.isEdge },
    ...(device.isEdge && scopeJson(device)),
  };
}

export function moduleJson(module: Module): Record<string, unknown> {
  return {
    moduleId: module.moduleId,
    managedBy: module.managedBy,
    deviceId: module.deviceId,
    generationId: module.generationId,
    etag: etagOf(module.version),
    connectionState: module.connectionState,
    connectionStateUpdatedTime: wireTime(module.connectionChangedAtMs),
    lastActivityTime: wireTime(module.lastActivityAtMs),
    cloudToDeviceMessageCount: 0,
    authentication: authenticationJson(module.authentication),
  };
}

/**
 * The device a script describes; what it leaves out stays as it is.
 * @throws refused `device.invalid` when it is to stand behind another device
 */
export function newDeviceFrom(deviceId: DeviceId, body: DeviceBody): NewDevice {
  refuseParents(deviceId, body);
  const isEdge = body.capabilities?.iotEdge;
  const authentication = authenticationFrom(body.authentication);
  return {
    deviceId,
    ...(body.status && { status: body.status }),
    ...(body.statusReason !== undefined && { statusReason: body.statusReason }),
    ...(typeof isEdge === 'boolean' && { isEdge }),
    ...(authentication && { authentication }),
  };
}

/** The scope an edge device has of its own comes back with whoever reads it and writes it again; any other one is a parent's. */
function refuseParents(deviceId: DeviceId, { deviceScope, parentScopes }: DeviceBody): void {
  const isOwn = (scope: string): boolean => {
    const prefix = `ms-azure-iot-edge://${deviceId}-`;
    return scope.startsWith(prefix) && /^\d+$/.test(scope.slice(prefix.length));
  };
  const parent = [deviceScope ?? '', ...(parentScopes ?? [])].find((scope) => scope !== '' && !isOwn(scope));
  if (parent === undefined) return;
  const message =
    `'${deviceId}' is to stand behind another device, and this hub has no devices behind devices: ` +
    'leave deviceScope and parentScopes out.';
  throw refused('device.invalid', message, { subject: deviceId });
}

/** Empty keys mean: generate them, or keep those there are. Without a type it is that of the fields that are given. */
export function authenticationFrom(body: AuthenticationBody | null | undefined): Authentication | undefined {
  if (!body) return undefined;
  const primaryThumbprint = body.x509Thumbprint?.primaryThumbprint ?? '';
  const secondaryThumbprint = body.x509Thumbprint?.secondaryThumbprint ?? '';
  const type = body.type ?? (primaryThumbprint || secondaryThumbprint ? 'selfSigned' : 'sas');
  switch (type) {
    case 'sas':
      return {
        type,
        primaryKey: body.symmetricKey?.primaryKey ?? '',
        secondaryKey: body.symmetricKey?.secondaryKey ?? '',
      };
    case 'selfSigned':
      return { type, primaryThumbprint, secondaryThumbprint };
    case 'certificateAuthority':
    case 'none':
      return { type };
  }
}

function authenticationJson(authentication: Authentication): Record<string, unknown> {
  const keys = authentication.type === 'sas' ? authentication : undefined;
  return {
    symmetricKey: { primaryKey: keys?.primaryKey ?? null, secondaryKey: keys?.secondaryKey ?? null },
    x509Thumbprint: thumbprintJson(authentication),
    type: authentication.type,
  };
}
