// Deployments, their standing on devices, the four counts, and revisions, as rows.
import { describe, expect, it } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type { DeploymentStatus } from '#domain/records/deployment.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { Store } from '#store/store-types.ts';
import {
  aMemoryStore,
  aStoredDeployment,
  aStoredModule,
  aStoredTwin,
  aStoreIn,
  aTemporaryFolder,
  putDevice,
} from '#test/support/test-store.ts';

const one = 'device-1' as DeviceId;
const agent = '$edgeAgent' as ModuleId;
const id = (text: string) => text as DeploymentId;

function insert(store: Store, name: string, createdAtMs: number) {
  const deployment = aStoredDeployment({ id: id(name), createdAtMs, updatedAtMs: createdAtMs });
  return store.change((write) => write.deployments.insert(deployment));
}

function effective(base: string): EffectiveConfiguration {
  const modules = { $edgeAgent: { a: 1 } };
  return { base: id(base), applied: [id(base)], notApplied: {}, modules, origins: {} };
}

describe('deployments', () => {
  it('when one is written and changed, it is read as it was last', () => {
    const store = aMemoryStore();
    const deployment = aStoredDeployment({ labels: { team: 'a' }, metricQueries: { mine: 'SELECT 1' } });
    expect(store.change((write) => write.deployments.insert(deployment))).toEqual(deployment);
    expect(store.read.deployments.get(deployment.id)).toEqual(deployment);
    const changed = { ...deployment, labels: null, priority: 3, targetCondition: '', updatedAtMs: 2000, version: 2 };
    store.change((write) => write.deployments.update(changed));
    expect(store.read.deployments.get(deployment.id)).toEqual(changed);
    expect(store.read.deployments.get(id('other'))).toBeUndefined();
  });

  it('clock going backwards: when new ones come at old instants, each still is newer than all before it, gone ones too', () => {
    const dir = aTemporaryFolder();
    const first = aStoreIn(dir);
    expect(insert(first, 'a', 5000).createdAtMs).toBe(5000);
    expect(insert(first, 'b', 5000)).toMatchObject({ createdAtMs: 5001, updatedAtMs: 5001 });
    expect(insert(first, 'c', 10).createdAtMs).toBe(5002);
    first.change((write) => write.deployments.delete(id('c')));
    first.close();
    const second = aStoreIn(dir);
    expect(insert(second, 'd', 10).createdAtMs).toBe(5003);
    expect(insert(second, 'e', 9000).createdAtMs).toBe(9000);
    expect(second.read.deployments.list().map((deployment) => deployment.id)).toEqual(['a', 'b', 'd', 'e']);
  });

  it('when an instant was given to a change that failed, the next one may have it', () => {
    const store = aMemoryStore();
    expect(() =>
      store.change((write) => {
        write.deployments.insert(aStoredDeployment());
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.change((write) => write.deployments.insert(aStoredDeployment())).createdAtMs).toBe(1000);
  });
});

const named = (...entries: (readonly [string, DeploymentStatus])[]) => Object.fromEntries(entries);

describe('statuses', () => {
  it('when they are replaced, only the new ones of that device are left; a deleted deployment takes its own along', () => {
    const store = aMemoryStore();
    putDevice(store);
    store.change((write) => {
      write.modules.insert(aStoredModule());
      for (const name of ['a', 'b', 'c']) write.deployments.insert(aStoredDeployment({ id: id(name) }));
      write.deployments.replaceStatuses(one, { [agent]: { a: 'Applied', b: 'Targeted' } });
      write.deployments.replaceStatuses(one, { [agent]: { b: 'Applied', c: 'Targeted' } });
    });
    expect(store.read.deployments.statuses(one)).toEqual({ $edgeAgent: { b: 'Applied', c: 'Targeted' } });
    store.change((write) => write.deployments.delete(id('b')));
    expect(store.read.deployments.statuses(one)).toEqual({ $edgeAgent: { c: 'Targeted' } });
  });

  it('when what was there is given along, the difference to it comes to the same', () => {
    const store = aMemoryStore();
    putDevice(store);
    const names = ['a', 'b', 'c', 'constructor'];
    const rounds: readonly Readonly<Record<string, Readonly<Record<string, DeploymentStatus>>>>[] = [
      { [agent]: { a: 'Applied', b: 'Targeted' }, '': { c: 'Applied' } },
      { [agent]: named(['b', 'Applied'], ['c', 'Targeted'], ['constructor', 'Applied']) },
      { '': named(['constructor', 'Targeted']) },
      {},
    ];
    store.change((write) => {
      write.modules.insert(aStoredModule());
      for (const name of names) write.deployments.insert(aStoredDeployment({ id: id(name) }));
    });
    for (const statuses of rounds) {
      store.change((write) => write.deployments.replaceStatuses(one, statuses, store.read.deployments.statuses(one)));
      expect(store.read.deployments.statuses(one)).toEqual(statuses);
    }
  });
});

describe('the four counts', () => {
  const cases: readonly (readonly [string, DeploymentStatus, Json, readonly [number, number, number, number]])[] = [
    ['is outranked', 'Targeted', { lastDesiredVersion: 4, lastDesiredStatus: { code: 200 } }, [1, 0, 0, 0]],
    ['has not answered', 'Applied', {}, [1, 1, 0, 0]],
    ['answered an older version', 'Applied', { lastDesiredVersion: 3, lastDesiredStatus: { code: 200 } }, [1, 1, 0, 0]],
    ['answered 200', 'Applied', { lastDesiredVersion: 4, lastDesiredStatus: { code: 200 } }, [1, 1, 1, 0]],
    ['answered 406', 'Applied', { lastDesiredVersion: 4, lastDesiredStatus: { code: 406 } }, [1, 1, 0, 1]],
    ['answered without a code', 'Applied', { lastDesiredVersion: 4 }, [1, 1, 0, 0]],
    ['answered in objects', 'Applied', { lastDesiredVersion: { a: 4 }, lastDesiredStatus: [200] }, [1, 1, 0, 0]],
  ];

  it.each(cases)('when the agent %s, it counts accordingly', (_what, status, reported, expected) => {
    const store = aMemoryStore();
    putDevice(store);
    store.change((write) => {
      write.deployments.insert(aStoredDeployment());
      for (const moduleId of [agent, 'm1' as ModuleId]) {
        write.modules.insert(aStoredModule({ moduleId }));
        const desired = { value: {}, metadata: {}, version: 4 };
        const section = { value: reported as never, metadata: {}, version: 1 };
        write.twins.insert(aStoredTwin({ moduleId, desired, reported: section }));
      }
      const ofModule = { 'deployment-1': status };
      write.deployments.replaceStatuses(one, { [agent]: ofModule, m1: ofModule });
    });
    const counts = store.read.deployments.counts(id('deployment-1'));
    expect([
      counts.targetedCount,
      counts.appliedCount,
      counts.reportedSuccessfulCount,
      counts.reportedFailedCount,
    ]).toEqual(expected);
  });

  it('when nobody is targeted or the deployment is unknown, all are zero', () => {
    const zero = { targetedCount: 0, appliedCount: 0, reportedSuccessfulCount: 0, reportedFailedCount: 0 };
    expect(aMemoryStore().read.deployments.counts(id('none'))).toEqual(zero);
  });
});

describe('revisions', () => {
  it('when devices are given configurations, each is numbered per device and kept as it was', () => {
    const store = aMemoryStore();
    const two = putDevice(store, { deviceId: 'device-2' as DeviceId }).deviceId;
    putDevice(store);
    store.change((write) => {
      expect(write.revisions.append(one, 10, effective('a')).revision).toBe(1);
      expect(write.revisions.append(two, 11, effective('a')).revision).toBe(1);
      expect(write.revisions.append(one, 12, effective('b')).revision).toBe(2);
      expect(write.revisions.append(one, 13, effective('a')).revision).toBe(3);
    });
    expect(store.read.revisions.latest(one)).toEqual({
      deviceId: one,
      revision: 3,
      atMs: 13,
      effective: effective('a'),
      automatic: {},
    });
    expect(store.read.revisions.get(one, 2)?.effective).toEqual(effective('b'));
    expect(store.read.revisions.get(one, 4)).toBeUndefined();
    store.change((write) => write.devices.delete(one));
    expect(store.read.revisions.latest(two)?.effective).toEqual(effective('a'));
  });
});
