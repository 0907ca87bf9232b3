// The state of this hub in the form of `az iot hub state export`, field for field what the CLI's import asks of it.
import { emptyObject, type Json, type JsonObject } from '#base/json.ts';
import type { Authentication, Device, Module } from '#domain/records/registry.ts';
import type { Twin } from '#domain/values/twin.ts';
import type { ExportedDeployment } from './deployment-file-export.ts';

export interface DeviceParts {
  readonly device: Device;
  readonly twin: Twin;
  readonly modules: readonly { readonly module: Module; readonly twin: Twin }[];
}

/** `edgeDeployments` and `admConfigurations` by id: the CLI keeps the two apart. */
export function configurationsInState(deployments: readonly Pick<ExportedDeployment, 'configuration'>[]): JsonObject {
  const edgeDeployments = emptyObject();
  const admConfigurations = emptyObject();
  for (const { configuration } of deployments) {
    const isEdge = Object.hasOwn(configuration['content'] as JsonObject, 'modulesContent');
    (isEdge ? edgeDeployments : admConfigurations)[configuration['id'] as string] = configuration;
  }
  return { admConfigurations, edgeDeployments };
}

/** A device with its keys, its twin and its modules. */
export function deviceInState({ device, twin, modules }: DeviceParts): JsonObject {
  const modulesState = emptyObject();
  for (const { module, twin } of modules)
    modulesState[module.moduleId] = {
      identity: { authentication: authenticationState(module.authentication), managedBy: module.managedBy },
      twin: twinState(twin),
    };
  return {
    identity: {
      authentication: authenticationState(device.authentication),
      capabilities: { iotEdge: device.isEdge },
      status: device.status,
      statusReason: device.statusReason,
    },
    twin: twinState(twin),
    ...(modules.length > 0 && { modules: modulesState }),
  };
}

/** What `az iot edge export-modules` writes: every module with the whole of its desired properties. */
export function modulesFile(modules: DeviceParts['modules']): JsonObject {
  const modulesContent = emptyObject();
  for (const { module, twin } of modules)
    modulesContent[module.moduleId] = { 'properties.desired': twin.desired.value };
  return { content: { modulesContent } };
}

function authenticationState(authentication: Authentication): JsonObject {
  const keys = authentication.type === 'sas' ? authentication : undefined;
  const own = authentication.type === 'selfSigned' ? authentication : undefined;
  return {
    type: authentication.type,
    symmetricKey: { primaryKey: keys?.primaryKey ?? null, secondaryKey: keys?.secondaryKey ?? null },
    x509Thumbprint: {
      primaryThumbprint: textOrNull(own?.primaryThumbprint),
      secondaryThumbprint: textOrNull(own?.secondaryThumbprint),
    },
  };
}

function twinState({ tags, desired }: Twin): JsonObject {
  return { tags, properties: { desired: desired.value } };
}

function textOrNull(text: string | undefined): Json {
  return text === undefined || text === '' ? null : text;
}
