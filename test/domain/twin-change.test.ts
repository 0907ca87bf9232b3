// The rules by which twins change: merge, bookkeeping and limits.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { applyMergePatch } from '#base/merge-patch.ts';
import type { Problem, Result } from '#base/result.ts';
import { newTwin, patchSection, patchTags, replaceSection } from '#domain/values/twin-change.ts';
import type { TwinSection } from '#domain/values/twin.ts';

const day1 = '2026-01-01T00:00:00.000Z';
const day2 = '2026-01-02T00:00:00.000Z';
const device = { deviceId: 'edge-1' as DeviceId, moduleId: null };
const reportedOnDay2 = { nowIso: day2, section: 'reported' } as const;
const desiredOnDay2 = { nowIso: day2, section: 'desired' } as const;

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

function problemsOf(result: Result<unknown>): readonly Problem[] {
  return result.ok ? [] : result.problems;
}

function aSection(value: JsonObject, section: 'desired' | 'reported' = 'reported'): TwinSection {
  return valueOf(patchSection(newTwin(device, day1)[section], value, { nowIso: day1, section }));
}

function parsed(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

describe('a new twin', () => {
  test('when a twin is born, it is empty and every version is 1', () => {
    expect(newTwin({ ...device, moduleId: 'm' as ModuleId }, day1)).toEqual({
      deviceId: 'edge-1',
      moduleId: 'm',
      version: 1,
      tags: {},
      desired: { value: {}, metadata: { $lastUpdated: day1, $lastUpdatedVersion: 1 }, version: 1 },
      reported: { value: {}, metadata: { $lastUpdated: day1 }, version: 1 },
    });
  });
});

describe('merging', () => {
  const table: readonly [string, JsonObject, JsonObject, JsonObject][] = [
    ['a new key comes', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['a scalar is replaced', { a: 1 }, { a: 'x' }, { a: 'x' }],
    ['null removes a leaf', { a: 1, b: 2 }, { a: null }, { b: 2 }],
    ['null removes a branch', { a: { b: { c: 1 } } }, { a: null }, {}],
    ['the last leaf leaves {}', { a: { b: 1 } }, { a: { b: null } }, { a: {} }],
    ['{} persists', {}, { a: {} }, { a: {} }],
    ['{} onto an object changes nothing', { a: { b: 1 } }, { a: {} }, { a: { b: 1 } }],
    ['{} replaces a scalar', { a: 1 }, { a: {} }, { a: {} }],
    ['an array is replaced whole', { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
    ['an object replaces an array', { a: [1] }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['nulls below something new vanish', {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    ['null for a missing key is nothing', { a: 1 }, { b: null }, { a: 1 }],
    ['empty and unicode keys are keys', {}, { '': 1, größe: 2, '🔧': 3 }, { '': 1, größe: 2, '🔧': 3 }],
  ];

  test.each(table)('when %s, tags and sections agree', (_title, before, patch, after) => {
    expect(valueOf(patchTags(before, patch))).toEqual(after);
    expect(valueOf(patchSection(aSection(before), patch, reportedOnDay2)).value).toEqual(after);
    expect(valueOf(patchSection(aSection(before, 'desired'), patch, desiredOnDay2)).value).toEqual(after);
  });

  test('when a patch is merged, what was there before is not changed in place', () => {
    const before = aSection({ a: { b: 1 } });
    const copy = structuredClone(before);
    patchSection(before, { a: { b: null, c: 2 } }, reportedOnDay2);
    expect(before).toEqual(copy);
  });

  test('when keys are called __proto__ and constructor, they are plain keys', () => {
    const patch = parsed('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    const { value, metadata } = valueOf(patchSection(aSection({}), patch, reportedOnDay2));
    expect(JSON.stringify(value)).toBe(JSON.stringify(patch));
    expect(Object.keys(metadata)).toEqual(['$lastUpdated', '__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const gone = valueOf(patchTags(valueOf(patchTags({}, patch)), parsed('{"__proto__":null,"constructor":null}')));
    expect(Object.keys(gone)).toEqual([]);
  });
});

describe('bookkeeping', () => {
  test('when a leaf changes, $lastUpdated changes at every level above it and nowhere else', () => {
    const after = valueOf(patchSection(aSection({ a: { b: 1, c: 2 }, d: 3 }), { a: { b: 9 } }, reportedOnDay2));
    expect(after.version).toBe(3);
    expect(after.metadata).toEqual({
      $lastUpdated: day2,
      a: { $lastUpdated: day2, b: { $lastUpdated: day2 }, c: { $lastUpdated: day1 } },
      d: { $lastUpdated: day1 },
    });
  });

  test('when desired changes, $lastUpdatedVersion stands beside it', () => {
    const after = valueOf(patchSection(aSection({ a: 1, b: 2 }, 'desired'), { b: null, c: [1] }, desiredOnDay2));
    expect(after.metadata).toEqual({
      $lastUpdated: day2,
      $lastUpdatedVersion: 3,
      a: { $lastUpdated: day1, $lastUpdatedVersion: 2 },
      c: { $lastUpdated: day2, $lastUpdatedVersion: 3 },
    });
  });

  test('when a scalar becomes an object, its metadata starts anew', () => {
    const after = valueOf(patchSection(aSection({ a: 1 }), { a: { b: 1 } }, reportedOnDay2));
    expect(after.metadata['a']).toEqual({ $lastUpdated: day2, b: { $lastUpdated: day2 } });
  });

  test('when stored metadata lacks a branch, the patch still merges', () => {
    const section = { value: { a: { b: 1 } }, metadata: {}, version: 7 };
    const after = valueOf(patchSection(section, { a: { c: 2 } }, reportedOnDay2));
    expect(after).toEqual({
      value: { a: { b: 1, c: 2 } },
      metadata: { $lastUpdated: day2, a: { $lastUpdated: day2, c: { $lastUpdated: day2 } } },
      version: 8,
    });
  });

  test('when a section is replaced, nothing of the old one stays but its count', () => {
    const after = valueOf(replaceSection(aSection({ a: 1, b: { c: 2 } }), { b: { d: 3, e: null } }, reportedOnDay2));
    expect(after).toEqual({
      value: { b: { d: 3 } },
      metadata: { $lastUpdated: day2, b: { $lastUpdated: day2, d: { $lastUpdated: day2 } } },
      version: 3,
    });
  });

  test('when a fetched section is sent back, its $version and $metadata are ignored', () => {
    const sentBack = { $version: 99, $metadata: { $lastUpdated: 'x' }, a: 2 };
    const after = valueOf(patchSection(aSection({ a: 1 }), sentBack, reportedOnDay2));
    expect([after.version, after.value]).toEqual([3, { a: 2 }]);
    expect(valueOf(replaceSection(aSection({}), { $metadata: {} }, reportedOnDay2)).value).toEqual({});
    expect(problemsOf(patchTags({}, { $version: 1 }))).toHaveLength(1);
  });
});

/** The keys of a value and of its metadata, which must be the same at every level. */
function shapeOf(value: Json | undefined): unknown {
  if (!isJsonObject(value)) return 'leaf';
  const keys = Object.keys(value).filter((key) => !key.startsWith('$'));
  return keys.toSorted().map((key) => [key, shapeOf(value[key])]);
}

/** Leaves of metadata look like empty objects: compared with an empty object, both are `[]`. */
function shapeOfMetadata(metadata: Json | undefined, value: Json | undefined): unknown {
  if (!isJsonObject(metadata)) return 'missing';
  if (!isJsonObject(value)) return Object.keys(metadata).some((key) => !key.startsWith('$')) ? 'too deep' : 'leaf';
  const keys = Object.keys(metadata).filter((key) => !key.startsWith('$'));
  return keys.toSorted().map((key) => [key, shapeOfMetadata(metadata[key], value[key])]);
}

test('when any patches follow each other, the value is what RFC 7396 says and its metadata has the same shape', () => {
  const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
  const { node } = fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json[]>(null, 0, 'x', true, [], [1, { a: 1 }], {}),
      fc.array(fc.tuple(key, tie('node')), { maxLength: 3 }).map((entries): Json => Object.fromEntries(entries)),
    ),
  }));
  const patch = fc.array(fc.tuple(key, node), { maxLength: 3 }).map((all): JsonObject => Object.fromEntries(all));
  fc.assert(
    fc.property(fc.array(patch, { maxLength: 5 }), (patches) => {
      let section = newTwin(device, day1).desired;
      let expected: Json = {};
      for (const each of patches) {
        section = valueOf(patchSection(section, each, desiredOnDay2));
        expected = applyMergePatch(expected, each);
      }
      expect(JSON.stringify(section.value)).toBe(JSON.stringify(expected));
      expect(section.version).toBe(1 + patches.length);
      expect(shapeOfMetadata(section.metadata, section.value)).toEqual(shapeOf(section.value));
    }),
    { seed: 6, numRuns: 500 },
  );
});
