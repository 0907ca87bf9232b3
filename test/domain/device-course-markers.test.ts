// Which rows of a device become markers in its course, and which kinds are worth asking for.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { courseKinds, courseMarkerIn, courseSignsIn } from '#domain/journal/device-course.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { aJournalRow } from '#test/support/journal-row.ts';

const agent = '$edgeAgent';
const at = (atMs: number, kind: string, detail: JsonObject = {}, moduleId: string | null = null) =>
  aJournalRow(kind, { atMs, moduleId, detail });
const sentAs = (revision: number) => ({ revision, desired: [{ moduleId: 'web' }, { moduleId: agent, patch: {} }] });

test.each<[string, JournalEntry, JsonObject | null]>([
  ['says nothing of note', at(1, 'device-connected', {}, agent), null],
  ['is of an unknown kind', at(1, 'from-a-newer-hub'), null],
  [
    'is a revision',
    at(1, 'configuration-changed', { revision: 4, base: 'line' }),
    { kind: 'configuration-changed', deploymentId: 'line', number: 4 },
  ],
  [
    'is a revision with nothing in it',
    at(1, 'configuration-changed', { revision: '4', base: null }),
    { kind: 'configuration-changed', deploymentId: null, number: null },
  ],
  [
    'is an attempt of a rollout',
    aJournalRow('rollout-sent', { atMs: 1, deploymentId: 'line', detail: { number: 1, attempt: 2, version: null } }),
    { kind: 'rollout-sent', deploymentId: 'line', number: 2 },
  ],
  [
    'is an attempt with nothing in it',
    at(1, 'rollout-sent'),
    { kind: 'rollout-sent', deploymentId: null, number: null },
  ],
  ...['manifest-set', 'device-created', 'device-deleted'].map((kind): [string, JournalEntry, JsonObject] => [
    `is ${kind}`,
    aJournalRow(kind, { atMs: 1, deploymentId: 'line', detail: { revision: 4, attempt: 2 } }),
    { kind, deploymentId: null, number: null },
  ]),
])('when a row %s, its marker is that', (_, row, marker) => {
  expect(courseMarkerIn({ ...row, seq: 9 })).toEqual(marker && { atMs: 1, seq: 9, ...marker });
});

test('when rows are asked for, the kinds are those that have a sign or a marker', () => {
  const detail = { patch: { lastDesiredVersion: 1 }, ...sentAs(1) };
  const isTold = (kind: string) => {
    const row = at(1, kind, detail, agent);
    return courseSignsIn(row).length > 0 || courseMarkerIn(row) !== null;
  };
  expect(courseKinds.filter((kind) => !isTold(kind))).toEqual([]);
  expect(courseKinds).toHaveLength(9);
});
