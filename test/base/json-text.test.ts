// The one key that a text may not have, however it is spelled, and all the others.
import { expect, test } from 'vitest';
import { parseJson } from '#base/json-text.ts';

test.each([
  String.raw`{"\\":1}`,
  String.raw`{"a":{"\\" : 1}}`,
  String.raw`[{"\u005c":1}]`,
  String.raw`{"\u005C"` + '\n\t:1}',
])('when a text is %s, it is not read', (text) => {
  expect(() => parseJson(text)).toThrow('one backslash');
});

test.each([
  [String.raw`{"\n":1,"\"":2,"\u0041":3}`, { '\n': 1, '"': 2, A: 3 }],
  [String.raw`{"a\\b":"\\"}`, { 'a\\b': '\\' }],
  [String.raw`["\\","\\"]`, ['\\', '\\']],
])('when a text is %s, it is read as it is written', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test('when one sender sent the key, what others send is still read right', () => {
  for (let times = 0; times < 5; times++) expect(() => parseJson(String.raw`{"\\":1}`)).toThrow('one backslash');
  expect(parseJson(String.raw`{"\n":2}`)).toEqual({ '\n': 2 });
});

test('when a text is no JSON, the platform says why', () => {
  expect(() => parseJson('{')).toThrow(SyntaxError);
});
