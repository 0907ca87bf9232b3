// What the twins of a device held at a moment, made again from its rows: half a journal says so, and keys are only keys.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { noTwins, type TwinMoment, twinMomentKinds, withEntry } from '#domain/journal/twin-moment.ts';
import { aJournalRow, fromDisk } from '#test/support/journal-row.ts';

const momentAfter = (rows: readonly JournalEntry[]): TwinMoment => rows.reduce(withEntry, noTwins);
const born = aJournalRow('device-created');
const tags = (patch: JsonObject, moduleId: string | null = null) =>
  aJournalRow('tags-changed', { moduleId, detail: { patch, version: 2 } });
const reported = (patch: JsonObject, moduleId: string | null = null) =>
  aJournalRow('reported-changed', { moduleId, detail: { patch, version: 2 } });
const desired = (patch: JsonObject, moduleId: string | null = null) =>
  aJournalRow('desired-changed', { moduleId, detail: { patch, version: 2 } });
/** Compared as what goes over a wire: own keys alone, whatever they are called. */
const text = (moment: TwinMoment) => JSON.stringify(moment);
const wholeOf = (parts: Partial<TwinMoment>) => text({ ...noTwins, exists: true, isFromBirth: true, ...parts });

describe('half a journal', () => {
  test('when no row is there, there was no device', () => {
    expect(momentAfter([])).toEqual({ exists: false, isFromBirth: false, tags: {}, desired: {}, reported: {} });
  });

  test.each([
    ['tags', tags({ site: 'a' })],
    ['desired', desired({ site: 'a' })],
    ['reported', reported({ site: 'a' })],
  ] as const)(
    'when the row that added it is missing, a change of %s shows that it was there, not whole',
    (section, row) => {
      expect(momentAfter([row])).toEqual({
        ...noTwins,
        exists: true,
        [section]: { '': { site: 'a' } },
      });
    },
  );

  test('when it begins with the row that deleted it, that nothing is left is the whole of it', () => {
    expect(momentAfter([aJournalRow('device-deleted')])).toEqual({ ...noTwins, isFromBirth: true });
  });

  test('when a module is deleted that no row told of, the others keep theirs', () => {
    const moment = momentAfter([born, tags({ a: 1 }, 'web'), aJournalRow('module-deleted', { moduleId: 'db' })]);
    expect(text(moment)).toBe(wholeOf({ tags: { web: { a: 1 } } }));
  });

  test('when a module is deleted and the row does not say which, nothing is taken away', () => {
    const rows = [born, tags({ a: 1 }), tags({ b: 1 }, 'null')];
    expect(momentAfter([...rows, aJournalRow('module-deleted')])).toEqual(momentAfter(rows));
  });
});

describe('rows that say nothing about twins', () => {
  const rows = [born, tags({ site: 'a' }), desired({ mode: 1 }, 'web')];

  test.each([
    'device-connected',
    'device-updated',
    'module-created',
    'from-a-newer-hub',
    '__proto__',
    'constructor',
    'toString',
  ])('when a row is of the kind %s, everything stays as it was', (kind) => {
    const row = aJournalRow(kind, { moduleId: 'web', detail: { patch: { site: null, mode: null } } });
    expect(momentAfter([...rows, row])).toEqual(momentAfter(rows));
  });

  test.each<[string, JsonObject]>([
    ['no patch', {}],
    ['a text for a patch', { patch: 'site' }],
    ['null for a patch', { patch: null }],
    ['a list for a patch', { patch: [{ site: null }] }],
  ])('when a change comes with %s, no value changes', (_, detail) => {
    for (const kind of ['tags-changed', 'desired-changed', 'reported-changed'])
      expect(momentAfter([...rows, aJournalRow(kind, { moduleId: 'web', detail })])).toEqual(momentAfter(rows));
  });
});

