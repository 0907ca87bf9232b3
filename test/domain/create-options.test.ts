// What a deployment may ask of a device's Docker, attack by attack, and what the device's own policy opens.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { checkCreateOptions } from '#domain/manifests/create-options.ts';
import { readDevicePolicy, strictPolicy, type DevicePolicy } from '#domain/manifests/device-policy.ts';

function check(options: JsonObject, policy: DevicePolicy = strictPolicy): string {
  const result = checkCreateOptions(options, 'o', policy);
  return result.ok ? 'allowed' : result.problems.map((problem) => problem.message).join(' ');
}

const host = (hostConfig: JsonObject): JsonObject => ({ HostConfig: hostConfig });
const bind = (source: string): JsonObject => host({ Binds: [`${source}:/in`] });
const srv: DevicePolicy = { ...strictPolicy, allowBindPrefixes: ['/srv'] };

describe('checkCreateOptions', () => {
  test('when a module uses what modules use, it is allowed and gets the defaults', () => {
    const options = {
      Env: ['A=1'],
      Cmd: ['run'],
      Entrypoint: '/bin/sh',
      User: '1000',
      Labels: { site: 'north' },
      ExposedPorts: { '80/tcp': {} },
      Healthcheck: { Test: ['CMD', 'true'], Interval: 1_000_000_000 },
      StopTimeout: 3,
      HostConfig: {
        PortBindings: { '80/tcp': [{ HostPort: '8080' }] },
        Binds: ['store:/var/lib/store:rw'],
        Mounts: [
          { Type: 'volume', Source: 'store', Target: '/s' },
          { Type: 'tmpfs', Target: '/t' },
        ],
        Memory: 1e8,
        CapDrop: ['ALL'],
        RestartPolicy: { Name: 'always' },
        NetworkMode: 'bridge',
      },
    };
    const result = checkCreateOptions(options, 'o', strictPolicy);
    expect(result.ok && result.value['HostConfig']).toMatchObject({
      Memory: 1e8,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    });
  });

  const attacks: [string, JsonObject, string][] = [
    ['asks for privileges', host({ Privileged: true }), 'set allowPrivileged'],
    ['spells a key as Docker also reads it', { hostconfig: { Privileged: true } }, 'write HostConfig'],
    ['spells a host key in lower case', host({ privileged: true }), 'write Privileged'],
    ['shares the process list of the host', host({ PidMode: 'host' }), 'o.HostConfig.PidMode is not allowed'],
    ['shares the network of the host', host({ NetworkMode: 'host' }), 'set allowHostNetwork'],
    ['joins the network of another container', host({ NetworkMode: 'container:x' }), 'use bridge or none'],
    ['loosens security options', host({ SecurityOpt: ['seccomp=unconfined'] }), 'is not allowed'],
    ['mounts the root', bind('/'), 'whole machine'],
    ['mounts Docker’s socket', bind('/var/run/docker.sock'), 'commands the engine'],
    ['mounts a directory that has the socket', bind('/var/run'), 'contains parts of the machine'],
    ['climbs out of an allowed prefix', bind('/srv/../etc'), 'belongs to the machine'],
    ['mounts beside an allowed prefix', bind('/srv2'), 'does not allow'],
    ['hides slashes', bind('//proc//1'), 'belongs to the machine'],
    ['mounts a relative path', bind('./x/../..'), 'absolute path'],
    [
      'binds through Mounts',
      host({ Mounts: [{ Type: 'bind', Source: '/etc', Target: '/e' }] }),
      'belongs to the machine',
    ],
    [
      'binds through a volume driver',
      host({ Mounts: [{ Type: 'volume', Source: 'v', Target: '/e', VolumeOptions: { DriverConfig: {} } }] }),
      'VolumeOptions is not allowed',
    ],
    ['shares mount propagation', host({ Binds: ['/srv/x:/in:rshared'] }), "mode 'rshared'"],
    ['takes a device', host({ Devices: [{ PathOnHost: '/dev/sda' }] }), 'allowDevices'],
    ['adds a capability', host({ CapAdd: ['SYS_ADMIN'] }), 'allowCapabilities'],
    ['logs elsewhere', host({ LogConfig: { Type: 'syslog' } }), 'use json-file or local'],
    ['removes itself', host({ AutoRemove: true }), 'needs the container after it ended'],
    ['takes another identity', { Env: ['IOTEDGE_MODULEID=$edgeAgent'] }, 'the agent sets itself'],
    ['claims to be another agent’s', { Labels: { 'io.lanyard.device': 'd2' } }, "are the agent's"],
    [
      'has a hook that nothing can run',
      { Labels: { 'lanyard.switch-hook': '/bin/may' } },
      'no list of words: write it',
    ],
    ['attaches a network', { NetworkingConfig: { EndpointsConfig: { host: {} } } }, 'other networks'],
    ['gives a number as text', host({ Memory: '1g' }), 'not a whole number'],
  ];
  test.each(attacks)('when a deployment %s, it is refused', (_title, options, message) => {
    expect(check(options, srv)).toContain(message);
  });

  test('when the device allows it, it is allowed', () => {
    const policy = {
      allowHostNetwork: true,
      allowPrivileged: true,
      allowBindPrefixes: ['/srv'],
      allowDevices: ['/dev/ttyUSB0'],
      allowCapabilities: ['NET_ADMIN'],
    };
    const options = host({
      NetworkMode: 'host',
      Privileged: true,
      Binds: ['/srv/a:/a:ro'],
      CapAdd: ['CAP_NET_ADMIN'],
      Devices: [{ PathOnHost: '/dev/ttyUSB0', PathInContainer: '/dev/x', CgroupPermissions: 'rw' }],
    });
    const read = readDevicePolicy(policy);
    expect(read.ok ? check(options, read.value) : read.problems).toBe('allowed');
  });

  test('when the policy opens everything below the root, the machine itself stays closed', () => {
    const open = { ...strictPolicy, allowBindPrefixes: ['/'] };
    expect(check(bind('/etc/shadow'), open)).toContain('belongs to the machine');
    expect(check(bind('/srv'), open)).toBe('allowed');
  });

  test.each(['/srv/agent', '/srv/agent/policy.json', '/srv/./x/../agent/', '/srv'])(
    'when a mount of %s would open what is the agent’s own, no policy allows it',
    (path) => {
      expect(check(bind(path), { ...srv, closedPaths: ['/srv/agent'] })).toMatch(/belongs to|contains parts/);
    },
  );

  test('when the file names what is closed, it is no policy key', () => {
    const read = readDevicePolicy({ closedPaths: [] });
    expect(read.ok).toBe(false);
  });
});

