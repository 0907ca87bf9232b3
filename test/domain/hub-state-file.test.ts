// The state of a hub as the az CLI exports it: deployments by kind, devices with keys, twins and modules.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { readDeploymentFile } from '#domain/deployments/deployment-file.ts';
import { problemText } from '#domain/values/problem-text.ts';
import { aManifest } from '#test/support/build-manifest.ts';

const sas = {
  type: 'sas',
  symmetricKey: { primaryKey: 'cA==', secondaryKey: 'cw==' },
  x509Thumbprint: { primaryThumbprint: null, secondaryThumbprint: null },
};
const twin = {
  tags: { site: 'north' },
  properties: { desired: { rate: 5, $metadata: { $lastUpdated: 'x' }, $version: 7 } },
};
const aDevice = (parts: JsonObject = {}, identity: JsonObject = {}): JsonObject => ({
  identity: {
    authentication: sas,
    capabilities: { iotEdge: true },
    status: 'enabled',
    statusReason: null,
    ...identity,
  },
  twin,
  ...parts,
});

function devicesOf(devices: JsonObject) {
  const file = readDeploymentFile({ devices });
  if (!file.ok) throw new Error(file.problems.map(problemText).join(' '));
  return [...file.value.devices];
}

const problemsOf = (device: JsonObject): readonly string[] =>
  devicesOf({ 'edge-1': device }).flatMap(({ problems }) => problems.map(problemText));

describe('a state file', () => {
  test('when it is whole, deployments and devices are read and the resource in Azure is passed over', () => {
    const file = readDeploymentFile({
      arm: { resources: [] },
      configurations: {
        admConfigurations: { settings: { id: 'settings', content: { deviceContent: { 'properties.desired.a': 1 } } } },
        edgeDeployments: {
          layer: { id: 'layer', content: { modulesContent: { $edgeAgent: {} } } },
          base: { id: 'base', content: { modulesContent: aManifest() } },
        },
      },
      devices: { 'edge-1': aDevice() },
    });
    expect(file).toMatchObject({ ok: true, value: { format: 'hub-state' } });
    if (!file.ok) return;
    expect([...file.value.devices]).toMatchObject([{ deviceId: 'edge-1' }]);
    expect(file.value.deployments.map(({ id, at }) => [id, at])).toEqual([
      ['settings', 'configurations.admConfigurations.settings'],
      ['base', 'configurations.edgeDeployments.base'],
      ['layer', 'configurations.edgeDeployments.layer'],
    ]);
    expect(file.value.notices.map(problemText)).toEqual([expect.stringContaining('arm: the Azure resource')]);
  });

  test('when a deployment stands under another id than its own, it is a problem of its own', () => {
    const file = readDeploymentFile({ configurations: { edgeDeployments: { a: { id: 'b', modulesContent: {} } } } });
    expect(file.ok && file.value.deployments[0]?.problems.map(problemText)).toEqual([
      'configurations.edgeDeployments.a.id: its id is "b", but it stands under "a": make them one.',
    ]);
  });

  test('when a device is read, it keeps keys, tags, settings and modules, and leaves out the bookkeeping', () => {
    const [device] = devicesOf({
      'edge-1': aDevice({
        parent: 'gateway',
        modules: {
          $edgeAgent: { identity: { authentication: { type: 'none' }, managedBy: 'iotEdge' }, twin },
          camera: { identity: { authentication: sas, managedBy: null }, twin: {} },
        },
      }),
    });
    expect(device).toMatchObject({
      deviceId: 'edge-1',
      isEdge: true,
      status: 'enabled',
      statusReason: null,
      authentication: { type: 'sas', primaryKey: 'cA==', secondaryKey: 'cw==' },
      tags: { site: 'north' },
      desired: { rate: 5 },
      modules: [
        { moduleId: '$edgeAgent', managedBy: 'iotEdge', authentication: { type: 'none' }, desired: { rate: 5 } },
        { moduleId: 'camera', managedBy: null, authentication: { type: 'sas' }, tags: {}, desired: {} },
      ],
      problems: [],
    });
    expect(device?.desired).toEqual({ rate: 5 });
    expect(device?.notices.map(problemText)).toEqual([
      expect.stringContaining('devices.edge-1.parent: this hub has no'),
    ]);
  });

  test('when a device says little, the rest is as for a new one', () => {
    expect(devicesOf({ d: {} })).toMatchObject([
      { isEdge: false, status: 'enabled', authentication: undefined, tags: {}, desired: {}, modules: [], problems: [] },
    ]);
  });

  test.each<[JsonObject, JsonObject | undefined]>([
    [{ type: 'sas' }, { type: 'sas', primaryKey: '', secondaryKey: '' }],
    [
      { type: 'selfSigned', x509Thumbprint: { primaryThumbprint: 'AB', secondaryThumbprint: null } },
      { type: 'selfSigned', primaryThumbprint: 'AB', secondaryThumbprint: '' },
    ],
    [{ type: 'certificateAuthority' }, { type: 'certificateAuthority' }],
    [{ type: null }, undefined],
  ])('when a device proves itself by %j, it goes on so', (authentication, wanted) => {
    expect(
      devicesOf({ d: aDevice({}, { authentication, statusReason: 'spare', status: 'disabled' }) })[0],
    ).toMatchObject({
      authentication: wanted,
      status: 'disabled',
      statusReason: 'spare',
    });
  });

  test.each<[string, JsonObject, string]>([
    [
      'an odd status',
      aDevice({}, { status: 'asleep' }),
      'devices.edge-1.identity.status: it must be "enabled" or "disabled".',
    ],
    [
      'an odd way to prove itself',
      aDevice({}, { authentication: { type: 'password' } }),
      'identity.authentication.type: it must be "sas"',
    ],
    ['tags that are a list', aDevice({ twin: { tags: [] } }), 'devices.edge-1.twin.tags: it must be an object.'],
    [
      'a tag no twin may hold',
      aDevice({ twin: { tags: { 'a b': 1 } } }),
      'devices.edge-1.twin.tags["a b"]: a key may not contain a space',
    ],
    [
      'a setting no twin may hold',
      aDevice({ twin: { properties: { desired: { a: [null] } } } }),
      'twin.properties.desired.a[0]: null may not stand inside an array',
    ],
    [
      'more tags than a twin holds',
      aDevice({ twin: { tags: { a: 'x'.repeat(4000), b: 'x'.repeat(4000), c: 'x'.repeat(400) } } }),
      'more than the 8192 allowed',
    ],
    ['modules that are a text', aDevice({ modules: 'x' }), 'devices.edge-1.modules: it must be an object.'],
    ['a module that is a text', aDevice({ modules: { m: 'x' } }), 'devices.edge-1.modules.m: it must be an object.'],
  ])('when a device has %s, it is a problem of this device', (_title, device, words) => {
    expect(problemsOf(device)).toEqual([expect.stringContaining(words)]);
  });

  test('when a device is no object, the file is refused', () => {
    const file = readDeploymentFile({ devices: { d: 5 as Json } });
    expect(file.ok ? [] : file.problems.map(problemText)).toEqual(['devices.d: it must be an object.']);
  });
});
