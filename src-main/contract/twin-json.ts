// Twins in IoT Hub's JSON: the identity's state, tags, both sections with their bookkeeping, and the deployments that wrote to
// them. A query reads this same document, so that what it selects is what a read of the twin would show.
import { emptyObject, type Json, type JsonObject } from '#base/json.ts';
import type { DeploymentStatus } from '#domain/records/deployment.ts';
import type { Authentication, Device, Module } from '#domain/records/registry.ts';
import type { Twin, TwinSection } from '#domain/values/twin.ts';
import { etagOf } from './etag.ts';
import { wireTime } from './wire-time.ts';

type Statuses = Readonly<Record<string, DeploymentStatus>>;

/** A device no configuration writes to has no `configurations`, as in IoT Hub. */
export function deviceTwinJson(device: Device, twin: Twin, waitingMessages: number, statuses: Statuses): JsonObject {
  return {
    deviceId: device.deviceId,
    etag: etagOf(twin.version),
    deviceEtag: etagOf(device.version),
    status: device.status,
    ...(device.statusReason !== null && { statusReason: device.statusReason }),
    statusUpdateTime: wireTime(device.statusChangedAtMs),
    connectionState: device.connectionState,
    connectionStateUpdatedTime: wireTime(device.connectionChangedAtMs),
    lastActivityTime: wireTime(device.lastActivityAtMs),
    cloudToDeviceMessageCount: waitingMessages,
    authenticationType: device.authentication.type,
    x509Thumbprint: thumbprintJson(device.authentication),
    modelId: '',
    version: twin.version,
    ...tagsJson(twin),
    properties: propertiesJson(twin),
    capabilities: { iotEdge: device.isEdge },
    ...(device.isEdge && scopeJson(device)),
    ...(Object.keys(statuses).length > 0 && { configurations: configurationsJson(statuses) }),
  };
}

export function moduleTwinJson(device: Device, module: Module, twin: Twin, statuses: Statuses): JsonObject {
  return {
    deviceId: module.deviceId,
    moduleId: module.moduleId,
    etag: etagOf(twin.version),
    deviceEtag: etagOf(module.version),
    status: device.status,
    statusUpdateTime: wireTime(device.statusChangedAtMs),
    connectionState: module.connectionState,
    connectionStateUpdatedTime: wireTime(module.connectionChangedAtMs),
    lastActivityTime: wireTime(module.lastActivityAtMs),
    cloudToDeviceMessageCount: 0,
    authenticationType: module.authentication.type,
    x509Thumbprint: thumbprintJson(module.authentication),
    modelId: '',
    version: twin.version,
    ...tagsJson(twin),
    properties: propertiesJson(twin),
    configurations: configurationsJson(statuses),
  };
}

/** A twin without tags has no such field in IoT Hub, where scripts ask for its absence. */
function tagsJson({ tags }: Twin): JsonObject {
  return Object.keys(tags).length > 0 ? { tags } : {};
}

/** What an edge device calls itself towards its children; it has no parent itself. */
export function scopeJson({ deviceId, generationId }: Device): JsonObject {
  return { deviceScope: `ms-azure-iot-edge://${deviceId}-${generationId}`, parentScopes: [] };
}

export function thumbprintJson(authentication: Authentication): Record<string, string | null> {
  const own = authentication.type === 'selfSigned' ? authentication : undefined;
  return {
    primaryThumbprint: own?.primaryThumbprint || null,
    secondaryThumbprint: own?.secondaryThumbprint || null,
  };
}

function configurationsJson(statuses: Statuses): JsonObject {
  const configurations: Record<string, Json> = emptyObject();
  for (const [id, status] of Object.entries(statuses)) configurations[id] = { status };
  return configurations;
}

function propertiesJson(twin: Twin): Record<string, JsonObject> {
  return { desired: sectionJson(twin.desired), reported: sectionJson(twin.reported) };
}

function sectionJson({ value, metadata, version }: TwinSection): JsonObject {
  return { ...value, $metadata: metadata, $version: version };
}