describe('readDevicePolicy', () => {
  test.each([
    [{ allowPriviliged: true }, 'allowPriviliged'],
    [{ allowPrivileged: 'yes' }, 'allowPrivileged'],
    [{ allowBindPrefixes: '/srv' }, 'allowBindPrefixes'],
    [{ pruneImages: 'always' }, 'pruneImages'],
    [{ layerCacheMegabytes: -1 }, 'layerCacheMegabytes'],
    [{ layerCacheMegabytes: 0.5 }, 'layerCacheMegabytes'],
    [{ layerCacheMegabytes: 10_000_001 }, 'layerCacheMegabytes'],
    [{ layerCacheMegabytes: '1' }, 'layerCacheMegabytes'],
    [[], ''],
  ] as [Json, string][])('when it reads %j, it names the mistake', (value, at) => {
    const result = readDevicePolicy(value);
    expect(result.ok ? 'accepted' : result.problems.map((problem) => problem.at)).toEqual([at]);
  });

  test.each([
    [{}, 'after-update'],
    [{ pruneImages: 'never' }, 'never'],
    [{ pruneImages: 'low-disk' }, 'low-disk'],
  ] as const)('when it reads %j, images that nobody needs go: %s', (value, pruneImages) => {
    expect(readDevicePolicy(value)).toMatchObject({ ok: true, value: { pruneImages } });
  });

  test.each([
    [{}, 2_048],
    [{ layerCacheMegabytes: 0 }, 0],
    [{ layerCacheMegabytes: 500 }, 500],
  ] as const)('when it reads %j, it keeps so many megabytes for neighbours: %i', (value, layerCacheMegabytes) => {
    expect(readDevicePolicy(value)).toMatchObject({ ok: true, value: { layerCacheMegabytes } });
  });
});
