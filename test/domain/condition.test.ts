// What conditions match: the published cases in full, and the corners of the language.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { matches, parseCondition } from '#domain/conditions/condition.ts';
import { aSubject, problemsOf, readCondition } from '#test/support/read-condition.ts';
import published from '#test/fixtures/conditions.json' with { type: 'json' };

function refusalOf(text: string): readonly Problem[] {
  return problemsOf(parseCondition(text));
}

describe('published cases', () => {
  const subjects = published.twins.map(({ deviceId, tags, properties }) =>
    aSubject(tags as JsonObject, properties.reported as JsonObject, deviceId),
  );

  test.each(published.cases)('when the condition is $condition', ({ condition, matches: expected, refused }) => {
    if (refused === undefined) {
      const matched = subjects.filter((subject) => matches(readCondition(condition), subject));
      expect(matched.map(({ deviceId }) => deviceId)).toEqual(expected);
    } else {
      expect(refusalOf(condition)).not.toEqual([]);
    }
  });

  const positions = published.cases.flatMap(({ condition, refused }) => {
    const at = /unexpected character at (\d+)/.exec(refused ?? '')?.[1];
    return at === undefined ? [] : [{ condition, at: Number(at) }];
  });
  test.each(positions)('when $condition is refused, the place is told', ({ condition, at }) => {
    expect(refusalOf(condition).map((problem) => problem.at)).toEqual([at]);
  });
});

