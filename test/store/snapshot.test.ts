// A snapshot shows one moment, in memory and on disk, and reading it leaves no trace.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { Store } from '#store/store-types.ts';
import { aMemoryStore, aReport, aStoreIn, aTemporaryFolder, putDevice } from '#test/support/test-store.ts';

const stores: readonly (readonly [string, () => Store])[] = [
  ['in memory', () => aMemoryStore()],
  ['on disk', () => aStoreIn(aTemporaryFolder())],
];

test.each(stores)('when the store %s changes while a snapshot is open, the snapshot does not', (_where, open) => {
  const store = open();
  putDevice(store, { deviceId: 'd1' as DeviceId });
  const asOf = store.change((write) => write.journal.append(aReport(1, 'd1' as DeviceId))).seq;
  const snapshot = store.snapshot();
  putDevice(store, { deviceId: 'd2' as DeviceId });
  store.change((write) => {
    write.devices.delete('d1' as DeviceId);
    write.journal.append(aReport(2, 'd1' as DeviceId));
  });
  expect(snapshot.asOf).toBe(asOf);
  expect(snapshot.read.journal.lastSeq()).toBe(asOf);
  expect(snapshot.read.devices.list({ limit: 10 }).map(({ deviceId }) => deviceId)).toEqual(['d1']);
  snapshot.close();
  expect(store.read.devices.list({ limit: 10 }).map(({ deviceId }) => deviceId)).toEqual(['d2']);
});

test.each(stores)(
  'when the store %s gives a second snapshot after a first, each shows its own moment',
  (_where, open) => {
    const store = open();
    const idsIn = () => {
      const snapshot = store.snapshot();
      const ids = snapshot.read.devices.list({ limit: 10 }).map(({ deviceId }) => deviceId);
      snapshot.close();
      // Said twice, it must not take the connection away from whoever has it now.
      snapshot.close();
      return ids;
    };
    putDevice(store, { deviceId: 'd1' as DeviceId });
    expect(idsIn()).toEqual(['d1']);
    putDevice(store, { deviceId: 'd2' as DeviceId });
    const first = store.snapshot();
    putDevice(store, { deviceId: 'd3' as DeviceId });
    expect(idsIn()).toEqual(['d1', 'd2', 'd3']);
    expect(first.read.devices.count()).toBe(2);
    first.close();
    expect(idsIn()).toEqual(['d1', 'd2', 'd3']);
    const last = store.snapshot();
    store.close();
    expect(last.read.devices.count()).toBe(3);
    last.close();
  },
);

test('when a snapshot is asked for inside a change, it is refused: it would not show the change', () => {
  const store = aMemoryStore();
  expect(() => store.change(() => store.snapshot())).toThrow(/inside a change/);
});
