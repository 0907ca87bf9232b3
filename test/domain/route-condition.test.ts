// Conditions of routes, case by case: what IoT Edge's own routing makes of them, as far as its documentation and behaviour say.
import { describe, expect, test } from 'vitest';
import { parseRoute, takesMessage } from '#domain/routes/route.ts';
import { aRoutedMessage, no, outcomeOf, unknown, yes } from '#test/support/route-outcome.ts';

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
    expect(outcomeOf('is_defined($connectionModuleId)', aRoutedMessage({ moduleId: null }))).toBe(false);
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
    expect(route.ok && takesMessage(route.value, aRoutedMessage())).toBe(false);
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
