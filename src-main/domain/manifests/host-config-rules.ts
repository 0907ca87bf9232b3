// The host options through which a container could reach the machine: mounts, devices, capabilities, networks, log drivers.
// Each is refused unless harmless or allowed by the device's own policy, and the refusal says which.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { refuse, texts, type OptionRule } from './create-option-rules.ts';
import { bindRefusal, capabilityName, type DevicePolicy } from './device-policy.ts';

const volumePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const bindModes = ['ro', 'rw', 'nocopy', 'z', 'Z'];

/** `volume:/path[:ro]` is fine; `/host:/path` only below a prefix of the policy. */
export const binds: OptionRule = (value, at, policy) => {
  const problems = texts(value, at, policy);
  if (problems.length > 0) return problems;
  return (value as readonly string[]).flatMap((bind, index) => {
    const [source = '', target, modes, ...rest] = bind.split(':');
    const path = `${at}[${index}]`;
    if (target === undefined || !target.startsWith('/') || rest.length > 0)
      return refuse(path, `is '${bind}': write volume:/path or /host/path:/path`);
    if (modes?.split(',').some((mode) => !bindModes.includes(mode)))
      return refuse(path, `has the mode '${modes}': use ${bindModes.join(', ')}`);
    return volumePattern.test(source) ? [] : hostPath(source, path, policy);
  });
};

const mountKeys = ['Type', 'Source', 'Target', 'ReadOnly', 'TmpfsOptions', 'Consistency'];

/** Volumes and tmpfs; a bind is checked as in `binds`. Volume drivers are out: `type=none,o=bind` is a bind by the back door. */
export const mounts: OptionRule = (value, at, policy) => {
  if (!Array.isArray(value)) return refuse(at, 'is not a list');
  return value.flatMap((given: Json, index: number) => {
    const path = `${at}[${index}]`;
    if (!isJsonObject(given)) return refuse(path, 'is not an object');
    const unknown = Object.keys(given).filter((key) => !mountKeys.includes(key));
    if (unknown.length > 0)
      return unknown.flatMap((key) => refuse(`${path}.${key}`, 'is not allowed on this device: take it out'));
    return mount(given, path, policy);
  });
};

function mount(given: JsonObject, path: string, policy: DevicePolicy): readonly Problem[] {
  const source = given['Source'] ?? '';
  const target = given['Target'];
  if (typeof source !== 'string' || typeof target !== 'string')
    return refuse(path, 'needs Source and Target, each a string');
  if (given['Type'] === 'tmpfs') return [];
  if (given['Type'] === 'volume')
    return source === '' || volumePattern.test(source) ? [] : refuse(`${path}.Source`, 'is not the name of a volume');
  if (given['Type'] === 'bind') return hostPath(source, `${path}.Source`, policy);
  return refuse(`${path}.Type`, 'is not volume, tmpfs or bind');
}

function hostPath(source: string, at: string, policy: DevicePolicy): readonly Problem[] {
  if (!source.startsWith('/')) return refuse(at, `is '${source}': name a volume or an absolute path`);
  const refusal = bindRefusal(source, policy);
  return refusal === null ? [] : refuse(at, `is not allowed: ${refusal}; use a named volume instead`);
}

/** `{"80/tcp": [{"HostPort": "8080"}]}`. */
export const portBindings: OptionRule = (value, at) => {
  if (!isJsonObject(value)) return refuse(at, 'is not an object');
  return Object.keys(value).flatMap((port) => {
    const path = `${at}.${port}`;
    const list = value[port];
    if (!/^\d{1,5}(?:-\d{1,5})?(?:\/(?:tcp|udp|sctp))?$/.test(port)) return refuse(path, 'is no port: write 80/tcp');
    const isFine = Array.isArray(list) && list.every((item) => isJsonObject(item) && isHostPort(item));
    return isFine ? [] : refuse(path, 'reads [{"HostPort": "8080"}], with HostIp if wanted');
  });
};

function isHostPort(item: JsonObject): boolean {
  return Object.keys(item).every((key) => (key === 'HostPort' || key === 'HostIp') && typeof item[key] === 'string');
}

/** The drivers whose logs stay on the device and can be read back by GetModuleLogs. */
export const logConfig: OptionRule = (value, at) => {
  if (!isJsonObject(value)) return refuse(at, 'is not an object');
  const type = value['Type'] ?? '';
  const drivers = ['', 'json-file', 'local', 'none'];
  if (typeof type !== 'string' || !drivers.includes(type))
    return refuse(`${at}.Type`, 'is not allowed on this device: use json-file or local');
  const config = value['Config'] ?? {};
  const isFine = isJsonObject(config) && Object.values(config).every((item) => typeof item === 'string');
  return isFine ? [] : refuse(`${at}.Config`, 'is not an object of strings');
};

export const networkMode: OptionRule = (value, at, policy) => {
  if (value === 'bridge' || value === 'default' || value === 'none' || value === '') return [];
  if (value !== 'host') return refuse(at, 'is not allowed on this device: use bridge or none');
  if (policy.allowHostNetwork) return [];
  return refuse(at, "is 'host', which this device does not allow: set allowHostNetwork in its policy.json");
};

export const privileged: OptionRule = (value, at, policy) => {
  if (value === false || (value === true && policy.allowPrivileged)) return [];
  return refuse(at, 'is not allowed on this device: set allowPrivileged in its policy.json');
};

export const capDrop: OptionRule = texts;

export const capAdd: OptionRule = (value, at, policy) => {
  const problems = texts(value, at, policy);
  if (problems.length > 0) return problems;
  return (value as readonly string[])
    .filter((name) => !policy.allowPrivileged && !policy.allowCapabilities.includes(capabilityName(name)))
    .flatMap((name) => refuse(at, `adds ${name}: list it under allowCapabilities in the device's policy.json`));
};

export const devices: OptionRule = (value, at, policy) => {
  if (!Array.isArray(value)) return refuse(at, 'is not a list');
  return value.flatMap((given: Json, index: number) => {
    const path = `${at}[${index}]`;
    const host = isJsonObject(given) ? given['PathOnHost'] : undefined;
    const isFine = isJsonObject(given) && Object.values(given).every((item) => typeof item === 'string');
    if (!isFine || typeof host !== 'string')
      return refuse(path, 'needs PathOnHost, PathInContainer and CgroupPermissions');
    if (policy.allowPrivileged || policy.allowDevices.includes(host)) return [];
    return refuse(path, `uses ${host}: list it under allowDevices in the device's policy.json`);
  });
};
