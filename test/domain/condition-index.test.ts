// The index leaves out only what does not match, knows what is read, and holds nothing of a condition that is gone.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { applyMergePatch } from '#base/merge-patch.ts';
import { createConditionIndex, type ConditionIndex } from '#domain/conditions/condition-index.ts';
import { matches, parseCondition, type Condition } from '#domain/conditions/condition.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';

function aCondition(text: string): Condition {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problems[0]?.message}`);
  return parsed.value;
}

function indexOf(texts: readonly string[]): ConditionIndex<string> {
  const index = createConditionIndex<string>();
  for (const text of texts) index.set(text, aCondition(text));
  return index;
}

const aSubject = (parts: Partial<ConditionSubject> = {}): ConditionSubject => ({
  deviceId: 'd1' as DeviceId,
  tags: {},
  reported: {},
  ...parts,
});

/** As the catalog reads a device. */
const valuesOf =
  (subject: ConditionSubject) =>
  (root: string): Json | undefined =>
    root === 'deviceId' || root === 'tags' || root === 'reported' ? subject[root] : undefined;

const candidates = (index: ConditionIndex<string>, subject: ConditionSubject) => [
  ...index.candidates(valuesOf(subject)),
];

describe('candidates', () => {
  it('when conditions name values, only those of the device and those that name none are candidates', () => {
    const texts = ['*', '', "tags.site = 'n'", "tags.site = 's'", "deviceId = 'd1'", "deviceId = 'd2'", 'tags.x > 5'];
    expect(candidates(indexOf(texts), aSubject({ tags: { site: 'n' } })).toSorted()).toEqual(
      ['*', 'tags.x > 5', "deviceId = 'd1'", "tags.site = 'n'"].toSorted(),
    );
  });

  it('when a thousand conditions share a site, each is found by what it shares with none', () => {
    const texts = Array.from({ length: 1000 }, (_, number) => `tags.site = 'n' AND tags.role = 'r${number}'`);
    const index = indexOf(texts);
    expect(candidates(index, aSubject({ tags: { site: 'n', role: 'r7' } }))).toContain(texts[7]);
    expect(candidates(index, aSubject({ tags: { site: 'n', role: 'r7' } })).length).toBeLessThanOrEqual(2);
  });

  it('when what it shares with none stands first, it is found by that all the same', () => {
    const texts = Array.from({ length: 9 }, (_, number) => `tags.role = 'r${number}' AND tags.site = 'n'`);
    expect(candidates(indexOf(texts), aSubject({ tags: { site: 'n', role: 'r7' } }))).toEqual([texts[7]]);
  });

  it('when it names many values in one place and one in another, it is found by the one', () => {
    const index = indexOf(["tags.site = 'n'", "tags.role IN ['a', 'b', 'c'] AND tags.site = 'n'"]);
    expect(candidates(index, aSubject({ tags: { role: 'a' } }))).toEqual([]);
  });

  it('when many places are read, a value is found among them', () => {
    const texts = Array.from({ length: 40 }, (_, number) => `tags.t${number} = 1`);
    expect(candidates(indexOf(texts), aSubject({ tags: { t7: 1, other: 1 } }))).toEqual(['tags.t7 = 1']);
  });

  it('when a value is of another type, an array or an object, its condition is no candidate', () => {
    const index = indexOf(['tags.a = 1', "tags.a = '1'", 'tags.a = true', "tags.a.b = 'x'"]);
    expect(candidates(index, aSubject({ tags: { a: [1] } }))).toEqual([]);
    expect(candidates(index, aSubject({ tags: { a: { b: 'x' } } }))).toEqual(["tags.a.b = 'x'"]);
    expect(candidates(index, aSubject({ tags: { a: '1' } }))).toEqual(["tags.a = '1'"]);
  });

  it('when a name is one that objects inherit, it is a name like any other', () => {
    const index = indexOf(['tags.constructor.name = true', "tags.[[__proto__]] = 'x'"]);
    expect(candidates(index, aSubject())).toEqual([]);
    expect(candidates(index, aSubject({ tags: JSON.parse('{"__proto__":"x"}') as JsonObject }))).toEqual([
      "tags.[[__proto__]] = 'x'",
    ]);
  });

  it('when a condition is set again or deleted, nothing of the old one is left', () => {
    const index = createConditionIndex<string>();
    index.set('a', aCondition("tags.site = 'n'"));
    index.set('b', aCondition("tags.site = 'n' AND tags.site != 'x'"));
    index.set('a', aCondition("tags.site = 's'"));
    expect(candidates(index, aSubject({ tags: { site: 'n' } }))).toEqual(['b']);
    expect(candidates(index, aSubject({ tags: { site: 's' } }))).toEqual(['a']);
    index.set('a', aCondition(''));
    index.delete('b');
    index.delete('never');
    expect(candidates(index, aSubject({ tags: { site: 's' } }))).toEqual([]);
    expect(index.isReadBelow('tags', { site: 1 })).toBe(false);
  });
});

describe('candidates of odd subjects', () => {
  it('when a subject has nothing at a root, no condition that names a value there is a candidate', () => {
    expect([...indexOf(["tags.site = 'n'", '*']).candidates(() => undefined)]).toEqual(['*']);
  });
});

describe('isReadBelow', () => {
  it.each<[boolean, string, Json]>([
    [true, 'the path itself', { a: { b: 1 } }],
    [true, 'a value above it', { a: 5 }],
    [true, 'the removal above it', { a: null }],
    [true, 'an array above it', { a: [] }],
    [true, 'an object at the path', { a: { b: {} } }],
    [true, 'a value below it', { a: { b: { c: 1 } } }],
    [true, 'the whole root', null],
    [false, 'a neighbour', { a: { c: 1 } }],
    [false, 'another path', { b: 1 }],
    [false, 'nothing', {}],
    [false, 'a name that objects inherit', { constructor: 1 }],
  ])('when a condition reads tags.a.b, that is %s of a change of %s', (isRead, _what, patch) => {
    expect(indexOf(['tags.a.b > 5']).isReadBelow('tags', patch)).toBe(isRead);
  });

  it('when only tags are read, no report is', () => {
    expect(indexOf(['tags.a > 5']).isReadBelow('reported', { a: 1 })).toBe(false);
  });

  it('when one of two readers goes, the path is still read', () => {
    const index = indexOf(['tags.a > 5', 'tags.a > 6 OR tags.a.b > 1']);
    index.delete('tags.a > 6 OR tags.a.b > 1');
    expect(index.isReadBelow('tags', { a: 1 })).toBe(true);
    index.delete('tags.a > 5');
    expect(index.isReadBelow('tags', null)).toBe(false);
  });
});

const key = fc.constantFrom('a', 'b', '__proto__');
const path = fc.oneof(
  fc.constant('deviceId'),
  fc
    .tuple(fc.constantFrom('tags', 'properties.reported'), fc.array(key, { minLength: 1, maxLength: 2 }))
    .map(([root, keys]) => `${root}.${keys.join('.')}`),
);
const literal = fc.constantFrom('null', 'true', 'false', '0', '1', "'d1'", "'x'", "''");
const atom = fc.oneof(
  path,
  literal,
  fc
    .tuple(path, fc.constantFrom('=', '!=', '<', '>='), fc.oneof(literal, literal, path))
    .map(([left, sign, right]) => `${left} ${sign} ${right}`),
  fc.tuple(literal, path).map(([left, right]) => `${left} = ${right}`),
  fc
    .tuple(path, fc.constantFrom('IN', 'NIN'), fc.array(literal, { minLength: 1, maxLength: 3 }))
    .map(([subject, sign, values]) => `${subject} ${sign} [${values.join(', ')}]`),
  path.map((each) => `IS_DEFINED(${each === 'deviceId' ? 'tags.a' : each})`),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc.tuple(tie('condition'), tie('condition')).map(([left, right]) => `(${left}) AND (${right})`),
    fc.tuple(tie('condition'), tie('condition')).map(([left, right]) => `(${left}) OR (${right})`),
    tie('condition').map((inner) => `NOT (${inner})`),
  ),
}));
const scalar = fc.constantFrom<Json[]>(true, false, 0, 1, 'd1', 'x', '', [1]);
const section = fc.dictionary(key, fc.oneof(scalar, fc.dictionary(key, scalar, { maxKeys: 2 })), { maxKeys: 3 });
const subject = fc
  .record({ deviceId: fc.constantFrom('d1', 'd2'), tags: section, reported: section })
  .map((parts) => parts as ConditionSubject);

describe('any conditions and any devices', () => {
  it('when a condition matches, it is a candidate, whatever came and went before', () => {
    const change = fc.record({ name: fc.constantFrom('p', 'q', 'r', 's'), text: fc.option(condition) });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.array(subject, { minLength: 1, maxLength: 5 }),
        (changes, subjects) => {
          const index = createConditionIndex<string>();
          const kept = new Map<string, Condition>();
          for (const { name, text } of changes) {
            if (text === null) {
              index.delete(name);
              kept.delete(name);
            } else {
              index.set(name, aCondition(text));
              kept.set(name, aCondition(text));
            }
          }
          for (const each of subjects) {
            const found = index.candidates(valuesOf(each));
            for (const [name, its] of kept) if (matches(its, each)) expect([...found]).toContain(name);
            expect([...kept.keys()]).toEqual(expect.arrayContaining([...found]));
          }
        },
      ),
      { numRuns: 3000, seed: 20261121 },
    );
  });

  it('when a patch changes what a condition says, the condition reads what it changes', () => {
    const patch = fc.dictionary(
      key,
      fc.oneof(scalar, fc.constant(null), fc.dictionary(key, fc.oneof(scalar, fc.constant(null)), { maxKeys: 2 })),
      { maxKeys: 2 },
    );
    fc.assert(
      fc.property(
        condition,
        subject,
        fc.constantFrom('tags' as const, 'reported' as const),
        patch,
        (text, before, root, change) => {
          const its = aCondition(text);
          const after = { ...before, [root]: applyMergePatch(before[root], change) };
          if (matches(its, before) !== matches(its, after))
            expect(indexOf([text]).isReadBelow(root, change as JsonObject)).toBe(true);
        },
      ),
      { numRuns: 3000, seed: 20261121 },
    );
  });
});
