// Devices, modules and their presence, as rows.
import { describe, expect, it } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import {
  aMemoryStore,
  aReport,
  aStoredDeployment,
  aStoredDevice,
  aStoredModule,
  aStoredTwin,
  putDevice,
} from '#test/support/test-store.ts';

const one = 'device-1' as DeviceId;
const two = 'device-2' as DeviceId;
const agent = '$edgeAgent' as ModuleId;

describe('devices', () => {
  it.each([
    aStoredDevice(),
    aStoredDevice({ status: 'disabled', statusReason: 'lost', isEdge: false, authentication: { type: 'none' } }),
    aStoredDevice({ deviceId: `a'"%$\u0021` as DeviceId, connectionState: 'Connected', connectionChangedAtMs: 3 }),
  ])('when $deviceId is written, it is read as it was', (device) => {
    const store = aMemoryStore();
    store.change((write) => write.devices.insert(device));
    expect(store.read.devices.get(device.deviceId)).toEqual(device);
  });

  it('when one is updated from an old reading, its presence and creation stay', () => {
    const store = aMemoryStore();
    const old = putDevice(store);
    store.change((write) => write.devices.setPresence({ deviceId: one, moduleId: null }, 'Connected', 50));
    store.change((write) => write.devices.update({ ...old, createdAtMs: 9, status: 'disabled', version: 2 }));
    expect(store.read.devices.get(one)).toEqual({
      ...old,
      status: 'disabled',
      version: 2,
      connectionState: 'Connected',
      connectionChangedAtMs: 50,
      lastActivityAtMs: 50,
    });
  });

  it('when an id is taken, a second insert throws', () => {
    const store = aMemoryStore();
    putDevice(store);
    expect(() => store.change((write) => write.devices.insert(aStoredDevice()))).toThrow('UNIQUE');
  });

  it('when they are listed in pages, each comes once, by id', () => {
    const store = aMemoryStore();
    for (const id of ['c', 'a', 'B', 'b', 'a/']) putDevice(store, { deviceId: id as DeviceId });
    const first = store.read.devices.list({ limit: 3 }).map(({ deviceId }) => deviceId);
    const rest = store.read.devices.list({ limit: 3, after: first.at(-1) }).map(({ deviceId }) => deviceId);
    expect([...first, ...rest]).toEqual(['B', 'a', 'a/', 'b', 'c']);
    expect(store.read.devices.count()).toBe(5);
  });

  it('when one is deleted, all that is its own goes, and the journal and its neighbours stay', () => {
    const store = aMemoryStore();
    for (const deviceId of [one, two]) {
      putDevice(store, { deviceId });
      store.change((write) => {
        write.modules.insert(aStoredModule({ deviceId }));
        write.twins.insert(aStoredTwin({ deviceId, moduleId: agent }));
        if (deviceId === one) write.deployments.insert(aStoredDeployment());
        write.deployments.replaceStatuses(deviceId, { [agent]: { 'deployment-1': 'Applied' } });
        write.revisions.append(deviceId, 1, { base: null, applied: [], notApplied: {}, modules: {}, origins: {} });
        const message = {
          messageId: 'm',
          body: new Uint8Array([1]),
          properties: {},
          enqueuedAtMs: 1,
          expiresAtMs: null,
        };
        write.cloudMessages.enqueue({ deviceId, ...message });
        write.telemetry.append({ deviceId, moduleId: null, receivedAtMs: 1, properties: {}, body: new Uint8Array() });
        write.journal.append(aReport(1, deviceId));
      });
    }
    store.change((write) => write.devices.delete(one));
    const left = (deviceId: DeviceId) => [
      store.read.devices.get(deviceId) !== undefined,
      store.read.modules.ofDevice(deviceId).length,
      store.read.twins.get({ deviceId, moduleId: null }) !== undefined,
      store.read.twins.get({ deviceId, moduleId: agent }) !== undefined,
      Object.keys(store.read.deployments.statuses(deviceId)).length,
      store.read.revisions.latest(deviceId) !== undefined,
      store.read.cloudMessages.countWaiting(deviceId),
      store.read.telemetry.latest({ deviceId, moduleId: null }, 9).length,
      store.read.journal.ofDevice(deviceId, 9).length,
    ];
    expect(left(one)).toEqual([false, 0, false, false, 0, false, 0, 0, 1]);
    expect(left(two)).toEqual([true, 1, true, true, 1, true, 1, 1, 1]);
    expect(store.read.deployments.get('deployment-1' as DeploymentId)).toBeDefined();
  });
});

describe('modules', () => {
  it('when they are written, they are read as they were, by id', () => {
    const store = aMemoryStore();
    putDevice(store);
    const modules = ['$edgeAgent', '$edgeHub', 'm1'].map((id) => aStoredModule({ moduleId: id as ModuleId }));
    store.change((write) => modules.toReversed().forEach((module) => write.modules.insert(module)));
    expect(store.read.modules.ofDevice(one)).toEqual(modules);
    const changed = aStoredModule({ managedBy: null, version: 2, authentication: { type: 'certificateAuthority' } });
    store.change((write) => write.modules.update(changed));
    expect(store.read.modules.get(one, agent)).toEqual(changed);
  });

  it('when one is deleted, its twin and statuses go, and those of the device and its other modules stay', () => {
    const store = aMemoryStore();
    putDevice(store);
    const other = 'm1' as ModuleId;
    store.change((write) => {
      write.deployments.insert(aStoredDeployment());
      for (const moduleId of [agent, other]) {
        write.modules.insert(aStoredModule({ moduleId }));
        write.twins.insert(aStoredTwin({ moduleId }));
      }
      const ofModule = { 'deployment-1': 'Applied' } as const;
      write.deployments.replaceStatuses(one, { [agent]: ofModule, [other]: ofModule });
      write.modules.delete(one, agent);
    });
    expect(store.read.twins.get({ deviceId: one, moduleId: agent })).toBeUndefined();
    expect(store.read.twins.get({ deviceId: one, moduleId: other })).toBeDefined();
    expect(store.read.twins.get({ deviceId: one, moduleId: null })).toBeDefined();
    expect(store.read.deployments.statuses(one)).toEqual({ m1: { 'deployment-1': 'Applied' } });
  });

  it('when its device is unknown, a module is not written', () => {
    const store = aMemoryStore();
    expect(() => store.change((write) => write.modules.insert(aStoredModule()))).toThrow('FOREIGN KEY');
  });
});

describe('presence', () => {
  it('when the state stays, only the activity moves; when it changes, both do', () => {
    const store = aMemoryStore();
    putDevice(store);
    store.change((write) => write.modules.insert(aStoredModule()));
    const identity = { deviceId: one, moduleId: agent };
    const presenceAfter = (state: 'Connected' | 'Disconnected', atMs: number) => {
      store.change((write) => write.devices.setPresence(identity, state, atMs));
      const module = store.read.modules.get(one, agent);
      return [module?.connectionState, module?.connectionChangedAtMs, module?.lastActivityAtMs];
    };
    expect(presenceAfter('Connected', 10)).toEqual(['Connected', 10, 10]);
    expect(presenceAfter('Connected', 20)).toEqual(['Connected', 10, 20]);
    expect(presenceAfter('Disconnected', 30)).toEqual(['Disconnected', 30, 30]);
    expect(store.read.devices.get(one)?.connectionState).toBe('Disconnected');
  });
});
