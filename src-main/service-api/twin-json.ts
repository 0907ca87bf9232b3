// Twins in IoT Hub's JSON: the identity's state, tags, both sections with their bookkeeping, and on modules the deployments.
import type { JsonObject } from '#base/json.ts';
import { etagOf } from '#contract/etag.ts';
import type { DeploymentStatus } from '#domain/deployment.ts';
import type { Device, Module } from '#domain/registry.ts';
import type { Twin, TwinSection } from '#domain/twin.ts';
import { thumbprintJson, wireTime } from './identity-json.ts';

export function deviceTwinJson(device: Device, twin: Twin, waitingMessages: number): Record<string, unknown> {
  return {
    deviceId: device.deviceId,
    etag: etagOf(twin.version),
    deviceEtag: etagOf(device.version),
    status: device.status,
    ...(device.statusReason !== null && { statusReason: device.statusReason }),
    statusUpdateTime: wireTime(device.statusChangedAtMs),
    connectionState: device.connectionState,
    lastActivityTime: wireTime(device.lastActivityAtMs),
    cloudToDeviceMessageCount: waitingMessages,
    authenticationType: device.authentication.type,
    x509Thumbprint: thumbprintJson(device.authentication),
    modelId: '',
    version: twin.version,
    tags: twin.tags,
    properties: propertiesJson(twin),
    capabilities: { iotEdge: device.isEdge },
  };
}

export function moduleTwinJson(
  device: Device,
  module: Module,
  twin: Twin,
  statuses: Readonly<Record<string, DeploymentStatus>>,
): Record<string, unknown> {
  return {
    deviceId: module.deviceId,
    moduleId: module.moduleId,
    etag: etagOf(twin.version),
    deviceEtag: etagOf(module.version),
    status: device.status,
    statusUpdateTime: wireTime(device.statusChangedAtMs),
    connectionState: module.connectionState,
    lastActivityTime: wireTime(module.lastActivityAtMs),
    cloudToDeviceMessageCount: 0,
    authenticationType: module.authentication.type,
    x509Thumbprint: thumbprintJson(module.authentication),
    modelId: '',
    version: twin.version,
    tags: twin.tags,
    properties: propertiesJson(twin),
    configurations: Object.fromEntries(Object.entries(statuses).map(([id, status]) => [id, { status }])),
  };
}

function propertiesJson(twin: Twin): Record<string, JsonObject> {
  return { desired: sectionJson(twin.desired), reported: sectionJson(twin.reported) };
}

function sectionJson({ value, metadata, version }: TwinSection): JsonObject {
  return { ...value, $metadata: metadata, $version: version };
}
