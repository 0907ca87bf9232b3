// What is pushed to devices is read from journal rows of three shapes; one that is none of them pushes nothing.
import { expect, test } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { desiredChangesIn } from '#domain/journal/desired-change.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';

function aRow(kind: JournalKind, detail: JsonObject, moduleId: string | null = null): JournalEntry {
  const of = { deviceId: 'd1' as DeviceId, moduleId: moduleId as ModuleId | null, deploymentId: null };
  return { seq: 1, atMs: 0, kind, actor: 'hub', ...of, detail };
}

const change = { moduleId: '$edgeAgent', patch: { a: 1 }, version: 2 };

test.each<[string, JournalEntry, readonly unknown[]]>([
  ['of a module', aRow('desired-changed', { patch: { a: 1 }, version: 2 }, '$edgeAgent'), [change]],
  [
    'of the device itself',
    aRow('desired-changed', { patch: {}, version: 3 }),
    [{ moduleId: null, patch: {}, version: 3 }],
  ],
  ['of a revision with its sections', aRow('configuration-changed', { revision: 1, desired: [change] }), [change]],
  ['of a revision that changed no section', aRow('configuration-changed', { revision: 1 }), []],
  [
    'of a revision with things that are no sections',
    aRow('configuration-changed', { desired: [null, 7, change] }),
    [change],
  ],
  ['of another kind', aRow('tags-changed', { patch: { a: 1 }, version: 2 }), []],
  ['without a version', aRow('desired-changed', { patch: { a: 1 } }), []],
])('when a row is %s, its changes are those', (_, row, changes) => {
  expect(desiredChangesIn(row)).toEqual(changes);
});

test('when a fleet shares the changes of a revision, each row gives the same object', () => {
  const detail = { revision: 1, desired: [change] };
  expect(desiredChangesIn(aRow('configuration-changed', detail))[0]).toBe(change);
});
