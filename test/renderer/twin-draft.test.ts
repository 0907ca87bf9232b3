// A twin as a person edits it: faults with their places, what changed, who else writes there, and changes put on a newer twin.
import { describe, expect, test } from 'vitest';
import { draftText, overwrittenBy, readDraft, twinChanges, twinPatch, withPatch } from '#renderer/device/twin-draft.ts';

const twin = { tags: { hall: 'north', ring: 'canary' }, desired: { rate: 5, net: { dns: '10.0.0.1' } } };
const read = (value: unknown) => readDraft(JSON.stringify(value));

describe('a draft of a twin', () => {
  test('when nothing was typed, it reads as the twin it was made of', () => {
    expect(readDraft(draftText(twin))).toEqual({ ok: true, twin });
  });

  test('when it is no JSON, the place is told and marked', () => {
    const text = '{\n  "tags": { oops }\n}';
    const found = readDraft(text);
    expect(found).toMatchObject({ ok: false, marks: [{ from: text.indexOf('oops') }] });
    expect(!found.ok && found.problems[0]).toMatch(/line 2, column 13/);
  });

  test('when values break the limits of twins, each is told with its path, all at once', () => {
    const found = read({
      tags: { 'a b': 1, long: 'x'.repeat(5000) },
      properties: { desired: { gone: null, n: 2 ** 60 } },
    });
    const words = found.ok ? [] : found.problems;
    expect(words.join('\n')).toMatch(
      /tags\["a b"\][^]*tags\.long[^]*properties\.desired\.n[^]*properties\.desired\.gone/,
    );
  });

  test('when a twin grows too large, it is told by how much', () => {
    const tags = Object.fromEntries(Array.from({ length: 3 }, (_, index) => [`t${index}`, 'x'.repeat(4000)]));
    expect(read({ tags, properties: { desired: {} } })).toMatchObject({ ok: false });
  });

  test.each([
    [[]],
    ['text'],
    [{ tags: [] }],
    [{ properties: { desired: 1 } }],
    [{ reported: {} }],
    [{ properties: { reported: {} } }],
  ])('when it is %j, it says what the text should be', (value) => {
    const found = read(value);
    expect(found.ok ? '' : found.problems.join()).toMatch(/"tags" and "properties"/);
  });

  test('when keys are those of JavaScript, they are keys like others', () => {
    const found = readDraft('{"tags":{"__proto__":{"x":1}},"properties":{"desired":{"constructor":2}}}');
    expect(found).toMatchObject({ ok: true });
    const empty = { tags: {}, desired: {} };
    expect(found.ok && twinChanges(empty, found.twin).map(({ path }) => path.join('.'))).toEqual([
      'tags.__proto__.x',
      'desired.constructor',
    ]);
  });
});

describe('changes of a twin', () => {
  const mine = { tags: { hall: 'north' }, desired: { rate: 9, net: { dns: '10.0.0.1' } } };
  const theirs = { tags: { hall: 'south', ring: 'canary' }, desired: { rate: 5, net: { dns: '10.0.0.2' } } };

  test('when changes are written, only they are in the patch', () => {
    expect(twinPatch(twin, mine)).toEqual({ tags: { ring: null }, desired: { rate: 9 } });
    expect(twinPatch(twin, twin)).toEqual({});
  });

  test('when they are put on a twin that somebody else changed, both changes stand', () => {
    expect(withPatch(theirs, twinPatch(twin, mine))).toEqual({
      tags: { hall: 'south' },
      desired: { rate: 9, net: { dns: '10.0.0.2' } },
    });
  });

  test('when a deployment writes at, above or below what changed, it is told once for each change, the nearest one', () => {
    const changes = twinChanges(twin, { tags: {}, desired: { rate: 9, net: { dns: '1.1.1.1' }, free: 1 } });
    const owned = [
      { path: ['rate'], writtenBy: 'fast' },
      { path: ['net'], writtenBy: 'base' },
      { path: ['net', 'dns'], writtenBy: 'dns' },
    ];
    expect(overwrittenBy(changes, owned)).toEqual([
      { path: 'net.dns', writtenBy: 'dns' },
      { path: 'rate', writtenBy: 'fast' },
    ]);
    expect(overwrittenBy(changes, [{ path: [], writtenBy: 'whole' }])).toHaveLength(3);
  });
});
