// Conditions of routes, case by case: what IoT Edge's own routing makes of them, as far as its documentation and behaviour say.
import { describe, expect, test } from 'vitest';
import { parseRoute, takesMessage } from '#domain/route.ts';
import { routedMessage, type RoutedMessage } from '#domain/route-message.ts';

const weather = {
  Temperature: 50,
  Freezing: -50.4,
  Past: [20, 30, 40],
  Days: [{ Month: 'Feb', T: 40 }],
  On: true,
  Off: false,
  Nothing: null,
  Shadowed: 50,
  At: '2017-03-09T00:00:00.000Z',
  Place: { Street: 'One Way', City: 'Redmond', State: 'WA' },
};

function aMessage(change: Partial<Parameters<typeof routedMessage>[0]> = {}): RoutedMessage {
  return routedMessage({
    deviceId: 'd1',
    moduleId: 'm1',
    properties: {
      key1: 'value1',
      key2: '3',
      KEY3: 'VALUE3',
      $to: 'application',
      City: 'Redmond',
      '$body.w.Shadowed': '100',
      '$.to': 'system',
      '$.on': 'out1',
      '$.mid': 'id-1',
      '$.cid': 'c-1',
      '$.ct': 'application/json',
      '$.ce': 'utf-8',
      constructor: 'own',
      'humidity%': '40',
      '2026-01-note': 'n',
      'a-b.c_d~e#1': 'odd',
    },
    text: () => JSON.stringify({ w: weather, ['__proto__']: { own: 1 } }),
    ...change,
  });
}

/** `condition` and, to tell false from undefined, its opposite. */
function outcomeOf(condition: string, message = aMessage()): boolean | undefined {
  const [is, isNot] = [condition, `not (${condition})`].map((text) => {
    const route = parseRoute(`FROM /* WHERE ${text} INTO $upstream`);
    if (!route.ok) throw new Error(`${text}: ${route.problems[0]?.message}`);
    return takesMessage(route.value, message);
  });
  expect(is && isNot).toBe(false);
  return is ? true : isNot ? false : undefined;
}

const yes = true;
const no = false;
const unknown = undefined;

describe('comparisons', () => {
  test.each([
    ['3 = 3', yes],
    ['3 = 4', no],
    ['3 != 4', yes],
    ['3 <> 3', no],
    [`"3" = '3'`, yes],
    [`'a' < 'b'`, yes],
    [`'b' <= 'a'`, no],
    [`'B' < 'a'`, yes],
    ['true = true', yes],
    ['true > false', yes],
    ['false >= true', no],
    ['null = null', yes],
    ['null != null', no],
    ['null <= null', yes],
    ['null < null', no],
    ['undefined = undefined', unknown],
    ['undefined < undefined', unknown],
    [`none = 'x'`, unknown],
    [`none != 'x'`, unknown],
    [`none < 'x'`, unknown],
    ['3 + 4 <= 7', yes],
    ['1 < 2 = true', yes],
    ['1 / 0 = 10e1000', yes],
  ] as const)('when %s, it is %s', (condition, outcome) => expect(outcomeOf(condition)).toBe(outcome));
});

describe('properties', () => {
  test.each([
    [`key1 = 'value1'`, yes],
    [`KEY1 = 'value1'`, yes],
    [`key3 = 'VALUE3'`, yes],
    [`key3 = 'value3'`, no],
    [`constructor = 'own'`, yes],
    [`humidity% = '40'`, yes],
    [`2026-01-note = 'n'`, yes],
    [`a-b.c_d~e#1 = 'odd'`, yes],
    [`toString = 'own'`, unknown],
    [`__proto__ = 'own'`, unknown],
    [`$to = 'application'`, yes],
    [`{$to} = 'system'`, yes],
    [`{ $TO } = 'system'`, yes],
    [`$outputName = 'out1'`, yes],
    [`$messageId = 'id-1'`, yes],
    [`$correlationId = 'c-1' and $cid = 'c-1'`, yes],
    [`$contentType = 'application/json'`, yes],
    [`$connectionDeviceId = 'd1'`, yes],
    [`$connectionModuleId = 'm1'`, yes],
    ['is_defined($userId)', no],
    ['is_defined({$none})', no],
    [`$body = 'x'`, unknown],
  ] as const)('when %s, it is %s', (condition, outcome) => expect(outcomeOf(condition)).toBe(outcome));

  test('when the device itself sends, there is no module', () => {
    expect(outcomeOf('is_defined($connectionModuleId)', aMessage({ moduleId: null }))).toBe(false);
  });
});

