// What configurations that match one twin write to it: the rank of each, paths above and below, and what is hidden.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { readTwinContent } from '#domain/deployments/automatic-configuration-content.ts';
import { automaticConfiguration } from '#domain/layering/automatic-configuration.ts';
import type { AutomaticConfiguration } from '#domain/records/deployment.ts';
import { withValue } from '#domain/values/path-writes.ts';
import { aConfiguration } from '#test/support/build-deployment.ts';

/** `a.b = 1 by x, hiding y`. */
function lines(...matched: AutomaticConfiguration[]): readonly string[] {
  return automaticConfiguration(matched).writes.map(({ path, value, writtenBy, hidden }) => {
    const hiding = hidden.length === 0 ? '' : `, hiding ${hidden.join(' ')}`;
    return `${path.join('.')} = ${JSON.stringify(value)} by ${writtenBy}${hiding}`;
  });
}

/** Writes below `properties.desired`. */
function writing(id: string, priority: number, writes: JsonObject, createdAtMs = 1): AutomaticConfiguration {
  const content = Object.fromEntries(
    Object.entries(writes).map(([path, value]) => [
      path === '' ? 'properties.desired' : `properties.desired.${path}`,
      value,
    ]),
  );
  return aConfiguration({ id, priority, createdAtMs, content });
}

describe('automaticConfiguration', () => {
  it('when paths are written in any order, shorter ones come first, and then by their text', () => {
    const writes = { 'b.a': 1, 'ab.c': 1, c: 1, 'a.bc': 1, b: {}, 'b.c': 1, a: {} };
    const expected = ['a', 'b', 'c', 'a.bc', 'ab.c', 'b.a', 'b.c'];
    for (const entries of [Object.entries(writes), Object.entries(writes).toReversed()]) {
      const [configuration] = [writing('x', 1, Object.fromEntries(entries))];
      expect(automaticConfiguration([configuration]).writes.map(({ path }) => path.join('.'))).toEqual(expected);
    }
  });

  it.each<[string, AutomaticConfiguration[], string[]]>([
    [
      'paths differ, all are written',
      [writing('x', 1, { a: 1 }), writing('y', 2, { b: 2 })],
      ['a = 1 by x', 'b = 2 by y'],
    ],
    [
      'two write the same path, the higher priority wins',
      [writing('x', 2, { a: 1 }), writing('y', 1, { a: 2 })],
      ['a = 1 by x, hiding y'],
    ],
    [
      'two of one priority write the same path, the newer wins',
      [writing('x', 1, { a: 1 }, 5), writing('y', 1, { a: 2 }, 6)],
      ['a = 2 by y, hiding x'],
    ],
    [
      'an object is written, nothing of a lower one is merged into it',
      [writing('x', 1, { a: { b: 1 } }), writing('y', 2, { a: { c: 2 } })],
      ['a = {"c":2} by y, hiding x'],
    ],
    [
      'a higher one writes above, all below is hidden',
      [writing('x', 1, { 'a.b': 1, 'a.c': 2 }), writing('y', 2, { a: { d: 3 } })],
      ['a = {"d":3} by y, hiding x'],
    ],
    [
      'a higher one writes below, it changes a part',
      [writing('x', 1, { a: { b: 1, c: 2 } }), writing('y', 2, { 'a.b': 3 })],
      ['a = {"b":1,"c":2} by x', 'a.b = 3 by y, hiding x'],
    ],
    [
      'a higher one adds below, nothing is hidden',
      [writing('x', 1, { a: { b: 1 } }), writing('y', 2, { 'a.c.d': 3 })],
      ['a = {"b":1} by x', 'a.c.d = 3 by y'],
    ],
    [
      'a higher one writes below a scalar, the scalar is hidden',
      [writing('x', 1, { a: 5 }), writing('y', 2, { 'a.b': 3 })],
      ['a = {} by y, hiding x', 'a.b = 3 by y'],
    ],
    [
      'a higher one writes below an array, the array is hidden',
      [writing('x', 1, { a: [1] }), writing('y', 2, { 'a.b': 3 })],
      ['a = {} by y, hiding x', 'a.b = 3 by y'],
    ],
    [
      'a higher one removes below a scalar, the scalar stays',
      [writing('x', 1, { a: 5 }), writing('y', 2, { 'a.b': null })],
      ['a = 5 by x', 'a.b = null by y'],
    ],
    [
      'a lower one removes and a higher one writes below, both are done',
      [writing('x', 1, { a: null }), writing('y', 2, { 'a.b': 3 })],
      ['a = null by x', 'a.b = 3 by y'],
    ],
    [
      'a higher one removes, what lower ones wrote is hidden',
      [writing('x', 1, { a: { b: 1 } }), writing('y', 2, { 'a.b': null })],
      ['a = {"b":1} by x', 'a.b = null by y, hiding x'],
    ],
    [
      'one writes the whole section, higher ones change parts of it',
      [writing('x', 1, { '': { a: 1, b: 2 } }), writing('y', 2, { b: 3 })],
      [' = {"a":1,"b":2} by x', 'b = 3 by y, hiding x'],
    ],
    [
      'a whole section comes last, it hides everything',
      [writing('x', 1, { a: 1 }), writing('y', 2, { '': {} })],
      [' = {} by y, hiding x'],
    ],
    [
      'hidden ones hid others, all are named from low to high',
      [writing('z', 1, { a: 1 }), writing('x', 2, { a: 2 }), writing('y', 3, { a: 3 })],
      ['a = 3 by y, hiding z x'],
    ],
    [
      'one writes a path and a part of it, it hides nobody',
      [writing('x', 1, { 'a.b': 2, a: { b: 1 } })],
      ['a = {"b":1} by x', 'a.b = 2 by x'],
    ],
    [
      'a value has nulls inside, they name nothing',
      [writing('x', 1, { a: { b: null, c: { d: null } } })],
      ['a = {"c":{}} by x'],
    ],
    [
      'keys are those of prototypes, they are keys',
      [writing('x', 1, { '__proto__.a': 1, constructor: 2 })],
      ['constructor = 2 by x', '__proto__.a = 1 by x'],
    ],
  ])('when %s', (_, matched, expected) => {
    expect(lines(...matched)).toEqual(expected);
  });

  it('when something of it shows it is Applied, and Targeted when all of it is hidden', () => {
    const matched = [writing('part', 1, { a: 1, b: 1 }), writing('none', 1, { b: 2 }, 2), writing('top', 2, { b: 3 })];
    expect(automaticConfiguration(matched).statuses).toEqual({ part: 'Applied', none: 'Targeted', top: 'Applied' });
    expect(automaticConfiguration([])).toEqual({ writes: [], statuses: {} });
  });

  it('when a configuration has a rule for its removal, its writes carry it', () => {
    const result = automaticConfiguration([{ ...writing('x', 1, { a: 1 }), onRemoval: 'remove' }]);
    expect(result.writes).toMatchObject([{ writtenBy: 'x', onRemoval: 'remove' }]);
  });
});

