// What becomes of a twin's section when configurations come and go: what they wrote, what was there, what somebody changed since.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { automaticConfiguration } from '#domain/layering/automatic-configuration.ts';
import { isSameBook, settleTwin, type StoredWrite, type TwinState } from '#domain/layering/automatic-writes.ts';
import type { AutomaticConfiguration, RemovalRule } from '#domain/records/deployment.ts';
import { withoutNulls, withoutValue, withValue } from '#domain/values/path-writes.ts';
import { aConfiguration } from '#test/support/build-deployment.ts';

const steps = (path: string): readonly string[] => (path === '' ? [] : path.split('.'));

function writing(id: string, onRemoval: RemovalRule, writes: JsonObject, priority = 1): AutomaticConfiguration {
  const content = Object.fromEntries(
    Object.entries(writes).map(([path, value]) => [`properties.desired.${path}`, value]),
  );
  return aConfiguration({ id, onRemoval, content, priority });
}

/** The twin after each set of configurations in turn, evaluated once each. */
function after(section: JsonObject, ...turns: readonly (readonly AutomaticConfiguration[])[]): TwinState {
  return turns.reduce<TwinState>(
    ({ section: present, stored }, matched) =>
      settleTwin({ section: present, stored, wanted: automaticConfiguration(matched).writes, isWhole: false }),
    { section, stored: [] },
  );
}

const bookOf = ({ stored }: TwinState): readonly string[] =>
  stored.map(({ path, configurationId, isLeft }) => `${path.join('.')} by ${configurationId}${isLeft ? ', left' : ''}`);

describe('settleTwin', () => {
  const keep = writing('keep', 'leave', { a: 1 });
  const take = writing('take', 'remove', { b: { x: 1, y: 2 } });

  it('when configurations write, their values stand beside what was there, and the book says whose they are', () => {
    const state = after({ own: 1, b: 'old' }, [keep, take]);
    expect(state.section).toEqual({ own: 1, a: 1, b: { x: 1, y: 2 } });
    expect(bookOf(state)).toEqual(['a by keep', 'b by take']);
  });

  it('when a configuration goes, its values are left or taken away by its rule', () => {
    const state = after({ own: 1 }, [keep, take], []);
    expect(state.section).toEqual({ own: 1, a: 1 });
    expect(bookOf(state)).toEqual(['a by keep, left']);
  });

  it('when somebody changed a part of what a configuration wrote, only the rest is taken away', () => {
    const { stored } = after({}, [take]);
    const state = settleTwin({ section: { b: { x: 5, y: 2, z: 3 } }, stored, wanted: [], isWhole: false });
    expect(state).toEqual({ section: { b: { x: 5, z: 3 } }, stored: [] });
  });

  it('when nothing that was left stands as it was written, the book forgets it', () => {
    const { stored } = after({}, [keep]);
    expect(settleTwin({ section: { a: 2 }, stored, wanted: [], isWhole: false }).stored).toEqual([]);
    expect(settleTwin({ section: { a: 1 }, stored, wanted: [], isWhole: false }).stored).toHaveLength(1);
  });

  it('when what was left is written again, it is left no more', () => {
    expect(bookOf(after({}, [keep], [], [keep]))).toEqual(['a by keep']);
  });

  it('when what was left is to be removed after all, it goes', () => {
    const left = after({ own: 1 }, [keep], []);
    const asked = left.stored.map((write) => ({ ...write, onRemoval: 'remove' as const }));
    expect(settleTwin({ ...left, stored: asked, wanted: [], isWhole: false })).toEqual({
      section: { own: 1 },
      stored: [],
    });
  });

  it('when a higher configuration goes, the value of the lower one comes back', () => {
    const high = writing('high', 'remove', { 'b.x': 9 }, 2);
    expect(after({}, [take, high]).section).toEqual({ b: { x: 9, y: 2 } });
    expect(after({}, [take, high], [take]).section).toEqual({ b: { x: 1, y: 2 } });
    expect(after({}, [take, high], [high]).section).toEqual({ b: { x: 9 } });
  });

  it('when deployments write the section whole, nothing of it counts as left or is taken away', () => {
    const { stored } = after({}, [keep, take]);
    const whole = { a: 1, b: { x: 1 } };
    expect(settleTwin({ section: whole, stored, wanted: [], isWhole: true })).toEqual({ section: whole, stored: [] });
  });
});

describe('isSameBook', () => {
  const write: StoredWrite = {
    path: ['a', 'b'],
    configurationId: 'x' as DeploymentId,
    value: { c: 1 },
    onRemoval: 'leave',
    isLeft: false,
  };
  const other = { ...write, path: ['z'] };
  it('when the same writes come in another order, it is the same', () => {
    expect(isSameBook([write, other], [other, { ...write, value: { c: 1 } }])).toBe(true);
  });
  it.each<[string, readonly StoredWrite[]]>([
    ['one is missing', [write]],
    ['a path differs', [write, { ...other, path: ['y'] }]],
    ['a writer differs', [write, { ...other, configurationId: 'y' as DeploymentId }]],
    ['a rule differs', [write, { ...other, onRemoval: 'remove' }]],
    ['one was left', [write, { ...other, isLeft: true }]],
    ['a value differs', [write, { ...other, value: null }]],
  ])('when %s, it is another', (_, book) => {
    expect(isSameBook([write, other], book)).toBe(false);
  });
});

