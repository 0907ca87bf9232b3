// The options through which a container could reach the machine, value by value: what each rule takes and what it says else.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { checkCreateOptions } from '#domain/manifests/create-options.ts';
import { strictPolicy, type DevicePolicy } from '#domain/manifests/device-policy.ts';

function check(options: JsonObject, policy: DevicePolicy = strictPolicy): string {
  const result = checkCreateOptions(options, 'o', policy);
  return result.ok ? 'allowed' : result.problems.map((problem) => problem.message).join(' ');
}

const host = (key: string, value: Json): JsonObject => ({ HostConfig: { [key]: value } });
const aMount = (mount: Json): JsonObject => host('Mounts', [mount]);

describe('host options', () => {
  test.each([
    ['AutoRemove', false],
    ['Binds', ['store:/x:ro,z']],
    ['CapDrop', ['ALL']],
    ['Dns', ['10.0.0.1']],
    ['Init', true],
    ['LogConfig', {}],
    ['LogConfig', { Type: 'local', Config: { 'max-size': '1m' } }],
    ['MemorySwap', -1],
    ['Mounts', [{ Type: 'volume', Target: '/x' }]],
    ['NetworkMode', 'default'],
    ['NetworkMode', 'none'],
    ['NetworkMode', ''],
    ['PortBindings', { '53/udp': [{ HostPort: '53', HostIp: '10.0.0.1' }], '8000-8010': [] }],
    ['Privileged', false],
    ['Tmpfs', { '/run': 'size=1m' }],
    ['Memory', null],
  ] as [string, Json][])('when %s is %j, it is allowed', (key, value) => {
    expect(check(host(key, value))).toBe('allowed');
  });

  test.each([
    [host('Binds', 'store:/x'), 'o.HostConfig.Binds is not a list of strings'],
    [host('Binds', ['store']), 'write volume:/path or /host/path:/path'],
    [host('Binds', ['store:relative']), 'write volume:/path or /host/path:/path'],
    [host('Binds', ['a:/b:ro:more']), 'write volume:/path or /host/path:/path'],
    [host('Mounts', 'x'), 'o.HostConfig.Mounts is not a list'],
    [aMount('x'), 'o.HostConfig.Mounts[0] is not an object'],
    [aMount({ Type: 'volume', Source: 1, Target: '/x' }), 'needs Source and Target'],
    [aMount({ Type: 'volume', Source: 'v' }), 'needs Source and Target'],
    [aMount({ Type: 'volume', Source: '/etc', Target: '/x' }), 'is not the name of a volume'],
    [aMount({ Type: 'npipe', Source: 'v', Target: '/x' }), 'is not volume, tmpfs or bind'],
    [aMount({ Type: 'bind', Target: '/x' }), 'name a volume or an absolute path'],
    [host('PortBindings', []), 'is not an object'],
    [host('PortBindings', { http: [] }), 'is no port: write 80/tcp'],
    [host('PortBindings', { '80/tcp': {} }), 'reads [{"HostPort": "8080"}]'],
    [host('PortBindings', { '80/tcp': ['8080'] }), 'reads [{"HostPort": "8080"}]'],
    [host('PortBindings', { '80/tcp': [{ HostPort: 8080 }] }), 'reads [{"HostPort": "8080"}]'],
    [host('PortBindings', { '80/tcp': [{ Port: '8080' }] }), 'reads [{"HostPort": "8080"}]'],
    [host('LogConfig', 'json-file'), 'is not an object'],
    [host('LogConfig', { Type: 1 }), 'use json-file or local'],
    [host('LogConfig', { Config: { 'max-file': 3 } }), 'o.HostConfig.LogConfig.Config is not an object of strings'],
    [host('LogConfig', { Config: [] }), 'o.HostConfig.LogConfig.Config is not an object of strings'],
    [host('CapAdd', 'ALL'), 'is not a list of strings'],
    [host('Devices', '/dev/ttyUSB0'), 'is not a list'],
    [host('Devices', ['/dev/ttyUSB0']), 'needs PathOnHost'],
    [host('Devices', [{ PathInContainer: '/dev/x' }]), 'needs PathOnHost'],
    [host('Devices', [{ PathOnHost: '/dev/x', CgroupPermissions: 7 }]), 'needs PathOnHost'],
    [host('Init', 'yes'), 'is not true or false'],
    [host('MemorySwap', 1.5), 'is not a whole number'],
    [host('Memory', -1), 'is not a whole number'],
    [host('CpusetCpus', 3), 'is not a string'],
    [host('Tmpfs', { '/run': 1 }), 'is not an object of strings'],
    [host('Tmpfs', []), 'is not an object of strings'],
    [host('RestartPolicy', 'always'), 'is not an object'],
    [{ HostConfig: 'x' }, 'o.HostConfig is not an object'],
    [{ ExposedPorts: { '80/tcp': { a: 1 } } }, 'each value an empty object'],
    [{ ExposedPorts: [] }, 'each value an empty object'],
    [{ Cmd: 3 }, 'is not a list of strings'],
    [{ Env: 'A=1' }, 'is not a list of strings'],
    [{ Labels: { a: 1 } }, 'is not an object of strings'],
    [{ NetworkingConfig: 'x' }, 'attaches other networks'],
    [{ NetworkingConfig: { EndpointsConfig: { azure: {} } } }, 'attaches other networks'],
  ] as [JsonObject, string][])('when a deployment says %j, it is refused', (options, message) => {
    expect(check(options)).toContain(message);
  });

  test('when a network is none of its own, it is allowed', () => {
    expect(check({ NetworkingConfig: {} })).toBe('allowed');
    expect(check({ NetworkingConfig: { EndpointsConfig: { bridge: {} } } })).toBe('allowed');
  });

  test('when the device allows privileges, capabilities and devices come with them', () => {
    const policy = { ...strictPolicy, allowPrivileged: true };
    expect(check(host('CapAdd', ['SYS_ADMIN']), policy)).toBe('allowed');
    expect(check(host('Devices', [{ PathOnHost: '/dev/sda' }]), policy)).toBe('allowed');
    expect(check(host('Privileged', 'true'), policy)).toContain('set allowPrivileged');
  });

  test('when a prefix of the policy is empty, it opens nothing', () => {
    const policy = { ...strictPolicy, allowBindPrefixes: ['', '/srv'] };
    expect(check(host('Binds', ['/opt:/x']), policy)).toContain('allowBindPrefixes: , /srv');
    expect(check(host('Binds', ['/opt:/x']))).toContain('allowBindPrefixes: none');
  });
});
