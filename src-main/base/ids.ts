// Branded ids, so that a module's name is never passed where a device's id belongs.

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type DeviceId = Branded<'device'>;
export type ModuleId = Branded<'module'>;
export type DeploymentId = Branded<'deployment'>;

/** Who a connection, a twin or a message belongs to: a device, or one module of it. */
export interface Identity {
  readonly deviceId: DeviceId;
  readonly moduleId: ModuleId | null;
}

/** `device` or `device/module`: the MQTT client id, and the key of maps by identity. */
export function identityKey(identity: Identity): string {
  return identity.moduleId === null ? identity.deviceId : `${identity.deviceId}/${identity.moduleId}`;
}

// IoT Hub's character set for device and module ids (no `/`, so an identity key is unambiguous).
const idPattern = /^[A-Za-z0-9\-:.+%_#*?!(),=@$']{1,128}$/;

export function isDeviceId(text: string): text is DeviceId {
  return idPattern.test(text);
}

export function isModuleId(text: string): text is ModuleId {
  return idPattern.test(text);
}

const deploymentIdPattern = /^[a-z0-9\-+%_*!']{1,128}$/;

export function isDeploymentId(text: string): text is DeploymentId {
  return deploymentIdPattern.test(text);
}