describe('logic', () => {
  const three = { true: true, false: false, '(undefined = undefined)': undefined } as const;
  const pairs = Object.entries(three).flatMap(([leftText, left]) =>
    Object.entries(three).map(([rightText, right]) => ({ leftText, left, rightText, right })),
  );
  test.each(pairs)('when $leftText meets $rightText, unknown only counts where it decides', (pair) => {
    const { leftText, left, rightText, right } = pair;
    const kinds = [left, right];
    const both = kinds.includes(false) ? false : kinds.includes(undefined) ? undefined : true;
    const either = kinds.includes(true) ? true : kinds.includes(undefined) ? undefined : false;
    expect(outcomeOf(`${leftText} and ${rightText}`)).toBe(both);
    expect(outcomeOf(`${leftText} OR ${rightText}`)).toBe(either);
  });

  test.each([
    ['undefined or true', yes],
    ['undefined and false', no],
    ['not not true', yes],
    ['not true = false', yes],
    ['true or true and false', yes],
    ['not null', yes],
    ['null or true', yes],
    ['null or false', no],
    ['true or null', yes],
    ['(null and null) = null', yes],
    ['(null and false) = null', yes],
    ['(true and null) = null', yes],
    ['(null or null) = null', yes],
    [`none = 'x' or key1 = 'value1'`, yes],
    [`none = 'x' and key1 = 'value2'`, no],
  ] as const)('when %s, it is %s', (condition, outcome) => expect(outcomeOf(condition)).toBe(outcome));

  test.each([
    '3',
    `'a string'`,
    'key1',
    'undefined',
    'null',
    '$body.w.Temperature',
    '$body.none',
    'null and null',
    'undefined ?? undefined',
  ])('when the condition is %s alone, it takes nothing', (condition) => {
    const route = parseRoute(`FROM /* WHERE ${condition} INTO $upstream`);
    expect(route.ok && takesMessage(route.value, aMessage())).toBe(false);
  });
});

describe('arithmetic and texts', () => {
  test.each([
    ['3 + 4 * 2 = 11', yes],
    ['(3 + 4) * 2 = 14', yes],
    ['10 - 3 - 2 = 5', yes],
    ['7 % 4 = 3', yes],
    ['3 / 4 = .75', yes],
    ['-(3 + 4) = -7', yes],
    ['- - 3 = 3', yes],
    ['2 * -3 = -6', yes],
    ['0x1F = 31', yes],
    ['1e3 = 1000', yes],
    ['is_defined(3 % 0)', no],
    ['is_defined(-(3 % 0))', no],
    ['is_defined(3 / 0)', yes],
    ['as_number(key2) * 3 = 9', yes],
    ['as_number(key1) * 3 = 9', unknown],
    ['- as_number(none) = 1', unknown],
    [`'a' || key1 || 'd' = 'avalue1d'`, yes],
    [`is_defined('a' || none)`, no],
    [`"it's" = 'it\\'s'`, yes],
    [`'\\u0041\\\\' = "A\\\\"`, yes],
    [`(none ?? 'other') = 'other'`, yes],
    [`(none ?? none ?? key1) = 'value1'`, yes],
    [`(key1 ?? 'other') = 'value1'`, yes],
    ['(3 % 0 ?? 12.5) = 12.5', yes],
    [`key1 /* why */ = 'value1'`, yes],
    [`is_defined(-undefined)`, no],
  ] as const)('when %s, it is %s', (condition, outcome) => expect(outcomeOf(condition)).toBe(outcome));
});

