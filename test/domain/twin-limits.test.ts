// What no twin may hold, each limit at its edge and one beyond.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { problemsText, problemText } from '#domain/values/problem-text.ts';
import { newTwin, patchSection, patchTags } from '#domain/values/twin-change.ts';
import { contentProblems, jsonPath, sizeProblem, twinBytes, utf8Bytes } from '#domain/values/twin-limits.ts';
import type { DeviceId } from '#base/ids.ts';

function nested(levels: number, leaf: Json): JsonObject {
  let value: Json = { leaf };
  for (let level = 0; level < levels; level++) value = { n: value };
  return value;
}

function chunks(count: number): JsonObject {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${index}`.padStart(4, '0'), 'x'.repeat(1020)]),
  );
}

function texts(value: Json): readonly string[] {
  return contentProblems('tags', value).map(problemText);
}

describe('measures', () => {
  test.each(['', 'abc', 'größe', '€', '🔧', 'a🔧b€ü', '\ud83d', '\ud83dx', '\udd27', '\ud83d\ud83d\udd27'])(
    'when %j is measured, its UTF-8 bytes are counted',
    (text) => expect(utf8Bytes(text)).toBe(Buffer.byteLength(text, 'utf8')),
  );

  test('when a section is measured, keys and texts count by length, numbers 8, Booleans 4, nulls nothing', () => {
    expect(twinBytes({ ab: 'xyz', n: 1, t: true, o: { k: '' }, l: [1, 'ü', null] })).toBe(5 + 9 + 5 + 2 + 1 + 8 + 2);
  });
});

describe('what is refused', () => {
  const table: readonly [string, Json, string][] = [
    ['a backslash alone for a key', { [String.fromCharCode(92)]: 1 }, 'a key that is one backslash cannot be kept'],
    [
      'a dot in a key',
      { 'a.b': 1 },
      `tags["a.b"]: a key may not contain '.': use another character, such as '-' or '_'.`,
    ],
    ['a dollar in a key', { a: { $b: 1 } }, `tags.a.$b: a key may not contain '$': use another`],
    ['a hash in a key', { 'a#': 1 }, `tags["a#"]: a key may not contain '#'`],
    ['a space in a key', { 'a b': 1 }, `tags["a b"]: a key may not contain a space`],
    ['a control character (C0)', { 'a\nb': 1 }, String.raw`tags["a\nb"]: a key may not contain a control character`],
    ['a control character (C1)', { 'a\u0085': 1 }, 'a control character'],
    ['DEL', { '\u007f': 1 }, 'a control character'],
    ['a long key', { ['k'.repeat(1025)]: 1 }, 'a key may hold 1024 bytes, this one has 1025: shorten it.'],
    ['a long key in bytes', { ['ü'.repeat(513)]: 1 }, 'this one has 1026'],
    ['a long text', { a: 'x'.repeat(4097) }, 'tags.a: a text may hold 4096 bytes, this one has 4097'],
    ['a long text in bytes', { a: '€'.repeat(1366) }, 'this one has 4098'],
    [
      'an integer too large',
      { a: 2 ** 52 },
      'tags.a: a whole number must lie within -4503599627370496 and 4503599627370495',
    ],
    ['an integer too small', { a: -(2 ** 52) - 1 }, 'send larger ones as text.'],
    ['infinity', { a: Number.POSITIVE_INFINITY }, 'a whole number must lie within'],
    [
      'half a character in a text',
      { a: ['\ud83d'] },
      'tags.a[0]: half a character stands here (a lone surrogate): write the text again.',
    ],
    ['half a character in a key', { 'a\udd27': 1 }, 'half a character stands here'],
    ['null in an array', { a: [1, null] }, 'tags.a[1]: null may not stand inside an array: leave it out.'],
    ['null below an array', { a: [{ b: null }] }, 'tags.a[0].b: null may not stand inside an array: leave it out.'],
    [
      'eleven levels',
      nested(11, 1),
      `tags${'.n'.repeat(11)}: a twin nests at most 10 levels deep: flatten this value.`,
    ],
    ['arrays eleven deep', { a: [[[[[[[[[[[]]]]]]]]]]] }, 'flatten this value.'],
  ];

  test.each(table)('when there is %s, it says so and how to mend it', (_title, value, text) => {
    expect(texts(value)).toHaveLength(1);
    expect(texts(value)[0]).toContain(text);
  });

  test.each<[string, Json]>([
    ['a key of 1024 bytes', { ['k'.repeat(1024)]: 1 }],
    ['a text of 4096 bytes', { a: 'x'.repeat(4096), b: 'ü'.repeat(2048) }],
    ['the integers at the edge', { a: 2 ** 52 - 1, b: -(2 ** 52) }],
    ['fractions and numbers written with an exponent', { a: 0.1, b: 1e300, c: -1.5e21 }],
    ['ten levels', nested(10, 1)],
    ['a null outside arrays', { a: null, b: { c: null } }],
    ['Booleans', { a: true }],
  ])('when there is %s, it is accepted', (_title, value) => expect(texts(value)).toEqual([]));

  test('when many things are wrong, all are told at once', () => {
    const { problems } = patchTags({}, { 'a b': 1, c: [null], d: { e: 'x'.repeat(5000) } }) as {
      problems: Parameters<typeof problemsText>[0];
    };
    expect(problems.map(({ at }) => at)).toEqual(['tags["a b"]', 'tags.c[0]', 'tags.d.e']);
    expect(problemsText(problems)).toContain("such as '-' or '_'. tags.c[0]: null may not");
  });

  test('when a section is wrong, it says which and stays as it was', () => {
    const { desired } = newTwin({ deviceId: 'd' as DeviceId, moduleId: null }, 'now');
    const patched = patchSection(desired, { ok: 1, 'a.b': 2 }, { nowIso: 'later', section: 'desired' });
    expect(patched.ok ? [] : patched.problems.map(({ at }) => at)).toEqual(['properties.desired["a.b"]']);
    expect(desired).toMatchObject({ value: {}, version: 1 });
  });

  test('when a hostile document is wrong everywhere, the list of problems ends', () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k ${index}`, 1]));
    expect(texts(wide).length).toBeLessThanOrEqual(100);
    expect(texts(Array.from({ length: 10_000 }, () => null)).length).toBeLessThanOrEqual(100);
  });

  test('when nesting is hostile, it is refused without walking down', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as Json;
    expect(texts(deep)).toHaveLength(1);
  });
});

