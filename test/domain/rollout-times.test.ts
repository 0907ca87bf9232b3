// The times that sentences name.
import { expect, test } from 'vitest';
import { nextOpeningText, timeText } from '#domain/rollouts/rollout-times.ts';

const window = { days: [1], fromMinute: 0, toMinute: 60, timeZone: 'America/New_York' };
const friday = Date.UTC(2027, 0, 15, 12);

test.each([
  ['UTC without windows', [], 'Fri 15 Jan 2027 at 12:00 (UTC)'],
  [
    'the zone of the first window',
    [window, { ...window, timeZone: 'UTC' }],
    'Fri 15 Jan 2027 at 07:00 (America/New_York)',
  ],
])('when a time is told, it is in %s', (_case, windows, text) => {
  expect(timeText(friday, { windows })).toBe(text);
});

test.each([
  ['opens in three days', window, 'the next one opens on Mon 18 Jan 2027 at 00:00 (America/New_York)'],
  ['never opens', { ...window, days: [] }, 'none opens within two weeks'],
])('when a window %s, that is told', (_case, given, text) => {
  expect(nextOpeningText({ windows: [given] }, friday)).toBe(text);
});
