// Values below a section of a twin: what is its own, and nothing that objects and texts have by themselves.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { valueReader } from '#domain/conditions/expression-read.ts';

const section = JSON.parse(
  '{"a": {"b": {"c": 1}, "n": null}, "list": [{"x": 1}], "text": "abc", "valueOf": 2, "__proto__": {"toString": {"d": 3}}}',
) as JsonObject;

test.each<[readonly string[], unknown]>([
  [[], section],
  [['a'], section['a']],
  [['a', 'b', 'c'], 1],
  [['a', 'n'], null],
  [['a', 'n', 'x'], undefined],
  [['a', 'x'], undefined],
  [['x', 'a'], undefined],
  [['list', '0'], undefined],
  [['list', 'length'], undefined],
  [['text', 'length'], undefined],
  [['a', 'b', 'c', 'd'], undefined],
  [['valueOf'], 2],
  [['toString'], undefined],
  [['__proto__', 'toString', 'd'], 3],
  [['a', '__proto__'], undefined],
  [['a', 'constructor', 'name'], undefined],
])('when the value at %j is read, it is what the twin holds there', (segments, expected) => {
  expect(valueReader(segments)(section)).toEqual(expected);
});

test('when a section has no prototype, it is read the same', () => {
  const bare = Object.assign(Object.create(null) as JsonObject, { toString: 1, a: 2 });
  expect([['toString'], ['valueOf'], ['a'], ['b']].map((segments) => valueReader(segments)(bare))).toEqual([
    1,
    undefined,
    2,
    undefined,
  ]);
});
