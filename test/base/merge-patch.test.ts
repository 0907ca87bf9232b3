// RFC 7396 both ways: its appendix as a table, and that a made patch always leads there.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { applyMergePatch, createMergePatch, jsonEquals } from '#base/merge-patch.ts';

function parsed(text: string): Json {
  return JSON.parse(text) as Json;
}

describe('applying', () => {
  // RFC 7396, appendix A, row by row: original, patch, result.
  test.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('when %s is patched with %s, it becomes %s', (original, patch, result) => {
    expect(JSON.stringify(applyMergePatch(parsed(original), parsed(patch)))).toBe(result);
  });

  test('when there is nothing yet, a patch makes it', () => {
    expect(applyMergePatch(undefined, { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
  });

  test('when a key is __proto__, it is data and no prototype changes', () => {
    const patch = parsed('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect(JSON.stringify(applyMergePatch({}, patch))).toBe(JSON.stringify(patch));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('when a patch is applied, the target is not changed in place', () => {
    const target = { a: { b: 1 }, c: [1] };
    applyMergePatch(target, { a: { b: null }, c: null });
    expect(target).toEqual({ a: { b: 1 }, c: [1] });
  });
});

describe('comparing', () => {
  test.each<[Json | undefined, Json | undefined, boolean]>([
    [1, 1, true],
    [undefined, undefined, true],
    [null, undefined, false],
    [1, '1', false],
    [[], {}, false],
    [{}, [], false],
    [{ a: 1 }, 1, false],
    [[1, [2]], [1, [2]], true],
    [[1], [1, 2], false],
    [[1, 2], [2, 1], false],
    [{ a: 1, b: { c: [] } }, { b: { c: [] }, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ toString: 1 }, { valueOf: 1 }, false],
  ])('when %j meets %j, equal is %s', (left, right, equal) => {
    expect(jsonEquals(left, right)).toBe(equal);
  });
});

describe('making', () => {
  test.each<[JsonObject, JsonObject, JsonObject]>([
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: 1, b: 2 }, { b: 3 }, { a: null, b: 3 }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }],
    [{ a: { b: 1 } }, { a: {} }, { a: { b: null } }],
    [{ a: [1] }, { a: [1, 2] }, { a: [1, 2] }],
    [{ a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
    [{}, { toString: 1 }, { toString: 1 }],
  ])('when %j is to become %j, the patch is %j', (from, to, patch) => {
    expect(createMergePatch(from, to)).toEqual(patch);
  });

  test('when a patch is made for any two documents, applying it leads from one to the other, and it is the smallest', () => {
    const key = fc.constantFrom('a', 'b', 'c', '__proto__');
    const { node } = fc.letrec<{ node: Json }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Json[]>(0, 'x', true, [], [1, { a: 1 }]),
        fc.array(fc.tuple(key, tie('node')), { maxLength: 3 }).map((entries): Json => Object.fromEntries(entries)),
      ),
    }));
    const document = fc
      .array(fc.tuple(key, node), { maxLength: 4 })
      .map((entries): JsonObject => Object.fromEntries(entries));
    fc.assert(
      fc.property(document, document, (from, to) => {
        const patch = createMergePatch(from, to);
        expect(jsonEquals(applyMergePatch(from, patch), to)).toBe(true);
        expect(Object.keys(patch).length === 0).toBe(jsonEquals(from, to));
        const [before, after] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
        for (const each of Object.keys(patch)) expect(jsonEquals(before.get(each), after.get(each))).toBe(false);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
