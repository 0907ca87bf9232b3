// JSON text as people and programs leave it: every mistake is told with its line and column, and valid JSON reads as JSON.parse does.
import { describe, expect, test } from 'vitest';
import { parseJson, readJson } from '#domain/values/deployment-file-json.ts';

const refusal = (text: string): string => {
  const result = parseJson(text);
  return result.ok ? 'read' : result.problems.map(({ at, message }) => `${at}: ${message}`).join('|');
};

describe('what is JSON', () => {
  test.each([
    'null',
    ' true ',
    '-0',
    '[]',
    '{}',
    '[[],{},[{}]]',
    '{"a":[1,2.5,-3e-2,1E3],"b":{"c":null,"":false}}',
    '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00 ü 😀"}',
    '[9007199254740991,-9007199254740991,1e300,0.1]',
    '\r\n{\r\n\t"a" : [ 1 , 2 ] }\r\n',
  ])('when it is %j, it reads as JSON.parse reads it', (text) => {
    expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  test('when it begins with a byte order mark, the mark is no part of it', () => {
    expect(parseJson('\uFEFF{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
    expect(refusal('\uFEFF{,')).toContain('line 1, column 2');
  });

  test('when a key is __proto__, it is a key', () => {
    const result = parseJson('{"__proto__":{"x":1},"constructor":2}');
    expect(result.ok && Object.entries(result.value as object)).toEqual([
      ['__proto__', { x: 1 }],
      ['constructor', 2],
    ]);
    expect({}).not.toHaveProperty('x');
  });

  test('when it is read in portions, it is the same document', () => {
    const text = JSON.stringify({ a: [1, { b: 'x' }, [], {}], c: null });
    const reading = readJson(text);
    let portions = 0;
    let result = reading.advance(1);
    for (; result === undefined; result = reading.advance(1)) portions += 1;
    expect(result).toEqual({ ok: true, value: JSON.parse(text) });
    expect(portions).toBeGreaterThan(4);
  });
});

describe('what is not', () => {
  test.each([
    ['', 'line 1, column 1: the file is empty: choose another.'],
    [' \n', 'line 2, column 1: the file is empty'],
    ['\uFEFF', 'line 1, column 1: the file is empty'],
    ['{\n  "a": 1,\n}', 'line 2, column 9: a comma stands before }: remove it.'],
    ['[1,\r\n2,]', 'line 2, column 2: a comma stands before ]: remove it.'],
    ['{\r"a" 1}', 'line 2, column 5: a colon is missing behind the key "a": write one.'],
    ['// x\n{}', 'line 1, column 1: JSON has no comments: remove this one.'],
    ['{"a": /* x */ 1}', 'line 1, column 7: JSON has no comments'],
    ['{"a": 1 // x\n}', 'line 1, column 9: JSON has no comments'],
    ['{"a": 1,\n # x\n}', 'line 2, column 2: JSON has no comments'],
    ['{} // x', 'line 1, column 4: JSON has no comments'],
    ['{}{}', 'line 1, column 3: the document ended before this: keep one JSON document in the file.'],
    ["{'a': 1}", 'line 1, column 2: JSON writes texts in double quotes'],
    ['{"a": “x”}', 'line 1, column 7: JSON writes texts in double quotes'],
    ['[”x”]', 'JSON writes texts in double quotes'],
    ['{a: 1}', 'line 1, column 2: "a" stands where a key in double quotes belongs: put keys in double quotes.'],
    ['{"a": b}', 'line 1, column 7: "b" stands where a value belongs: put texts in double quotes.'],
    ['[,1]', 'line 1, column 2: "," stands where a value belongs'],
    ['[True]', 'line 1, column 2: True is not spelled as in JSON: write true, false or null in small letters.'],
    ['[NaN]', 'JSON has no NaN: write null, or leave the key out.'],
    ['[undefined]', 'JSON has no undefined'],
    ['[-Infinity]', 'JSON has no -Infinity'],
    ['[01]', '01 is not a number of JSON'],
    ['[+1]', '+1 is not a number of JSON'],
    ['[.5]', '.5 is not a number of JSON'],
    ['[0x1F]', '0x1F is not a number of JSON'],
    ['[1.2.3]', '1.2.3 is not a number of JSON'],
    ['{"n": 9007199254740993}', 'line 1, column 7: "9007199254740993" is too large to be kept exactly'],
    ['[1e999]', '"1e999" is too large to be kept exactly: write it as a text.'],
    ['{"a":1,\n "a":2}', 'line 2, column 2: the key "a" is there twice in one object: keep one of the two.'],
    [`{"${'k'.repeat(50)}":1,"${'k'.repeat(50)}":2}`, `the key "${'k'.repeat(40)}…" is there twice`],
    ['{"a": "x', 'line 1, column 7: the text does not end: close it with a double quote.'],
    ['{"a": "x\n"}', 'line 1, column 9: the text goes over the end of the line'],
    ['["x\r"]', 'the text goes over the end of the line'],
    ['["\t"]', 'line 1, column 3: a text may not hold a control character'],
    ['["\\x"]', 'line 1, column 3: \\x means nothing in JSON: write \\\\ for a backslash.'],
    ['["\\', '\\ means nothing in JSON'],
    ['["C:\\Users"]', '\\U means nothing in JSON'],
    ['["\\u12G4"]', '\\u takes four hexadecimal digits: write them.'],
    ['["\\ud800"]', 'line 1, column 2: the text holds half of a character'],
    ['{"\\x":1}', '\\x means nothing in JSON'],
    ['{"a": [1, 2', 'line 1, column 12: the text ends inside a list: ] is missing.'],
    ['{"a": 1', 'the text ends inside an object: } is missing.'],
    ['{"a":', 'line 1, column 6: the text ends where a value belongs.'],
    ['{"a": [1}', 'line 1, column 9: } stands where ] belongs: close what was opened last first.'],
    ['{"a": 1]', '] stands where } belongs'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: a comma is missing before this: write one.'],
    ['\u0000', 'stands where a value belongs'],
  ])('when it is %j, it says where and what', (text, words) => {
    expect(refusal(text)).toContain(words);
  });

  test('when it nests too deep, it says so at once, however deep it goes', () => {
    expect(refusal('['.repeat(64) + ']'.repeat(64))).toBe('read');
    expect(refusal('['.repeat(65) + ']'.repeat(65))).toBe(
      'line 1, column 65: it nests more than 64 levels deep here: flatten it.',
    );
    expect(refusal('{"a":'.repeat(1_000_000))).toContain('nests more than 64 levels deep');
  });

  test('when it holds too many values, it says so at the first too many', () => {
    expect(refusal(`[${'1,'.repeat(1_000_000)}1]`)).toBe(
      'line 1, column 2000000: it holds more than 1000000 values: split the file.',
    );
  });
});
