// What the machine of the site is like, in words: where the line is drawn, and what is said on both sides of it.
import { expect, test } from 'vitest';
import { certificateEnding, isDiskLow, jumpInWords, untilInWords } from '#renderer/words/site-words.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 10, 21, 12);

test.each([
  ['a large disk has two gigabytes left', 2e9, 1e12, false],
  ['a large disk has less', 2e9 - 1, 1e12, true],
  ['a small disk has a twentieth left', 0.8e9, 16e9, false],
  ['a small disk has less', 0.8e9 - 1, 16e9, true],
  ['a disk has nothing left', 0, 16e9, true],
  ['a disk of no size is asked about', 0, 0, false],
])('when %s, whether it is low is told', (_, freeBytes, totalBytes, isLow) => {
  expect(isDiskLow({ freeBytes, totalBytes })).toBe(isLow);
});

test.each([
  [-2 * hourMs, '2 h back'],
  [5 * 60_000, '5 min ahead'],
  [-400 * dayMs, '400 d back'],
  [4_999, 'a moment ahead'],
  [-1, 'a moment back'],
  [0, 'a moment ahead'],
])('when the clock was set by %d ms, it was set %s', (byMs, words) => {
  expect(jumpInWords(byMs)).toBe(words);
});

test.each([
  [0, 'in less than a day'],
  [dayMs - 1, 'in less than a day'],
  [dayMs, 'in 1 day'],
  [2 * dayMs, 'in 2 days'],
  [730 * dayMs, 'in 730 days'],
  [731 * dayMs, 'in 2 years'],
  [8_770 * dayMs, 'in 24 years'],
  [-1, 'less than a day ago'],
  [-dayMs, '1 day ago'],
  [-59 * dayMs, '59 days ago'],
  [-731 * dayMs, '2 years ago'],
])('when it is %d ms from now, it is told as %s', (inMs, words) => {
  expect(untilInWords(nowMs + inMs, nowMs)).toBe(words);
});

test.each([
  [30 * dayMs, null],
  [30 * dayMs - 1, 'Certificate ends in 29 days'],
  [hourMs, 'Certificate ends in less than a day'],
  [0, 'Certificate ends in less than a day'],
  [-1, 'Certificate ended'],
  [-400 * dayMs, 'Certificate ended'],
])('when a certificate ends %d ms from now, the bar says %s', (inMs, words) => {
  expect(certificateEnding(nowMs + inMs, nowMs)).toBe(words);
});
