// The smallest places in which two documents differ.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isJsonObject, type Json } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { changedValues, leavesOf, valueAtPath } from '#domain/values/value-difference.ts';

test.each<readonly [string, Json | undefined, Json | undefined, readonly unknown[]]>([
  ['nothing differs', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['a value changes', { a: { b: 1 } }, { a: { b: 2 } }, [{ path: ['a', 'b'], before: 1, after: 2 }]],
  ['a value comes', {}, { a: { b: 1 } }, [{ path: ['a', 'b'], after: 1 }]],
  ['a value goes', { a: { b: 1 }, c: 2 }, { c: 2 }, [{ path: ['a', 'b'], before: 1 }]],
  ['an array differs', { a: [1] }, { a: [2] }, [{ path: ['a'], before: [1], after: [2] }]],
  ['an object gives way to a scalar', { a: { b: 1 } }, { a: 1 }, [{ path: ['a'], before: { b: 1 }, after: 1 }]],
  ['a scalar gives way to an object', { a: 1 }, { a: { b: 1 } }, [{ path: ['a'], before: 1, after: { b: 1 } }]],
  ['an empty object is filled', { a: {} }, { a: { b: 1 } }, [{ path: ['a', 'b'], after: 1 }]],
  ['an empty object comes', {}, { a: {} }, [{ path: ['a'], after: {} }]],
  ['a whole document comes', undefined, { a: 1 }, [{ path: ['a'], after: 1 }]],
  ['an empty document goes', {}, undefined, [{ path: [], before: {} }]],
  ['a key is inherited elsewhere', {}, { constructor: 1 }, [{ path: ['constructor'], after: 1 }]],
])('when %s, that place alone is told', (_what, before, after, changes) => {
  expect(changedValues(before, after)).toEqual(changes);
});

test('when a key is __proto__, it is a key', () => {
  const after = JSON.parse('{"__proto__": {"x": 1}}') as Json;
  expect(changedValues({}, after)).toEqual([{ path: ['__proto__', 'x'], after: 1 }]);
  expect(valueAtPath(after, ['__proto__', 'x'])).toBe(1);
  expect(valueAtPath({}, ['__proto__', 'x'])).toBeUndefined();
});

test('when a document is taken apart, its leaves are scalars, arrays and empty objects', () => {
  expect(leavesOf({ b: [1], a: { c: {}, d: 'x' } })).toEqual([
    { path: ['a', 'c'], value: {} },
    { path: ['a', 'd'], value: 'x' },
    { path: ['b'], value: [1] },
  ]);
});

test('when two documents are compared, there is a change exactly where they are not equal, and it reads both values', () => {
  const document = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.integer({ max: 2, min: 0 }), fc.constant([1]), tie('object')),
    object: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { maxKeys: 3 }),
  })).object as fc.Arbitrary<Json>;
  fc.assert(
    fc.property(document, document, (before, after) => {
      const changes = changedValues(before, after);
      expect(changes.length === 0).toBe(jsonEquals(before, after));
      for (const change of changes) {
        expect(change.before).toEqual(valueAtPath(before, change.path));
        // An empty object that gains values is told by them.
        if (!isJsonObject(change.after)) expect(change.after).toEqual(valueAtPath(after, change.path));
      }
    }),
    { seed: 20261121 },
  );
});
