// Revisions of a device, listed newest first, and the one an unmanaged device still runs.
import { expect, test } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { aMemoryStore, putDevice } from '#test/support/test-store.ts';

const d1 = 'd1' as DeviceId;
const nothing = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };
const managed = (id: string) => ({ ...nothing, base: id as DeploymentId, applied: [id as DeploymentId] });

function aHistory() {
  const store = aMemoryStore();
  putDevice(store, { deviceId: d1 });
  putDevice(store, { deviceId: 'd2' as DeviceId });
  store.change((write) => {
    [nothing, managed('a'), managed('b'), nothing].forEach((effective, at) =>
      write.revisions.append(d1, 1000 + at, effective),
    );
    write.revisions.append('d2' as DeviceId, 9000, managed('a'));
    write.journal.append({ kind: 'hub-started', actor: 'hub' });
  });
  return store.read.revisions;
}

test('when revisions are listed, they come newest first, a page at a time, of that device alone', () => {
  const revisions = aHistory();
  const first = revisions.list(d1, { limit: 3 });
  expect(first.map(({ revision, atMs }) => [revision, atMs])).toEqual([
    [4, 1003],
    [3, 1002],
    [2, 1001],
  ]);
  expect(revisions.list(d1, { before: 2, limit: 3 }).map(({ revision }) => revision)).toEqual([1]);
});

test.each([
  [4, 3],
  [3, 3],
  [2, 2],
  [1, undefined],
])('when revision %i is looked at, the device runs what %s gave it', (revision, runs) => {
  expect(aHistory().lastManaged(d1, revision)).toBe(runs);
});
