// The body of a message in conditions of routes: when it is read at all, and what its values are to the operators.
import { expect, test } from 'vitest';
import { aRoutedMessage, no, outcomeOf, unknown, yes } from '#test/support/route-outcome.ts';

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
  const message = aRoutedMessage({ properties, text: () => text });
  expect(outcomeOf('is_defined($body.a)', message)).toBe(false);
  expect(outcomeOf('$body.a != 1', message)).toBeUndefined();
});

test('when types and encodings are written in capitals, they count', () => {
  const properties = { '$.ct': 'Application/JSON', '$.ce': 'UTF-16' };
  expect(
    outcomeOf(
      `$body.encoding = 'utf-16'`,
      aRoutedMessage({ properties, text: (encoding) => JSON.stringify({ encoding }) }),
    ),
  ).toBe(true);
});

test('when several conditions ask for it, it is read once', () => {
  let reads = 0;
  const text = () => {
    reads += 1;
    return '{"a":1}';
  };
  expect(outcomeOf('$body.a = 1 and $body.b = null', aRoutedMessage({ text }))).toBe(true);
  expect(reads).toBe(1);
});