describe('patches', () => {
  test.each<[string, readonly JsonObject[], JsonObject]>([
    ['adds', [{ a: 1 }, { b: 2 }], { a: 1, b: 2 }],
    ['replaces', [{ a: 1 }, { a: [1, 2] }], { a: [1, 2] }],
    ['reaches into an object', [{ a: { b: 1, c: 2 } }, { a: { b: 3 } }], { a: { b: 3, c: 2 } }],
    ['removes', [{ a: 1, b: 2 }, { a: null }], { b: 2 }],
    ['removes inside', [{ a: { b: 1, c: 2 } }, { a: { c: null } }], { a: { b: 1 } }],
    ['removes what is not there', [{ a: 1 }, { b: null }], { a: 1 }],
    ['removes the last value', [{ a: 1 }, { a: null }], {}],
    ['names __proto__', [fromDisk('{"__proto__":{"a":1}}'), { b: 2 }], fromDisk('{"__proto__":{"a":1},"b":2}')],
    ['removes __proto__', [fromDisk('{"__proto__":1,"b":2}'), fromDisk('{"__proto__":null}')], { b: 2 }],
    ['names constructor', [{ constructor: { a: 1 } }, { constructor: { b: 1 } }], { constructor: { a: 1, b: 1 } }],
  ])('when a patch %s, tags, desired and reported values follow it alike', (_, patches, value) => {
    const sections = { '': value };
    expect(text(momentAfter([born, ...patches.map((patch) => tags(patch))]))).toBe(wholeOf({ tags: sections }));
    expect(text(momentAfter([born, ...patches.map((patch) => desired(patch))]))).toBe(wholeOf({ desired: sections }));
    expect(text(momentAfter([born, ...patches.map((patch) => reported(patch))]))).toBe(wholeOf({ reported: sections }));
  });

  test.each(['web', '__proto__', 'constructor', 'hasOwnProperty'])(
    'when a module is called %s, its values are its own, beside those of the device, until it is deleted',
    (moduleId) => {
      const ofDevice = [born, tags({ of: 'device' }), desired({ of: 'device' }), reported({ of: 'device' })];
      const ofModule = [tags({ a: 1 }, moduleId), desired({ b: 1 }, moduleId), reported({ c: 1 }, moduleId)];
      const moment = momentAfter([...ofDevice, ...ofModule]);
      expect(Object.entries(moment.tags)).toEqual([
        ['', { of: 'device' }],
        [moduleId, { a: 1 }],
      ]);
      expect(Object.entries(moment.desired)[1]).toEqual([moduleId, { b: 1 }]);
      expect(Object.entries(moment.reported)[1]).toEqual([moduleId, { c: 1 }]);
      const deleted = aJournalRow('module-deleted', { moduleId });
      expect(text(withEntry(moment, deleted))).toBe(text(momentAfter(ofDevice)));
      // One that is added again begins with nothing.
      const again = momentAfter([...ofDevice, ...ofModule, deleted, tags({ d: 1 }, moduleId)]);
      expect(Object.entries(again.tags)[1]).toEqual([moduleId, { d: 1 }]);
    },
  );

  test('when a revision comes with desired sections of several modules, each is patched', () => {
    const sections = [
      { moduleId: '$edgeAgent', patch: { modules: { web: { status: 'running' } } }, version: 2 },
      { moduleId: 'web', patch: { mode: 1 }, version: 2 },
      { moduleId: 'broken', version: 2 },
    ];
    const row = aJournalRow('configuration-changed', { detail: { revision: 1, desired: sections } });
    expect(text(momentAfter([born, desired({ old: 1 }, 'web'), row]))).toBe(
      wholeOf({ desired: { web: { old: 1, mode: 1 }, $edgeAgent: { modules: { web: { status: 'running' } } } } }),
    );
  });

  test.each<[string, JsonObject]>([
    ['no sections', { revision: 1 }],
    ['a text for sections', { revision: 1, desired: 'all' }],
    ['things that are no sections', { revision: 1, desired: [null, 7, 'web', []] }],
  ])('when a revision comes with %s, the device is there and its values stay', (_, detail) => {
    const rows = [born, desired({ a: 1 }, 'web')];
    expect(momentAfter([...rows, aJournalRow('configuration-changed', { detail })])).toEqual(momentAfter(rows));
    expect(momentAfter([aJournalRow('configuration-changed', { detail })])).toEqual({ ...noTwins, exists: true });
  });
});

test('when an id is used again, nothing of the device before is in it', () => {
  const first = [born, tags({ site: 'a' }), reported({ heat: 20 }), desired({ mode: 1 }, 'web')];
  expect(text(momentAfter([...first, aJournalRow('device-deleted'), born, tags({ floor: 1 })]))).toBe(
    wholeOf({ tags: { '': { floor: 1 } } }),
  );
  // Nor when the row between the two is missing.
  expect(momentAfter([...first, born])).toEqual({ ...noTwins, exists: true, isFromBirth: true });
});

test('when the clock was set back, rows count in the order they were written', () => {
  const rows = [
    { ...born, atMs: 9_000 },
    { ...tags({ site: 'late' }), atMs: 9_500 },
    { ...tags({ site: 'right' }), atMs: 100 },
  ];
  expect(momentAfter(rows).tags['']).toEqual({ site: 'right' });
});

test('when a moment is led on, the moment before stays as it was', () => {
  const before = momentAfter([born, tags({ a: { b: 1 } }), desired({ a: 1 }, 'web')]);
  const copy = text(before);
  const rows = [tags({ a: { b: 2 } }), desired({ a: null }, 'web'), aJournalRow('module-deleted', { moduleId: 'web' })];
  for (const row of rows) withEntry(before, row);
  expect(text(before)).toBe(copy);
});

test('when its rows are asked for, the kinds are those that change a moment', () => {
  const before = momentAfter([born, tags({ a: 1 }), tags({ a: 1 }, 'web')]);
  const detail = { patch: { a: 2 }, version: 3, desired: [{ moduleId: 'web', patch: { a: 2 }, version: 3 }] };
  for (const kind of twinMomentKinds)
    expect([kind, text(withEntry(before, aJournalRow(kind, { moduleId: 'web', detail })))]).not.toEqual([
      kind,
      text(before),
    ]);
  expect([...twinMomentKinds].sort()).toEqual([
    'configuration-changed',
    'desired-changed',
    'device-created',
    'device-deleted',
    'module-deleted',
    'reported-changed',
    'tags-changed',
  ]);
});
