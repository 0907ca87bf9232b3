// What an MQTT CONNECT claims, by IoT Hub's grammar: client id `dev[/mod]`, user name `host/dev[/mod]/?api-version=…&…`.
// Read only; whether the claim is true is decided by device-credentials.ts.
import { isDeviceId, isModuleId, type Identity } from '#base/ids.ts';
import { decodePart } from '#contract/property-bag.ts';

export interface MqttLogin {
  readonly identity: Identity;
  /** The hub's name as the device knows it; SAS tokens are made for it. */
  readonly host: string;
}

export function parseClientId(clientId: string): Identity | undefined {
  const [deviceId = '', moduleId, ...more] = clientId.split('/');
  if (!isDeviceId(deviceId) || more.length > 0) return undefined;
  if (moduleId === undefined) return { deviceId, moduleId: null };
  return isModuleId(moduleId) ? { deviceId, moduleId } : undefined;
}

/** Undefined: not IoT Hub's grammar, or the user name speaks of another identity than the client id. */
export function parseLogin(clientId: string, username: string): MqttLogin | undefined {
  const identity = parseClientId(clientId);
  if (identity === undefined) return undefined;
  const ids = identity.moduleId === null ? [identity.deviceId] : [identity.deviceId, identity.moduleId];
  const [host = '', ...parts] = username.split('/');
  // Ids come plain from the SDKs; url-encoded ones are understood too.
  const isSame = ids.every((id, index) => parts[index] === id || decodePart(parts[index] ?? '') === id);
  const query = new URLSearchParams(parts.slice(ids.length).join('/').replace(/^\?/, ''));
  if (host === '' || !isSame || (query.get('api-version') ?? '') === '') return undefined;
  return { identity, host };
}
