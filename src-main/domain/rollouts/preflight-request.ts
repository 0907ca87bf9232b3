// What a device is asked before it may start: of each module that it would get, the image, and the ports of the machine that it
// wants for itself.
import type { JsonObject } from '#base/json.ts';
import type { DevicePolicy } from '#domain/manifests/device-policy.ts';
import type { HostPort } from '#domain/manifests/host-port.ts';
import { readAgentConfiguration, type ModuleSpec } from '#domain/manifests/module-spec.ts';
import { readRegistryCredentials, type RegistryCredential } from '#domain/manifests/registry-credential.ts';
import { strategyOf } from '#domain/manifests/update-strategy.ts';
import { childOf, textAt } from '#domain/updates/module-standing.ts';

export interface PreflightModule {
  readonly name: string;
  readonly image: string;
  readonly pullPolicy: 'on-create' | 'never';
  /** How it is updated; '' when its label is no such word, which its agent refuses. */
  readonly strategy: string;
  readonly hostPorts: readonly HostPort[];
}

export interface PreflightRequest {
  readonly modules: readonly PreflightModule[];
  readonly registryCredentials: readonly RegistryCredential[];
}

const mostPorts = 64;

/** What a device allows is its own to say, when it is given the whole. */
const anyPolicy: DevicePolicy = {
  allowHostNetwork: true,
  allowPrivileged: true,
  allowBindPrefixes: ['/'],
  allowDevices: [],
  allowCapabilities: [],
  pruneImages: 'never',
  layerCacheMegabytes: 0,
  closedPaths: [],
};

/**
 * Of the section of `$edgeAgent` as it would be, by module name. A module that cannot be read is left out: its agent refuses it in
 * its own words.
 * Example: `{modules: {web: {settings: {image: 'nginx'}}}}` → `nginx:latest`, no ports.
 */
export function preflightRequest(agentDesired: JsonObject): PreflightRequest {
  const modules = Object.entries(childOf(agentDesired, 'modules'))
    .flatMap(([name, module]) => readModule(name, module))
    .map(moduleOf)
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const settings = childOf(childOf(agentDesired, 'runtime'), 'settings');
  const registryCredentials = readRegistryCredentials(
    { registryCredentials: childOf(settings, 'registryCredentials') },
    [],
  );
  return { modules, registryCredentials: registryCredentials.filter(isWhole) };
}

function readModule(name: string, module: JsonObject[string]): readonly ModuleSpec[] {
  const read = readAgentConfiguration({ schemaVersion: '1.1', modules: { [name]: module } }, anyPolicy);
  return read.ok ? read.value.modules : [];
}

function isWhole({ address, username, password }: RegistryCredential): boolean {
  return address !== '' && username !== '' && password !== '';
}

function moduleOf({ name, image, imagePullPolicy, status, createOptions }: ModuleSpec): PreflightModule {
  return {
    name,
    image,
    pullPolicy: imagePullPolicy,
    strategy: strategyOf({ createOptions }) ?? '',
    // One that is not to run holds no port.
    hostPorts: status === 'running' ? hostPortsOf(createOptions) : [],
  };
}

/** Of a range the engine takes any that is free, and without a number it chooses one: nothing stands in the way of those. */
function hostPortsOf(createOptions: JsonObject): readonly HostPort[] {
  const bindings = childOf(childOf(createOptions, 'HostConfig'), 'PortBindings');
  const wanted = Object.entries(bindings).flatMap(([containerPort, list]) => {
    const protocol = containerPort.split('/')[1] ?? 'tcp';
    if ((protocol !== 'tcp' && protocol !== 'udp') || !Array.isArray(list)) return [];
    return list.flatMap((binding) => {
      const text = textAt(binding, 'HostPort') ?? '';
      const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
      const address = textAt(binding, 'HostIp') ?? '';
      return port === 0 || port > 65_535 ? [] : [{ port, protocol, address: address.slice(0, 64) } as const];
    });
  });
  return wanted.slice(0, mostPorts);
}