const segment = fc.constantFrom('a', 'b', 'c', '__proto__');
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, 1, 'text', [1], {}),
  fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom<Json>(1, 2, null, { a: 1 }, { b: { c: 2 } }), {
    maxKeys: 3,
  }),
);
const someConfigurations = fc
  .array(fc.record({ priority: fc.nat(3), writes: fc.dictionary(path, value, { minKeys: 1, maxKeys: 3 }) }), {
    maxLength: 6,
  })
  .map((records) => records.map(({ priority, writes }, at) => writing(`c${at}`, priority, writes, at)));

describe('for any configurations', () => {
  it('when they come in another order, the result is the same', () => {
    const shuffled = someConfigurations.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, others]) => {
        expect(automaticConfiguration(others)).toEqual(automaticConfiguration(all));
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it('when they are written to an empty section by rank, it is the same as by the writes that show', () => {
    fc.assert(
      fc.property(someConfigurations, (all) => {
        const ranked = all.toSorted(
          (left, right) => left.priority - right.priority || left.createdAtMs - right.createdAtMs,
        );
        // What is hidden does nothing, where one after the other leaves empty objects behind.
        expect(leaves(writtenOn({}, all))).toEqual(leaves(ranked.reduce(naively, {})));
      }),
      { seed: 20261121, numRuns: 1000 },
    );
  });

  it('when they are written twice to a section, the second time changes nothing, and what lies beside stays', () => {
    const someSection = fc.dictionary(segment, fc.constantFrom<Json>(7, { a: 7 }, { b: { c: 7 } }));
    fc.assert(
      fc.property(someConfigurations, someSection, (all, section) => {
        const once = writtenOn(section, all);
        expect(writtenOn(once, all)).toEqual(once);
        const touched = new Set(automaticConfiguration(all).writes.map((write) => write.path[0]));
        for (const key of Object.keys(section)) if (!touched.has(key)) expect(once[key]).toEqual(section[key]);
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });
});

function writtenOn(section: JsonObject, matched: readonly AutomaticConfiguration[]): JsonObject {
  const { writes } = automaticConfiguration(matched);
  return writes.reduce<JsonObject>((rest, write) => withValue(rest, write.path, write.value), section);
}

/** Another hand's way to the same: each key of the content by itself, with no care for what it costs. */
function naively(section: JsonObject, { content }: AutomaticConfiguration): JsonObject {
  const keys = Object.keys(content).toSorted((left, right) => left.split('.').length - right.split('.').length);
  const root = deepMap(section);
  for (const key of keys) {
    const steps = key.split('.').slice(2);
    const last = steps.pop() ?? '';
    const item = content[key] ?? null;
    let place = root;
    let isThere = true;
    for (const step of steps) {
      const next = place.get(step);
      if (next instanceof Map) place = next;
      else if (item === null) isThere = false;
      else {
        const made: DeepMap = new Map();
        place.set(step, made);
        place = made;
      }
      if (!isThere) break;
    }
    if (!isThere) continue;
    if (item === null) place.delete(last);
    else place.set(last, isJsonObject(item) ? deepMap(item) : item);
  }
  return plain(root);
}

/** The paths that hold more than an object, and what. */
function leaves(section: JsonObject, at = ''): readonly string[] {
  const found = Object.entries(section).flatMap(([key, item]) =>
    isJsonObject(item) ? leaves(item, `${at}${key}.`) : [`${at}${key} = ${JSON.stringify(item)}`],
  );
  return found.toSorted();
}

type DeepMap = Map<string, Json | DeepMap>;

function deepMap(object: JsonObject): DeepMap {
  const items = Object.entries(object).filter(([, item]) => item !== null);
  return new Map(items.map(([key, item]) => [key, isJsonObject(item) ? deepMap(item) : item]));
}

function plain(map: DeepMap): JsonObject {
  return Object.fromEntries([...map].map(([key, item]) => [key, item instanceof Map ? plain(item) : item]));
}

describe('readTwinContent', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['a path and the whole section', { 'properties.desired': { a: 1 }, 'properties.desired.b.c': null }, []],
    ['no object', [], ['deviceContent']],
    ['nothing', {}, ['deviceContent']],
    ['tags', { 'tags.x': 1, 'properties.desired.a': 1 }, ['deviceContent["tags.x"]']],
    ['reported properties', { 'properties.reported.x': 1 }, ['deviceContent["properties.reported.x"]']],
    ['an empty part of a path', { 'properties.desired.a..b': 1 }, ['deviceContent["properties.desired.a..b"]']],
    ['a whole section that is no object', { 'properties.desired': null }, ['deviceContent["properties.desired"]']],
    [
      'several that no twin may hold',
      { 'properties.desired.a': { 'b c': 1 }, 'properties.desired.$d': 1 },
      ['deviceContent["properties.desired.a"]["b c"]', 'deviceContent["properties.desired.$d"]'],
    ],
  ])('when there is %s, each problem has its place', (_, content, places) => {
    const read = readTwinContent('deviceContent', content);
    expect(read.ok ? [] : read.problems.map(({ at }) => at)).toEqual(places);
    if (read.ok) expect(read.value).toBe(content);
    else expect(read.problems.every(({ code }) => code === 'deployment.content')).toBe(true);
  });

  it('when there is nothing in it, it is told what would be', () => {
    const message = 'it must be an object of twin paths: {"properties.desired.<path>": value}.';
    const problems = [{ code: 'deployment.content', message, at: 'moduleContent' }];
    expect(readTwinContent('moduleContent', {})).toEqual({ ok: false, problems });
  });
});
