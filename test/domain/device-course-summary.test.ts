// A device's lanes as one: what weighs most at each moment, and when it failed first.
import { describe, expect, test } from 'vitest';
import type { CourseLane } from '#domain/journal/device-course.ts';
import { type CourseMood, courseSummary, firstFailureMs, moodOf } from '#domain/journal/device-course-summary.ts';

/** `web: 0-5 running, 5- failed` */
function lane(text: string): CourseLane {
  const [id = '', states = ''] = text.split(': ');
  const segments = states.split(', ').map((segment) => {
    const [span = '', state = ''] = segment.split(' ');
    const [from, to] = span.split('-');
    return { fromMs: Number(from), toMs: to === '' ? null : Number(to), state };
  });
  return { id, segments };
}

const told = (...lanes: readonly string[]) =>
  courseSummary(lanes.map(lane)).map(
    ({ fromMs, toMs, state, lane: of }) => `${fromMs}-${toMs ?? ''} ${of === null ? '' : `${of} `}${state}`,
  );

describe('the one lane', () => {
  test('when all is as it should be, it names none', () => {
    expect(told('connection: 0- connected', 'configuration: 1- applied', 'web: 2- running', 'db: 2- stopped')).toEqual([
      '0- well',
    ]);
  });

  test('when a module fails and another one with it, the one that failed first is named until it is well', () => {
    expect(
      told(
        'connection: 0- connected',
        'web: 1-3 running, 3-6 backoff, 6- running',
        'db: 1-4 running, 4-7 failed, 7- running',
      ),
    ).toEqual(['0-3 well', '3-6 web backoff', '6-7 db failed', '7- well']);
  });

  test('when it is not connected, that weighs more than what was told before', () => {
    expect(
      told('connection: 0-5 connected, 5-8 disconnected, 8- connected', 'web: 1-5 failed, 5-8 stale:failed, 8- failed'),
    ).toEqual(['0-1 well', '1-5 web failed', '5-8 connection disconnected', '8- web failed']);
  });

  test('when the hub was off, nothing is known', () => {
    expect(told('connection: 0-5 connected, 5- hub-off', 'configuration: 1-5 sent, 5- stale:sent')).toEqual([
      '0-1 well',
      '1-5 configuration sent',
      '5- connection hub-off',
    ]);
  });

  test('when nothing but what was told long ago is known, it is said so', () => {
    expect(told('web: 0-5 running, 5- stale:running')).toEqual(['0-5 well', '5- web stale:running']);
  });

  test('when a device was gone for a time, there is a gap', () => {
    expect(told('connection: 0-2 connected, 6- connected', 'web: 1-2 running')).toEqual(['0-2 well', '6- well']);
  });

  test('when nothing is told, there is nothing', () => {
    expect(told()).toEqual([]);
  });
});

test.each<[string, CourseMood]>([
  ['running', 'good'],
  ['stopped', 'off'],
  ['sent', 'busy'],
  ['pulling', 'busy'],
  ['constructor', 'busy'],
  ['refused', 'bad'],
  ['failed:500', 'bad'],
  ['disconnected', 'away'],
  ['stale:failed', 'unknown'],
  ['hub-off', 'unknown'],
])('when a state is %s, it is %s', (state, mood) => {
  expect(moodOf(state)).toBe(mood);
});

describe('the first failure', () => {
  const summary = courseSummary([lane('web: 0-5 failed, 5-8 running, 8-9 unhealthy, 9- running')]);

  test.each([
    [0, 0],
    [3, 3],
    [5, 8],
    [9, null],
  ])('when it is looked for from %d on, it was at %s', (fromMs, atMs) => {
    expect(firstFailureMs(summary, fromMs)).toBe(atMs);
  });

  test('when a failure goes on, it was when it began', () => {
    expect(firstFailureMs(courseSummary([lane('web: 2- failed')]), 0)).toBe(2);
  });
});