describe('functions', () => {
  test.each([
    ['abs(-12) = 12', yes],
    ['ABS(as_number(key2)) = 3', yes],
    ['exp(0) = 1', yes],
    ['exp(4000) = 3 / 0', yes],
    ['power(2, 3) = 8', yes],
    ['square(3) = 9', yes],
    ['ceiling(-2.1) = -2', yes],
    ['floor(-2.1) = -3', yes],
    ['sign(-2.1) = -1', yes],
    ['sign(3 / 0) = 1', yes],
    ['is_defined(sign(3 % 0))', no],
    ['sqrt(4) = 2', yes],
    ['sqrt(-4) = -2', unknown],
    [`as_number('3') = 3`, yes],
    [`as_number(' +1,234.5e1 ') = 12345`, yes],
    [`as_number('.5') = 0.5`, yes],
    [`as_number('5.') = 5`, yes],
    [`as_number('10e1000') = 1 / 0`, yes],
    [`is_defined(as_number('apple'))`, no],
    [`is_defined(as_number(''))`, no],
    [`is_defined(as_number('.'))`, no],
    [`is_defined(as_number('0x1F'))`, no],
    ['as_number(as_number(4)) = 4', yes],
    ['is_bool(true)', yes],
    ['is_bool(12)', no],
    ['is_bool(none)', no],
    [`is_bool(none = 'x')`, unknown],
    ['is_defined(undefined)', no],
    ['is_defined(null)', yes],
    ['is_defined(key1)', yes],
    ['is_null(null)', yes],
    ['is_null(none)', no],
    ['is_null(3 / 0)', no],
    ['is_number(12.3)', yes],
    ['is_number(3 / 0)', no],
    ['is_number(as_number(key1))', no],
    [`is_number('3')`, no],
    [`is_string('x')`, yes],
    ['is_string(none)', no],
    ['is_string(true)', no],
    [`concat('a', 'b', key1, 'd') = 'abvalue1d'`, yes],
    [`is_defined(concat('a', none))`, no],
    [`length('HELLO') = 5`, yes],
    ['is_defined(length(none))', no],
    [`lower(key3) = 'value3'`, yes],
    [`upper(key1) = 'VALUE1'`, yes],
    [`substring('abc', 1) = 'bc'`, yes],
    [`substring('abc', 3) = ''`, yes],
    [`substring('abc', 4) = ''`, unknown],
    [`substring('abc', -1) = ''`, unknown],
    [`substring('abc', 1, 1) = 'b'`, yes],
    [`substring('hello', 4, 0) = ''`, yes],
    [`substring('abc', 3, 0) = ''`, unknown],
    [`substring('abc', 1, 3) = ''`, unknown],
    [`substring('abc', 1, -2) = ''`, unknown],
    [`substring('abc', 1 % 0, 1) = ''`, unknown],
    [`substring('hello', 1.9, 2.9) = 'el'`, yes],
    [`index_of('abcdef', 'cd') = 2`, yes],
    [`index_of('abc', 'xz') = -1`, yes],
    [`starts_with(key1, 'val')`, yes],
    [`starts_with('abc', key1)`, no],
    [`starts_with(none, '1')`, unknown],
    [`ends_with(key1, 'e1')`, yes],
    [`contains(key1, 'lue')`, yes],
    [`contains(key1, 'xz')`, no],
  ] as const)('when %s, it is %s', (condition, outcome) => expect(outcomeOf(condition)).toBe(outcome));
});

