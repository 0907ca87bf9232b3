// From the path that a check names to the place in the text.
import { expect, test } from 'vitest';
import { placeOf, placesIn } from '#renderer/editors/json-places.ts';

const json = '{\n  "a": { "b c": [1, {"x": "y"}], "__proto__": true },\n  "d": "e\\"f"\n}';
const places = placesIn(json);
const textAt = (path: string) => {
  const { from, to } = placeOf(places, path);
  return json.slice(from, to);
};

test.each([
  ['', json],
  ['a["b c"]', '[1, {"x": "y"}]'],
  ['a["b c"][0]', '1'],
  ['a["b c"][1].x', '"y"'],
  ['a.__proto__', 'true'],
  ['d', '"e\\"f"'],
])('when %j is asked for, it is found', (path, text) => {
  expect(textAt(path)).toBe(text);
});

test.each([
  ['a["b c"][1].missing.deeper', '{"x": "y"}'],
  ['a["b c"][7]', '[1, {"x": "y"}]'],
  ['nothing', json],
])('when %j is not there, it leads to what should hold it', (path, text) => {
  expect(textAt(path)).toBe(text);
});

test('when the text is no JSON, what can be read of it is found and it ends', () => {
  for (const text of ['', '{', '{"a"', '{"a":', '[1,,2', '{]}', '{"a" "b"}', '}}}', '"\\'])
    expect(placeOf(placesIn(text), 'a').from).toBeLessThanOrEqual(text.length);
});
