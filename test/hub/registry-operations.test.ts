// Devices and modules from the service side: keys, twins, etags, and the journal that never holds a key.
import { describe, expect, it } from 'vitest';
import type { Authentication } from '#domain/records/registry.ts';
import { createHubParts, deviceId, moduleId, moduleIdentity } from '#test/support/hub-parts.ts';

const keyA = Buffer.alloc(32, 1).toString('base64');
const keyB = Buffer.alloc(32, 2).toString('base64');

describe('createDevice', () => {
  it('when no keys are given, it generates two of 32 bytes and writes a twin and a journal entry without them', () => {
    const { registry, store, journal } = createHubParts();
    const device = registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    const { authentication } = device;
    if (authentication.type !== 'sas') throw new Error('not sas');
    expect(Buffer.from(authentication.primaryKey, 'base64')).toHaveLength(32);
    expect(authentication.primaryKey).not.toBe(authentication.secondaryKey);
    expect(device).toMatchObject({ version: 1, status: 'enabled', isEdge: false });
    expect(device.generationId).toMatch(/^\d{18}$/);
    expect(store.read.twins.get({ deviceId: deviceId('d1'), moduleId: null })).toMatchObject({ version: 1, tags: {} });
    expect(journal()).toMatchObject([{ kind: 'device-created', actor: 'service', deviceId: 'd1' }]);
    expect(JSON.stringify(journal())).not.toContain(authentication.primaryKey);
  });

  it('when it is an edge device, it has both system modules with twins and keys of their own', () => {
    const { registry, store, journal } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'console');
    const modules = registry.listModules(deviceId('d1'));
    expect(modules.map(({ moduleId, managedBy }) => [moduleId, managedBy])).toEqual([
      ['$edgeAgent', 'iotEdge'],
      ['$edgeHub', 'iotEdge'],
    ]);
    expect(new Set(modules.map(({ authentication }) => JSON.stringify(authentication))).size).toBe(2);
    expect(store.read.twins.get(moduleIdentity('d1', '$edgeHub'))).toBeDefined();
    expect(journal().map(({ kind }) => kind)).toEqual(['device-created', 'module-created', 'module-created']);
  });

  it('when the id is taken, it is refused and nothing is written', () => {
    const { registry, journal } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    expect(() => registry.createDevice({ deviceId: deviceId('d1') }, 'service')).toThrow(
      expect.objectContaining({ code: 'device.exists', kind: 'refused' }),
    );
    expect(journal()).toHaveLength(1);
  });

  it.each<[string, Authentication]>([
    ['a key that is no base64', { type: 'sas', primaryKey: 'not base64!', secondaryKey: '' }],
    ['a key of eight bytes', { type: 'sas', primaryKey: Buffer.alloc(8).toString('base64'), secondaryKey: '' }],
    ['a short thumbprint', { type: 'selfSigned', primaryThumbprint: 'abc', secondaryThumbprint: '' }],
    ['no thumbprint at all', { type: 'selfSigned', primaryThumbprint: '', secondaryThumbprint: '' }],
  ])('when it is to have %s, it is refused', (_what, authentication) => {
    const { registry } = createHubParts();
    expect(() => registry.createDevice({ deviceId: deviceId('d1'), authentication }, 'service')).toThrow(
      expect.objectContaining({ code: 'device.invalid' }),
    );
  });

  it('when a thumbprint is in lower case, it is kept in upper case', () => {
    const { registry } = createHubParts();
    const authentication = { type: 'selfSigned', primaryThumbprint: 'ab'.repeat(20), secondaryThumbprint: '' } as const;
    const device = registry.createDevice({ deviceId: deviceId('d1'), authentication }, 'service');
    expect(device.authentication).toMatchObject({ primaryThumbprint: 'AB'.repeat(20) });
  });
});

