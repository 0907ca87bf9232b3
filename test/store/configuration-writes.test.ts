// Automatic configurations as rows: what they are, how they stand on twins, what they wrote and left there.
import { describe, expect, it } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { StoredWrite } from '#domain/layering/automatic-writes.ts';
import type { Store } from '#store/store-types.ts';
import { aConfiguration } from '#test/support/build-deployment.ts';
import { aMemoryStore, aStoredDeployment, aStoredModule, aStoredTwin, putDevice } from '#test/support/test-store.ts';

const device = 'device-1' as DeviceId;
const camera = 'camera' as ModuleId;
const id = (text: string) => text as DeploymentId;
const ownTwin = { deviceId: device, moduleId: null };
const cameraTwin = { deviceId: device, moduleId: camera };

function aStoreWithDevice(): Store {
  const store = aMemoryStore();
  putDevice(store);
  store.change((write) => {
    for (const moduleId of ['$edgeAgent' as ModuleId, camera]) {
      write.modules.insert(aStoredModule({ moduleId }));
      write.twins.insert(
        aStoredTwin({ moduleId, tags: { of: moduleId }, reported: { value: { ok: true }, metadata: {}, version: 1 } }),
      );
    }
  });
  return store;
}

function aWrite(parts: Partial<StoredWrite> = {}): StoredWrite {
  return { path: ['a', 'b.c'], configurationId: id('x'), value: { d: 1 }, onRemoval: 'leave', isLeft: false, ...parts };
}

describe('deployments', () => {
  it.each(['device', 'module'] as const)(
    'when one is a %s configuration, it is read as it was written and changed',
    (kind) => {
      const store = aMemoryStore();
      const configuration = aConfiguration({ kind, content: { 'properties.desired.a': null } });
      store.change((write) => write.deployments.insert(configuration));
      expect(store.read.deployments.get(configuration.id)).toEqual(configuration);
      store.change((write) => write.deployments.update({ ...configuration, onRemoval: 'remove', version: 2 }));
      expect(store.read.deployments.list()).toEqual([{ ...configuration, onRemoval: 'remove', version: 2 }]);
      expect(store.read.deployments.count()).toBe(1);
    },
  );

  it('when it stands on twins of devices and modules, each is counted, and the agents’ answers are not', () => {
    const store = aStoreWithDevice();
    store.change((write) => {
      write.deployments.insert(aConfiguration({ id: 'x' }));
      write.deployments.insert(aStoredDeployment({ id: id('edge'), createdAtMs: 2000 }));
      write.deployments.replaceStatuses(device, {
        '': { x: 'Applied' },
        $edgeAgent: { edge: 'Applied' },
        camera: { x: 'Targeted', edge: 'Applied' },
      });
    });
    expect(store.read.deployments.statuses(device)['']).toEqual({ x: 'Applied' });
    const none = { reportedSuccessfulCount: 0, reportedFailedCount: 0 };
    expect(store.read.deployments.counts(id('x'))).toEqual({ targetedCount: 2, appliedCount: 1, ...none });
    expect(store.read.deployments.counts(id('edge'))).toMatchObject({ targetedCount: 1, appliedCount: 1 });
    expect(store.read.deployments.counts(id('none'))).toEqual({ targetedCount: 0, appliedCount: 0, ...none });
  });
});

describe('configuration writes', () => {
  it('when the book of a twin is replaced, only that twin’s changes', () => {
    const store = aStoreWithDevice();
    const [first, second] = [aWrite(), aWrite({ path: [], value: null, isLeft: true, onRemoval: 'remove' })];
    store.change((write) => {
      write.configurationWrites.replace(ownTwin, [first, second]);
      write.configurationWrites.replace(cameraTwin, [aWrite()]);
    });
    store.change((write) => write.configurationWrites.replace(cameraTwin, [aWrite({ value: 2 })]));
    const books = store.read.configurationWrites.ofDevice(device);
    expect(books.get(null)).toEqual(expect.arrayContaining([first, second]));
    expect(books.get(camera)).toEqual([aWrite({ value: 2 })]);
    store.change((write) => write.configurationWrites.replace(ownTwin, []));
    expect([...store.read.configurationWrites.ofDevice(device).keys()]).toEqual([camera]);
  });

  it('when the configuration is deleted, what it wrote is still known', () => {
    const store = aStoreWithDevice();
    store.change((write) => {
      write.deployments.insert(aConfiguration({ id: 'x' }));
      write.configurationWrites.replace(ownTwin, [aWrite()]);
      write.deployments.delete(id('x'));
    });
    expect(store.read.configurationWrites.ofDevice(device).get(null)).toEqual([aWrite()]);
  });

  it('when values were left, their twins are counted once each, until they are to be removed', () => {
    const store = aStoreWithDevice();
    const left = aWrite({ isLeft: true });
    store.change((write) => {
      write.configurationWrites.replace(ownTwin, [left, { ...left, path: ['z'] }]);
      write.configurationWrites.replace(cameraTwin, [left, aWrite({ path: ['y'], configurationId: id('y') })]);
    });
    expect(store.read.configurationWrites.left()).toEqual([{ configurationId: 'x', twins: 2, isBeingRemoved: false }]);
    const read = store.read.configurationWrites;
    expect(read.devicesWithLeft(id('x'), { after: null, limit: 9 })).toEqual([device]);
    expect(read.devicesWithLeft(id('x'), { after: device, limit: 9 })).toEqual([]);
    expect(read.devicesWithLeft(id('y'), { after: null, limit: 9 })).toEqual([]);
    expect([id('x'), id('y')].map((each) => read.countDevicesWithLeft(each))).toEqual([1, 0]);
    const remove = () => store.change((write) => write.configurationWrites.removeLeft(id('x'), device));
    expect([remove(), remove()]).toEqual([true, false]);
    expect(store.read.configurationWrites.left()).toEqual([]);
    const rules = store.read.configurationWrites
      .ofDevice(device)
      .get(camera)
      ?.map(({ onRemoval }) => onRemoval);
    expect(rules?.toSorted()).toEqual(['leave', 'remove']);
  });

  it('when the rule of a configuration changes, it changes for what is written and not for what was left', () => {
    const store = aStoreWithDevice();
    store.change((write) => {
      write.configurationWrites.replace(ownTwin, [aWrite(), aWrite({ path: ['z'], isLeft: true })]);
      write.configurationWrites.setRule(id('x'), 'remove');
    });
    const book = store.read.configurationWrites.ofDevice(device).get(null) ?? [];
    expect(book.map(({ isLeft, onRemoval }) => `${isLeft} ${onRemoval}`).toSorted()).toEqual([
      'false remove',
      'true leave',
    ]);
  });
});

it('when module conditions are asked, they see each module’s own twin, and no system module', () => {
  const store = aStoreWithDevice();
  expect(store.read.twins.moduleSubjects(device)).toEqual([
    { deviceId: device, moduleId: camera, tags: { of: camera }, reported: { ok: true } },
  ]);
});