describe('the corners of the language', () => {
  const subject = aSubject(
    {
      site: 'north',
      ring: 2,
      on: true,
      off: false,
      list: ['a'],
      place: { floor: 1, 'a b': { ']': 'x' } },
      '9': 'nine',
      $odd_key: 1,
      and: 'keyword',
    },
    { fw: 'v2.1' },
  );
  const cases: readonly [string, boolean][] = [
    // roots and segments
    ["DEVICEID = 'edge-1' AND TAGS.site = 'north' AND Properties.Reported.fw = 'v2.1'", true],
    ["tags.Site = 'north'", false],
    ["tags.place.[[a b]].[[]]] = 'x'", true],
    ['tags.10 = null', true],
    ["tags.9 = 'nine' AND tags.[[9]] = 'nine'", true],
    ["tags.[[site]] = 'north'", true],
    ['tags.$odd_key = 1', true],
    ["tags.and = 'keyword'", true],
    ['tags.place.floor.deeper = 1', false],
    ['tags.toString = null AND tags.__proto__ = null AND tags.constructor.name = null', true],
    // keywords, blanks, parentheses
    ["tags.site='north'and(tags.ring=2)or not tags.on", true],
    ["\r\n tags.site\t=\n'north' ", true],
    ['((((tags.on))))', true],
    ['NOT NOT tags.on', true],
    // literals
    ['tags.ring = 2.0 AND tags.ring = +2 AND tags.ring = 0.2e1 AND tags.ring = 20E-1', true],
    ["'it''s' = 'it''s'", true],
    ["''''= ''''", true],
    ['true', true],
    ['false OR NOT false', true],
    ["'true'", false],
    ["NOT 'x' AND NOT 5 AND NOT null", true],
    ['null = null AND NOT null != null', true],
    ["'x' = null", false],
    ["'x' != null", true],
    ['null < 1 OR NOT null < 1', false],
    // presence
    ['tags.list != null AND tags.place != null AND null != tags.site', true],
    ['tags.missing = null AND null = tags.missing', true],
    ['tags.missing < null OR NOT tags.missing < null', false],
    ['IS_DEFINED(tags.place) AND Is_Defined ( deviceId ) AND NOT IS_DEFINED(tags.missing)', true],
    // comparing
    ["2 = tags.ring AND 'north' = tags.site", true],
    ["tags.ring = '2' OR tags.on = 'true' OR tags.on = 1", false],
    ["tags.ring != '2' AND tags.on <> 1", true],
    ["tags.ring < '3' OR NOT tags.ring < '3'", false],
    ['tags.site < 3 OR NOT tags.site < 3', false],
    ['tags.off < tags.on OR NOT tags.off < tags.on', false],
    ['NOT tags.ring <= 1 AND NOT tags.ring >= 3', true],
    ['tags.ring >= 2 AND tags.ring <= 2 AND NOT tags.ring > 2 AND NOT tags.ring < 2', true],
    ["tags.site > 'norte' AND tags.site < 'nortz' AND 'Z' < 'a'", true],
    ['tags.list = tags.list OR tags.list != 1 OR tags.place = tags.place', false],
    ['tags.ring = tags.place.floor OR tags.place.floor = 1', true],
    ['(tags.ring = 2) = true', true],
    ['(tags.missing = 2) = true OR NOT (tags.missing = 2) = true', false],
    // three values
    ["tags.missing != 'x'", false],
    ["NOT tags.missing = 'x'", false],
    ["NOT (tags.missing = 'x' AND tags.off)", true],
    ["tags.missing = 'x' OR tags.on", true],
    ["NOT (tags.missing = 'x' OR tags.off)", false],
    ['tags.missing OR NOT tags.missing', false],
    // lists and texts
    ["tags.site IN ['south', 'north'] AND tags.ring nin [1, '2'] AND tags.on IN [null, true]", true],
    ['tags.missing IN [null] AND NOT tags.missing NIN [1, null]', true],
    ["tags.missing NIN ['x'] OR tags.missing IN ['x']", false],
    ["STARTSWITH(tags.site, 'no') AND EndsWith(tags.site, 'th') AND CONTAINS(tags.site, 'ort')", true],
    ["CONTAINS(tags.site, 'x')", false],
    ["STARTSWITH(tags.ring, '2') OR NOT STARTSWITH(tags.ring, '2')", false],
  ];

  test.each(cases)('when the condition is %s, it matches: %s', (text, expected) => {
    expect(matches(readCondition(text), subject)).toBe(expected);
  });

  test('when a condition is empty it matches no device, and * matches every one', () => {
    expect(['', ' \n', '*', ' * '].map((text) => matches(readCondition(text), subject))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    // Certainly not, rather than unknown.
    expect(readCondition('').test(subject)).toBe(false);
  });
});

describe('what a condition tells of itself', () => {
  test('when it is asked what it reads, it names every path', () => {
    const condition = readCondition(
      "deviceId = 'a' AND (IS_DEFINED(tags.b.c) OR NOT STARTSWITH(properties.reported.d, 'x')) AND tags.e IN [1]",
    );
    expect(condition.paths).toEqual([
      { root: 'deviceId', segments: [] },
      { root: 'tags', segments: ['b', 'c'] },
      { root: 'reported', segments: ['d'] },
      { root: 'tags', segments: ['e'] },
    ]);
  });

  test.each([
    ["tags.a = 'x'", true],
    ["NOT tags.a IN ['x']", false],
    ["tags.b OR CONTAINS(tags.a, 'x')", false],
    ['*', true],
  ])('when it is %j, it is portable to IoT Hub: %s', (text, expected) => {
    expect(readCondition(text)).toMatchObject({ text, isPortable: expected });
  });
});

describe('bounds', () => {
  test('when it is as long as it may be it is read, one character more is refused', () => {
    const longest = `tags.a = '${'x'.repeat(8192 - 11)}'`;
    expect(longest).toHaveLength(8192);
    expect(refusalOf(longest)).toEqual([]);
    expect(refusalOf(`${longest} `)).toMatchObject([{ at: 8192, message: expect.stringContaining('has 8193') }]);
    expect(refusalOf(' '.repeat(8192))).toEqual([]);
    expect(refusalOf(' '.repeat(8193))).toMatchObject([{ at: 8192 }]);
  });

  test('when it nests without end, it is refused and the stack survives', () => {
    for (const text of ['('.repeat(8000), 'NOT '.repeat(2000), `${'NOT ('.repeat(1500)}tags.a`]) {
      expect(refusalOf(text)).toMatchObject([{ message: expect.stringContaining('nests more than 100 levels') }]);
    }
    const deep = `${'('.repeat(100)}tags.a${')'.repeat(100)}`;
    expect(refusalOf(deep)).toEqual([]);
    expect(refusalOf(`(${deep})`)).toHaveLength(1);
  });

  test('when a chain is as long as a condition may be, it is matched', () => {
    const chain = Array.from({ length: 800 }, () => 'tags.a').join(' OR ');
    expect(matches(readCondition(chain), aSubject({ a: true }))).toBe(true);
  });
});
