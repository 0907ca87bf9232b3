// Devices of a state file, over a real store: they come with keys, twins and modules, or not at all, and never change what is there.
import { expect, test } from 'vitest';
import { aSite, edgeInFile, fileOf, keyOf, outcomes, refusalsIn, sasInFile } from '#test/support/file-site.ts';
import { deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';

const state = {
  devices: {
    'edge-1': edgeInFile({
      modules: {
        $edgeAgent: { identity: { authentication: { type: 'none' }, managedBy: 'iotEdge' }, twin: {} },
        $edgeHub: { identity: { authentication: sasInFile }, twin: { properties: { desired: { routes: {} } } } },
        camera: {
          identity: { authentication: sasInFile, managedBy: 'me' },
          twin: { tags: { a: 1 }, properties: { desired: { b: 2 } } },
        },
        keyless: { identity: { authentication: { type: 'none' } }, twin: {} },
      },
    }),
  },
};

test('when a device is imported, it has its keys, twin and modules', async () => {
  const { importEach, registry, twins } = aSite();
  expect(outcomes(await importEach(state))).toEqual(['edge-1 created']);
  const keys = { type: 'sas', primaryKey: keyOf('p'), secondaryKey: keyOf('s') };
  expect(registry.getDevice(deviceId('edge-1'))).toMatchObject({ isEdge: true, authentication: keys });
  expect(twins.get(deviceIdentity('edge-1'))).toMatchObject({
    tags: { site: 'north' },
    desired: { value: { rate: 5 } },
  });
  expect(twins.get(moduleIdentity('edge-1', 'camera'))).toMatchObject({
    tags: { a: 1 },
    desired: { value: { b: 2 } },
  });
  expect(twins.get(moduleIdentity('edge-1', '$edgeHub')).desired.value).toEqual({ routes: {} });
  const modules = new Map(registry.listModules(deviceId('edge-1')).map((module) => [String(module.moduleId), module]));
  expect(modules.get('camera')).toMatchObject({ managedBy: 'me', authentication: keys });
  expect(modules.get('$edgeHub')?.authentication).toEqual(keys);
  expect(modules.get('$edgeAgent')?.authentication).not.toEqual(keys);
  expect(modules.get('keyless')?.authentication.type).toBe('sas');
});

test('when the hub refuses a part of a device, nothing of the device is there', async () => {
  const { importEach, files, everything } = aSite();
  const wrong = {
    devices: { d: edgeInFile({ modules: { m: { identity: { authentication: { type: 'selfSigned' } } } } }) },
  };
  const check = await files.checkFile(fileOf(wrong));
  expect(refusalsIn(check)).toEqual([expect.stringContaining('give at least one thumbprint')]);
  expect(await importEach(wrong)).toEqual(check);
  expect(everything()).toEqual({ deployments: [], devices: [], journal: [] });
});

test('when an id cannot be one, it is a problem of its device', async () => {
  const { files } = aSite();
  const report = await files.checkFile(fileOf({ devices: { 'a/b': {}, c: { modules: { 'm n': {} } } } }));
  expect(refusalsIn(report)).toEqual([
    expect.stringContaining(`devices["a/b"]: 'a/b' cannot be one`),
    expect.stringContaining(`devices.c: 'm n' cannot be one`),
  ]);
});

test('when a device is there, it is the same or says what differs, and stays', async () => {
  const { importEach, registry } = aSite();
  await importEach({ devices: { d: edgeInFile(), plain: {} } });
  expect(outcomes(await importEach({ devices: { plain: {} } }))).toEqual(['plain same']);
  const other = edgeInFile({
    identity: { authentication: { type: 'certificateAuthority' }, status: 'disabled' },
    twin: {},
  });
  expect(await importEach({ devices: { d: other } })).toMatchObject({
    items: [{ outcome: 'different', changes: ['isEdge', 'status', 'authentication', 'tags', 'desired', 'modules'] }],
  });
  expect(registry.getDevice(deviceId('d')).status).toBe('enabled');
});
