// Windows on the site's own wall: over midnight, over the week's end, and through both nights on which clocks change.
import { describe, expect, it } from 'vitest';
import {
  isTimeZone,
  isWindowOpen,
  nextWindowChangeMs,
  type MaintenanceWindow,
} from '#domain/rollouts/maintenance-window.ts';

const everyDay = [1, 2, 3, 4, 5, 6, 7];

function window(given: Partial<MaintenanceWindow> = {}): MaintenanceWindow {
  return { days: everyDay, fromMinute: 120, toMinute: 240, timeZone: 'Europe/Berlin', ...given };
}

const at = (iso: string): number => Date.parse(iso);

describe('whether a window is open', () => {
  it.each([
    ['a minute before', window(), '2026-11-21T01:59:59+01:00', false],
    ['at its first moment', window(), '2026-11-21T02:00:00+01:00', true],
    ['in its last minute', window(), '2026-11-21T03:59:59+01:00', true],
    ['at its end', window(), '2026-11-21T04:00:00+01:00', false],
    ['in summer time', window(), '2026-07-01T02:30:00+02:00', true],
    ['in another zone at once', window({ timeZone: 'Asia/Kolkata' }), '2026-11-21T02:30:00+05:30', true],
    ['on a day that is not among its', window({ days: [1] }), '2026-11-21T03:00:00+01:00', false],
    ['before midnight', window({ fromMinute: 1320, toMinute: 120 }), '2026-11-21T23:00:00+01:00', true],
    ['after midnight', window({ fromMinute: 1320, toMinute: 120 }), '2026-11-21T01:00:00+01:00', true],
    ['at noon of a night', window({ fromMinute: 1320, toMinute: 120 }), '2026-11-21T12:00:00+01:00', false],
    // The 22nd is a Sunday.
    ['on Monday morning of a Sunday night', nightOf(7), '2026-11-23T01:00:00+01:00', true],
    ['on Sunday morning of a Sunday night', nightOf(7), '2026-11-22T01:00:00+01:00', false],
    ['on Tuesday morning of a Monday night', nightOf(1), '2026-11-24T01:00:00+01:00', true],
    ['for a whole day', window({ days: [6], fromMinute: 0, toMinute: 0 }), '2026-11-21T23:59:59+01:00', true],
    [
      'the day after a whole day',
      window({ days: [6], fromMinute: 0, toMinute: 0 }),
      '2026-11-22T00:00:00+01:00',
      false,
    ],
    // Clocks go from 02:00 to 03:00: of 02:00 to 04:00 one hour is left.
    ['when clocks go forward', window(), '2026-03-29T03:30:00+02:00', true],
    // Clocks go from 03:00 back to 02:00: the window lasts three hours.
    ['the first time it is half past two', window(), '2026-10-25T02:30:00+02:00', true],
    ['the second time it is half past two', window(), '2026-10-25T02:30:00+01:00', true],
  ])('when it is asked %s, it answers accordingly', (_case, given, iso, expected) => {
    expect(isWindowOpen([given], at(iso))).toBe(expected);
  });

  it('when there is none, devices may change at any time', () => {
    expect(isWindowOpen([], at('2026-11-21T12:00:00Z'))).toBe(true);
  });

  it('when there are several, any of them is enough', () => {
    const windows = [window(), window({ fromMinute: 720, toMinute: 780, timeZone: 'UTC' })];
    expect(isWindowOpen(windows, at('2026-11-21T12:30:00Z'))).toBe(true);
  });
});

describe('when it changes next', () => {
  it.each([
    ['it opens', window(), '2026-11-21T00:10:00+01:00', '2026-11-21T02:00:00+01:00'],
    ['it closes', window(), '2026-11-21T02:10:30+01:00', '2026-11-21T04:00:00+01:00'],
    ['it opens in six days', window({ days: [5] }), '2026-11-21T05:00:00+01:00', '2026-11-27T02:00:00+01:00'],
    ['the hour of its opening is left out', window(), '2026-03-29T00:30:00+01:00', '2026-03-29T03:00:00+02:00'],
  ])('when %s, the minute is told', (_case, given, from, expected) => {
    expect(nextWindowChangeMs([given], at(from))).toBe(at(expected));
  });

  it.each([
    ['2026-11-21T02:15:00+01:00', '2026-11-21T03:00:00+01:00'],
    ['2026-11-21T03:00:00+01:00', '2026-11-21T03:10:00+01:00'],
    ['2026-11-21T03:10:30+01:00', '2026-11-21T04:00:00+01:00'],
    ['2026-11-21T04:00:00+01:00', '2026-11-22T02:00:00+01:00'],
  ])('when two windows have ten minutes between them and it is %s, that is not passed over', (from, expected) => {
    const both = [window({ toMinute: 180 }), window({ fromMinute: 190 })];
    expect(nextWindowChangeMs(both, at(from))).toBe(at(expected));
  });

  it('when the hour of a window is left out in spring, the next change is a day later', () => {
    const missing = window({ toMinute: 180 });
    expect(nextWindowChangeMs([missing], at('2026-03-29T00:00:00+01:00'))).toBe(at('2026-03-30T02:00:00+02:00'));
  });

  it('when nothing ever changes, there is no such moment', () => {
    expect(nextWindowChangeMs([], at('2026-11-21T00:00:00Z'))).toBeNull();
    expect(nextWindowChangeMs([window({ fromMinute: 0, toMinute: 0 })], at('2026-11-21T00:00:00Z'))).toBeNull();
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['', false],
  ])('when it is called %o, it is known or not', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});

function nightOf(day: number): MaintenanceWindow {
  return window({ days: [day], fromMinute: 1320, toMinute: 120 });
}
