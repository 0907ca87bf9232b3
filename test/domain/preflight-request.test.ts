// What a device is asked about, out of the section that its agent would get.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { HostPort } from '#domain/manifests/host-port.ts';
import { preflightRequest } from '#domain/rollouts/preflight-request.ts';

const aPort = (overrides: Partial<HostPort> = {}): HostPort => ({
  port: 8080,
  protocol: 'tcp',
  address: '',
  ...overrides,
});
const requestOf = (modules: JsonObject, extra: JsonObject = {}) => preflightRequest({ modules, ...extra });
const ports = (module: JsonObject) => requestOf({ a: module }).modules[0]?.hostPorts;

describe('preflightRequest', () => {
  test('when modules are read, each has its image, its policy and its label, by name', () => {
    const createOptions = JSON.stringify({ Labels: { 'lanyard.update-strategy': 'hand-over' } });
    const { modules } = requestOf({
      web: { settings: { image: 'nginx', createOptions }, imagePullPolicy: 'never' },
      db: { settings: { image: 'db:1' } },
      ui: { settings: { image: 'ui:1', createOptions: '{"Labels":{"lanyard.update-strategy":"?"}}' } },
    });
    expect(modules).toEqual([
      { name: 'db', image: 'db:1', pullPolicy: 'on-create', strategy: 'download-then-kill', hostPorts: [] },
      { name: 'ui', image: 'ui:1', pullPolicy: 'on-create', strategy: '', hostPorts: [] },
      { name: 'web', image: 'nginx:latest', pullPolicy: 'never', strategy: 'hand-over', hostPorts: [] },
    ]);
  });

  test('when a module cannot be read, the others are', () => {
    const modules = {
      'no name': { settings: { image: 'a' } },
      b: 1,
      c: { settings: {} },
      d: { settings: { image: 'd:1' } },
    };
    expect(requestOf(modules).modules.map(({ name }) => name)).toEqual(['d']);
    expect(preflightRequest({})).toEqual({ modules: [], registryCredentials: [] });
  });

  test('when ports are bound, those with a number of their own are asked about', () => {
    const PortBindings = {
      '80/tcp': [{ HostPort: '8080' }, { HostPort: '8081', HostIp: '127.0.0.1' }, { HostPort: '' }],
      '81': [{ HostPort: '81' }, { HostPort: '9000-9010' }, { HostPort: '0' }, { HostPort: '70000' }, {}],
      '53/udp': [{ HostPort: '53' }],
      '99/sctp': [{ HostPort: '99' }],
    };
    const createOptions = JSON.stringify({ HostConfig: { PortBindings } });
    const module = { settings: { image: 'a:1', createOptions } };
    // Keys that are whole numbers come first in an object.
    expect(ports(module)).toEqual([
      aPort({ port: 81 }),
      aPort(),
      aPort({ port: 8081, address: '127.0.0.1' }),
      aPort({ port: 53, protocol: 'udp' }),
    ]);
    expect(ports({ ...module, status: 'stopped' })).toEqual([]);
    const many = { '80/tcp': Array.from({ length: 100 }, (_, index) => ({ HostPort: String(index + 1) })) };
    const wide = { settings: { image: 'a:1', createOptions: JSON.stringify({ HostConfig: { PortBindings: many } }) } };
    expect(ports(wide)).toHaveLength(64);
    const none = {
      settings: { image: 'a:1', createOptions: JSON.stringify({ HostConfig: { PortBindings: { '80/tcp': null } } }) },
    };
    expect(ports(none)).toBe(undefined);
  });

  test('when registries have credentials, whole ones go with it', () => {
    const whole = { address: 'cr.site', username: 'u', password: 'p' };
    const registryCredentials = { whole, half: { address: 'cr.site', username: 'u' }, less: 'x' };
    expect(requestOf({}, { runtime: { settings: { registryCredentials } } }).registryCredentials).toEqual([whole]);
  });
});