describe('withValue', () => {
  it.each<[string, JsonObject, string, Json, JsonObject]>([
    ['a value is new', { x: 1 }, 'a.b', 2, { x: 1, a: { b: 2 } }],
    ['a value is there, it is replaced whole', { a: { b: 1 } }, 'a', { c: 2 }, { a: { c: 2 } }],
    ['a scalar is in the way, it gives way', { a: 5 }, 'a.b', 2, { a: { b: 2 } }],
    ['null comes, the value goes and its parent stays', { a: { b: 1 } }, 'a.b', null, { a: {} }],
    ['null comes where nothing is, no way to it is made', { x: 1 }, 'a.b', null, { x: 1 }],
    ['null comes below a scalar, it stays', { a: 5 }, 'a.b', null, { a: 5 }],
    ['null comes for a missing value, nothing changes', { x: 1 }, 'a', null, { x: 1 }],
    ['the whole section is written', { x: 1 }, '', { y: 2 }, { y: 2 }],
    ['the whole section is taken away', { x: 1 }, '', null, {}],
  ])('when %s', (_, section, path, value, expected) => {
    const before = structuredClone(section);
    expect(withValue(section, steps(path), value)).toEqual(expected);
    expect(section).toEqual(before);
  });
});

describe('withoutValue', () => {
  it.each<[string, JsonObject, string, Json, JsonObject]>([
    ['it stands as it was written, it goes', { x: 1, a: 2 }, 'a', 2, { x: 1 }],
    ['it was changed, it stays', { a: 3 }, 'a', 2, { a: 3 }],
    ['it is gone, nothing happens', { x: 1 }, 'a.b', 2, { x: 1 }],
    ['a scalar is in the way, it stays', { a: 5 }, 'a.b', 2, { a: 5 }],
    ['its parent is empty then, that goes too', { a: { b: 2 } }, 'a.b', 2, {}],
    ['its parent holds more, that stays', { a: { b: 2, c: 3 } }, 'a.b', 2, { a: { c: 3 } }],
    ['its parent was empty before, that stays', { a: {} }, 'a.b', 2, { a: {} }],
    [
      'it is an object, what equals goes',
      { a: { b: 1, c: 2, d: 3 } },
      'a',
      { b: 1, c: 9, e: 5 },
      { a: { c: 2, d: 3 } },
    ],
    ['it became an object, it stays', { a: { b: 1 } }, 'a', 1, { a: { b: 1 } }],
    ['it was the whole section', { b: 1, c: 2 }, '', { b: 1 }, { c: 2 }],
    ['it was the whole section and all of it stands', { b: 1 }, '', { b: 1 }, {}],
    ['it was a removal, there is nothing to take', { a: 1 }, 'b', null, { a: 1 }],
  ])('when %s', (_, section, path, value, expected) => {
    expect(withoutValue(section, steps(path), value)).toEqual(expected);
  });
});

it('when a value has nulls at any depth, they are dropped and nothing else', () => {
  expect(withoutNulls({ a: null, b: { c: null, d: [1] }, e: 'x' })).toEqual({ b: { d: [1] }, e: 'x' });
  expect(withoutNulls(null)).toBeNull();
});

const path = fc.constantFrom('a', 'b', 'a.b', 'a.c', 'a.b.c');
const value = fc.constantFrom<Json>(1, 2, null, { b: 1 }, { b: { c: 1 }, c: 2 });
const matchedSet = fc
  .array(
    fc.record({
      id: fc.constantFrom('p', 'q', 'r'),
      rule: fc.constantFrom<RemovalRule>('leave', 'remove'),
      writes: fc.dictionary(path, value, { minKeys: 1, maxKeys: 3 }),
    }),
    { maxLength: 3 },
  )
  .map((all) => [...new Map(all.map(({ id, rule, writes }) => [id, writing(id, rule, writes)])).values()]);

it('when configurations come and go in any way, one evaluation comes to rest', () => {
  const someSection = fc.dictionary(
    fc.constantFrom('a', 'b', 'x'),
    fc.constantFrom<Json>(1, { b: 1 }, { b: { c: 1 }, y: 2 }),
  );
  fc.assert(
    fc.property(
      someSection,
      fc.array(matchedSet, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (section, turns, isWhole) => {
        const last = automaticConfiguration(turns.at(-1) ?? []).writes;
        const state = after(section, ...turns.slice(0, -1));
        // What deployments write whole is the same again at the next evaluation.
        const from = isWhole ? section : state.section;
        const once = settleTwin({ section: from, stored: state.stored, wanted: last, isWhole });
        const twice = settleTwin({
          section: isWhole ? section : once.section,
          stored: once.stored,
          wanted: last,
          isWhole,
        });
        expect(twice.section).toEqual(once.section);
        expect(isSameBook(twice.stored, once.stored)).toBe(true);
      },
    ),
    { seed: 20261121, numRuns: 1000 },
  );
});
