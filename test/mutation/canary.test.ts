import { expect, test } from 'vitest';
import { isWithin } from './canary.ts';
import { isPositive } from './mute-canary.ts';

test.each([
  [0, false],
  [1, true],
  [2, true],
  [3, true],
  [4, false],
])('when %d is held against 1 to 3, it is within: %s', (value, expected) => {
  expect(isWithin(value, 1, 3)).toBe(expected);
});

test('when the mute canary is only called, it proves nothing', () => {
  expect(() => isPositive(1)).not.toThrow();
});
