// Whether a row fits what somebody looks for: each condition alone refuses it, and words are found where they are told to be.
import { describe, expect, test } from 'vitest';
import { fitsSearch, type JournalSearch, longestSearchedBytes } from '#domain/journal/journal-search.ts';
import { aJournalRow, fromDisk } from '#test/support/journal-row.ts';

const everything: JournalSearch = {
  fromMs: null,
  toMs: null,
  kinds: [],
  actors: [],
  deviceId: null,
  deploymentId: null,
  words: [],
};
const row = aJournalRow('tags-changed', {
  atMs: 1_000,
  actor: 'console',
  deviceId: 'Pump-1',
  moduleId: 'web',
  deploymentId: 'line',
  detail: { patch: { place: 'Roof "north"', floor: 3 }, version: 2 },
});
/** Fits on its own, so that a row is refused for one condition alone. */
const fitting: JournalSearch = {
  fromMs: 1_000,
  toMs: 1_000,
  kinds: ['tags-changed'],
  actors: ['console'],
  deviceId: 'Pump-1',
  deploymentId: 'line',
  words: ['roof'],
};

test.each<[string, Partial<JournalSearch>]>([
  ['was before the time', { fromMs: 1_001 }],
  ['was after the time', { toMs: 999 }],
  ['was in no time at all', { fromMs: 2_000, toMs: 0 }],
  ['is of another kind', { kinds: ['device-created', 'reported-changed'] }],
  ['is of another kind than one nobody knows', { kinds: ['__proto__' as 'device-created'] }],
  ['was done by another', { actors: ['hub', 'service', 'device'] }],
  ['is of another device', { deviceId: 'Pump-2' }],
  ['is of a device written otherwise', { deviceId: 'pump-1' }],
  ['names another deployment', { deploymentId: 'lin' }],
  ['lacks a word', { words: ['cellar'] }],
  ['lacks one word of two', { words: ['roof', 'cellar'] }],
])('when a row %s, it does not fit, though all else does', (_, condition) => {
  expect(fitsSearch(row, { ...fitting, ...condition })).toBe(false);
});

test.each<[string, Partial<JournalSearch>]>([
  ['nothing', everything],
  ['all that is so', fitting],
  ['a time up to the row', { ...everything, toMs: 1_000 }],
  ['a time from the row on', { ...everything, fromMs: 1_000 }],
  ['one of several kinds', { ...everything, kinds: ['hub-started', 'tags-changed'] }],
  ['one of several actors', { ...everything, actors: ['hub', 'console'] }],
  ['its device', { ...everything, deviceId: 'Pump-1' }],
  ['its deployment', { ...everything, deploymentId: 'line' }],
])('when somebody looks for %s, the row fits', (_, search) => {
  expect(fitsSearch(row, { ...everything, ...search })).toBe(true);
});

test('when a row names no device and no deployment, it fits none that is looked for', () => {
  const ofHub = aJournalRow('hub-started', { deviceId: null });
  expect(fitsSearch(ofHub, { ...everything, deviceId: 'Pump-1' })).toBe(false);
  expect(fitsSearch(ofHub, { ...everything, deploymentId: 'line' })).toBe(false);
  expect(fitsSearch(ofHub, { ...everything, words: ['null'] })).toBe(false);
  expect(fitsSearch(ofHub, { ...everything, words: ['hub-started'] })).toBe(true);
});

const fits = (words: readonly string[], of = row) => fitsSearch(of, { ...everything, words });

describe('words', () => {
  test.each(['tags-', 'pump-1', 'web', 'line', 'roof', 'place', '"floor":3', '\\"north\\"'])(
    'when a row says %s in its kind, an id or its detail, it fits',
    (word) => {
      expect(fits([word])).toBe(true);
    },
  );

  test('when several words are looked for, they may stand in several places', () => {
    expect(fits(['roof', 'pump', 'tags'])).toBe(true);
  });

  test('when a word would only come together of two ids, it is not found', () => {
    expect(fits(['pump-1web'])).toBe(false);
  });

  test('when a key is __proto__, it is a word like any other', () => {
    const detail = fromDisk('{"patch":{"__proto__":{"deep":1}}}');
    expect(fits(['__proto__', 'deep'], { ...row, detail })).toBe(true);
  });

  // As the store counts: bytes on the disk, not characters.
  test.each([
    ['a', longestSearchedBytes, true],
    ['a', longestSearchedBytes + 1, false],
    ['ü', longestSearchedBytes, true],
    ['ü', longestSearchedBytes + 2, false],
  ])('when a detail of %s is %i bytes, it is looked through: %s', (letter, bytes, isRead) => {
    const around = Buffer.byteLength(JSON.stringify({ text: '' }));
    const letters = Math.floor((bytes - around) / Buffer.byteLength(letter));
    const text = letter.repeat(letters).padEnd(letters + ((bytes - around) % Buffer.byteLength(letter)), 'a');
    const long = { ...row, detail: { text } };
    expect(Buffer.byteLength(JSON.stringify(long.detail))).toBe(bytes);
    expect(fits([letter + letter], long)).toBe(isRead);
    // Its ids are, however long it is.
    expect(fits(['pump-1'], long)).toBe(true);
  });
});