describe('updateDevice', () => {
  it('when the update speaks of empty keys, as the Node SDK always does, the keys stay', () => {
    const { registry } = createHubParts();
    const created = registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    const authentication = { type: 'sas', primaryKey: '', secondaryKey: '' } as const;
    const updated = registry.updateDevice(
      { deviceId: deviceId('d1'), status: 'disabled', authentication },
      '*',
      'service',
    );
    expect(updated).toMatchObject({ status: 'disabled', version: 2, authentication: created.authentication });
  });

  it('when keys are given, they replace the old ones and the journal says only that they changed', () => {
    const { registry, journal } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    const authentication = { type: 'sas', primaryKey: keyA, secondaryKey: keyB } as const;
    const updated = registry.updateDevice({ deviceId: deviceId('d1'), authentication }, 1, 'service');
    expect(updated.authentication).toEqual(authentication);
    expect(journal('device-updated')).toMatchObject([{ detail: { changed: ['authentication'] } }]);
    expect(JSON.stringify(journal())).not.toContain(keyA);
  });

  it('when the device has changed since, it is refused as an etag mismatch', () => {
    const { registry } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    registry.updateDevice({ deviceId: deviceId('d1'), status: 'disabled' }, 1, 'service');
    expect(() => registry.updateDevice({ deviceId: deviceId('d1'), status: 'enabled' }, 1, 'service')).toThrow(
      expect.objectContaining({ code: 'etag.mismatch' }),
    );
  });

  it('when a device becomes an edge device, it gets the system modules', () => {
    const { registry } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    registry.updateDevice({ deviceId: deviceId('d1'), isEdge: true }, '*', 'service');
    expect(registry.listModules(deviceId('d1'))).toHaveLength(2);
  });
});

describe('deleteDevice', () => {
  it('when a device is deleted, its modules and twins go and its journal stays', () => {
    const { registry, store, journal } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    registry.deleteDevice(deviceId('d1'), '*', 'console');
    expect(() => registry.getDevice(deviceId('d1'))).toThrow(expect.objectContaining({ code: 'device.unknown' }));
    expect(store.read.twins.get(moduleIdentity('d1', '$edgeAgent'))).toBeUndefined();
    expect(journal().at(-1)).toMatchObject({ kind: 'device-deleted', actor: 'console', deviceId: 'd1' });
  });

  it('when it is created again, it is another device: another generation and other keys', () => {
    const { registry } = createHubParts();
    const first = registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    registry.deleteDevice(deviceId('d1'), undefined, 'service');
    const second = registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    expect(second.generationId).not.toBe(first.generationId);
    expect(second.authentication).not.toEqual(first.authentication);
  });
});

describe('modules', () => {
  it('when a module is created twice, the second is refused', () => {
    const { registry } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    registry.createModule(moduleIdentity('d1', 'm'), null, undefined, 'service');
    expect(() => registry.createModule(moduleIdentity('d1', 'm'), null, undefined, 'service')).toThrow(
      expect.objectContaining({ code: 'module.exists' }),
    );
  });

  it('when a system module is to be created or deleted by hand, it is refused', () => {
    const { registry } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    expect(() => registry.createModule(moduleIdentity('d1', '$x'), null, undefined, 'service')).toThrow(
      /system module/,
    );
    expect(() => registry.deleteModule(deviceId('d1'), moduleId('$edgeAgent'), '*', 'service')).toThrow(
      /system module/,
    );
  });

  it('when a module belongs to an unknown device, the device is what is missing', () => {
    const { registry } = createHubParts();
    expect(() => registry.getModule(deviceId('d1'), moduleId('m'))).toThrow(
      expect.objectContaining({ code: 'device.unknown' }),
    );
  });

  it('when a module is updated and deleted, versions are checked and both are in the journal', () => {
    const { registry, journal } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    registry.createModule(moduleIdentity('d1', 'm'), null, undefined, 'service');
    expect(registry.updateModule(moduleIdentity('d1', 'm'), { managedBy: 'me' }, 1, 'service')).toMatchObject({
      managedBy: 'me',
      version: 2,
    });
    expect(() => registry.deleteModule(deviceId('d1'), moduleId('m'), 1, 'service')).toThrow(
      expect.objectContaining({ code: 'etag.mismatch' }),
    );
    registry.deleteModule(deviceId('d1'), moduleId('m'), 2, 'service');
    expect(journal('module-updated', 'module-deleted')).toHaveLength(2);
  });
});

describe('statistics', () => {
  it('when devices are disabled, they are counted apart', () => {
    const { registry } = createHubParts();
    for (const id of ['a', 'b', 'c']) registry.createDevice({ deviceId: deviceId(id) }, 'service');
    registry.updateDevice({ deviceId: deviceId('b'), status: 'disabled' }, '*', 'service');
    expect(registry.statistics()).toEqual({ totalDevices: 3, enabledDevices: 2, disabledDevices: 1 });
  });
});