describe('sizes', () => {
  test('when tags reach 8 KB they fit, and one key more does not', () => {
    expect(patchTags({}, chunks(8)).ok).toBe(true);
    expect(patchTags(chunks(8), { a: 1 })).toEqual({
      ok: false,
      problems: [
        {
          code: 'twin.too-large',
          at: 'tags',
          message:
            'it would hold 8201 bytes of keys and values, 9 more than the 8192 allowed: remove what is not needed.',
        },
      ],
    });
  });

  test('when a section reaches 32 KB it fits, and one key more does not, but a removal makes room', () => {
    const { reported } = newTwin({ deviceId: 'd' as DeviceId, moduleId: null }, 'now');
    const change = { nowIso: 'now', section: 'reported' } as const;
    const full = patchSection(reported, chunks(32), change);
    if (!full.ok) throw new Error('it must fit');
    expect(patchSection(full.value, { a: 1 }, change).ok).toBe(false);
    expect(patchSection(full.value, { a: 1, '0000': null }, change).ok).toBe(true);
    expect(sizeProblem('properties.desired', chunks(33))?.at).toBe('properties.desired');
  });
});

test('when a key in a path is odd or endless, the path stays readable', () => {
  expect(['a', 0, 'b c', '$edgeAgent', 'x'.repeat(200)].reduce<string>(jsonPath, 'tags')).toBe(
    `tags.a[0]["b c"].$edgeAgent["${'x'.repeat(64)}…"]`,
  );
  expect(problemText({ code: 'c', at: 12, message: 'wrong.' })).toBe('at 12: wrong.');
});