describe('the body', () => {
  test.each([
    ['$body.w.Temperature >= 50', yes],
    ['50 >= $BODY.w.Temperature', yes],
    [`$body.w.Temperature = '50'`, no],
    [`$body.w.Temperature <> '50'`, yes],
    ['$body.w.Past[0] + $body.w.Past[1] = 50', yes],
    ['$body.w.Past[2] / $body.w.Past[0] - 2 = 0', yes],
    ['$body.w.Past[3] = null', yes],
    ['$body.w.Temperature[0] = null', yes],
    ['$body.w.Temperature.Deeper = null', yes],
    [`$body.w.Days[0].Month = 'Feb'`, yes],
    ['$body.w.Place.City = City', yes],
    [`$body.w.Place.City || '!' = 'Redmond!'`, yes],
    ['$body.w.On', yes],
    ['not $body.w.Off', yes],
    ['$body.w.On = true', yes],
    ['$body.w.On and $body.w.Off', no],
    ['$body.w.On or $body.w.Off', yes],
    ['$body.w.On and true', yes],
    ['false or $body.w.On', yes],
    ['$body.none or true', unknown],
    ['$body.none and false', unknown],
    ['($body.w.On and $body.w.On) or undefined', yes],
    ['$body.w.Nothing = null', yes],
    ['$body.w.none = null', yes],
    ['$body.w.none.deeper = null', yes],
    ['$body.w.Temperature != null', yes],
    [`$body.w.none <> '100'`, yes],
    // Null stands above numbers and texts.
    ['$body.w.none > 5', yes],
    [`$body.w.On < 'x'`, yes],
    ['$body.w <> null', unknown],
    ['$body.w.Past = null', unknown],
    [`$body.w.At <> '100'`, unknown],
    ['is_defined($body.w.none)', yes],
    ['is_defined($body.w)', no],
    ['is_null($body.w.Nothing)', yes],
    ['is_null($body.w.none)', yes],
    ['is_null($body.w.Temperature)', no],
    ['is_null($body.w)', unknown],
    ['is_bool($body.w.On)', yes],
    ['is_bool($body.w.Temperature)', no],
    ['is_bool($body.w)', unknown],
    ['is_number($body.w.Temperature)', yes],
    ['is_string($body.w.Place.City)', yes],
    ['abs($body.w.Freezing) = 50.4', yes],
    ['as_number($body.w.Temperature) % 7 = 1', yes],
    ['as_number($body.w.On) = 1', unknown],
    ['abs($body.w.Place.City) = 1', unknown],
    ['power($body.w.Temperature, length($body.w.Place.State)) = 2500', yes],
    [`substring($body.w.Place.Street, 4, 3) = 'Way'`, yes],
    [`($body.w.none ?? 'x') = null`, yes],
    [`($body.w ?? 'x') = 'x'`, yes],
    [`($body.w ?? $body.w.On)`, yes],
    [`$body.w.Shadowed = '100'`, yes],
    ['{$body.w.Shadowed} = 50', yes],
    ['$body.constructor = null', yes],
    ['$body.__proto__.own = 1', yes],
    ['$body.w.__proto__ = null', yes],
  ] as const)('when %s, it is %s', (condition, outcome) => expect(outcomeOf(condition)).toBe(outcome));

  test.each([
    ['it does not say that it is JSON', { '$.ct': 'text/plain', '$.ce': 'utf-8' }, '{"a":1}'],
    ['it has no content type', { '$.ce': 'utf-8' }, '{"a":1}'],
    ['it names no encoding', { '$.ct': 'application/json' }, '{"a":1}'],
    ['it names an encoding that nobody has', { '$.ct': 'application/json', '$.ce': 'gzip' }, '{"a":1}'],
    ['it is no JSON', { '$.ct': 'application/json', '$.ce': 'utf-8' }, '{'],
    ['it is no object', { '$.ct': 'application/json', '$.ce': 'utf-8' }, '[1]'],
  ])('when %s, its values are undefined', (_, properties, text) => {
    const message = aMessage({ properties, text: () => text });
    expect(outcomeOf('is_defined($body.a)', message)).toBe(false);
    expect(outcomeOf('$body.a != 1', message)).toBeUndefined();
  });

  test('when types and encodings are written in capitals, they count', () => {
    const properties = { '$.ct': 'Application/JSON', '$.ce': 'UTF-16' };
    expect(
      outcomeOf(
        `$body.encoding = 'utf-16'`,
        aMessage({ properties, text: (encoding) => JSON.stringify({ encoding }) }),
      ),
    ).toBe(true);
  });

  test('when several conditions ask for it, it is read once', () => {
    let reads = 0;
    const text = () => {
      reads += 1;
      return '{"a":1}';
    };
    expect(outcomeOf('$body.a = 1 and $body.b = null', aMessage({ text }))).toBe(true);
    expect(reads).toBe(1);
  });
});
