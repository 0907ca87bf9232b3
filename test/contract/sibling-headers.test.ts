// What is said of neighbours in headers, read back, and nonsense passed over.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { fingerprintOf, isFingerprint, readSiblingFailure, siblingFailureText } from '#contract/sibling-headers.ts';

test.each(['pump-1', "a%b:c(d)!'$@*", 'x'.repeat(128)])('when %s failed, the hub reads what the agent wrote', (id) => {
  const failure = { deviceId: id as DeviceId, fault: 'slow' } as const;
  expect(readSiblingFailure(siblingFailureText(failure))).toEqual(failure);
});

test.each([
  undefined,
  '',
  'pump',
  'pump bad',
  'pump  slow',
  '%zz slow',
  'a/b slow',
  `${'x'.repeat(129)} slow`,
  ['pump slow'],
])('when it is told %j, it hears of no failure', (text) => {
  expect(readSiblingFailure(text)).toBeNull();
});

test('when the platform tells a fingerprint, it becomes 64 small digits', () => {
  const text = fingerprintOf(Array.from({ length: 32 }, () => 'AB').join(':'));
  expect(text).toBe('ab'.repeat(32));
  expect([text, text.toUpperCase(), 'ab', 7].map(isFingerprint)).toEqual([true, false, false, false]);
});
