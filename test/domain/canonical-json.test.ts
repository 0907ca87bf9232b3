// One text per value, whatever the order of its keys.
import { expect, test } from 'vitest';
import type { Json } from '#base/json.ts';
import { canonicalJson } from '#domain/values/canonical-json.ts';

test.each([
  [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
  [[{ b: [], a: null }, 'x', 1.5, true], '[{"a":null,"b":[]},"x",1.5,true]'],
  [JSON.parse('{"__proto__":{"z":1,"y":2}}') as Json, '{"__proto__":{"y":2,"z":1}}'],
  ['"', '"\\""'],
] as [Json, string][])('when the value is %j, its text is %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});
