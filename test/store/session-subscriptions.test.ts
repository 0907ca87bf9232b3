// The subscriptions of persistent sessions: each filter once, and gone with whoever had them.
import { expect, test } from 'vitest';
import type { DeviceId, Identity, ModuleId } from '#base/ids.ts';
import { aMemoryStore, aStoredModule, putDevice } from '#test/support/test-store.ts';

const deviceId = 'device-1' as DeviceId;
const device: Identity = { deviceId, moduleId: null };
const module: Identity = { deviceId, moduleId: '$edgeAgent' as ModuleId };

function aStoreWithBoth() {
  const store = aMemoryStore();
  putDevice(store);
  store.change((write) => {
    write.modules.insert(aStoredModule());
    for (const identity of [device, module]) {
      write.sessionSubscriptions.set(identity, { filter: 'a/#', qos: 0 });
      write.sessionSubscriptions.set(identity, { filter: 'a/#', qos: 1 });
      write.sessionSubscriptions.set(identity, { filter: 'b/#', qos: 0 });
    }
  });
  const filters = (identity: Identity) => store.read.sessionSubscriptions.of(identity);
  return { store, filters };
}

test('when a filter is set again, it is there once, with the newer QoS', () => {
  const { filters } = aStoreWithBoth();
  expect(filters(device)).toEqual([
    { filter: 'a/#', qos: 1 },
    { filter: 'b/#', qos: 0 },
  ]);
});

test('when one filter is deleted, or all are cleared, the other identity keeps its own', () => {
  const { store, filters } = aStoreWithBoth();
  store.change((write) => write.sessionSubscriptions.delete(device, 'a/#'));
  expect(filters(device)).toEqual([{ filter: 'b/#', qos: 0 }]);
  store.change((write) => write.sessionSubscriptions.clear(device));
  expect([filters(device).length, filters(module).length]).toEqual([0, 2]);
});

test('when the module or the device is deleted, its subscriptions go with it', () => {
  const { store, filters } = aStoreWithBoth();
  store.change((write) => write.modules.delete(deviceId, '$edgeAgent' as ModuleId));
  expect([filters(device).length, filters(module).length]).toEqual([2, 0]);
  store.change((write) => write.devices.delete(deviceId));
  expect(filters(device)).toEqual([]);
});
