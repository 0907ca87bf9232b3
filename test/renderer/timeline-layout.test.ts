// The maths of the state timeline: what stands where, what is joined, and where the cursor goes.
import { expect, test } from 'vitest';
import {
  boxesOf,
  insideOf,
  isInside,
  markerGroups,
  momentsOf,
  nextMoment,
  segmentAt,
  ticksOf,
  timeAt,
  type TimelineLane,
} from '#renderer/plots/timeline-layout.ts';

const span = { fromMs: 1_000, toMs: 2_000 };
const width = 100;

function aLane(...times: readonly (readonly [number, number | null, string])[]): TimelineLane {
  const segments = times.map(([fromMs, toMs, word]) => ({ fromMs, toMs, word, look: 'good' as const }));
  return { id: 'lane', name: 'lane', segments };
}

const wholes = (lane: TimelineLane) =>
  boxesOf(lane, span, width).map(({ x, width: wide, segment }) => [segment.word, x, wide]);

test('when segments reach past the span, they are cut at its edges, and those outside are not drawn', () => {
  const lane = aLane([0, 500, 'before'], [500, 1_250, 'in'], [1_250, null, 'on'], [2_500, null, 'after']);
  expect(wholes(lane)).toEqual([
    ['in', 0, 25],
    ['on', 25, 75],
  ]);
});

test('when a segment is shorter than a pixel, it is three wide and stays inside', () => {
  expect(wholes(aLane([1_500, 1_501, 'blink']))).toEqual([['blink', 50, 3]]);
  expect(wholes(aLane([1_999, 2_000, 'last']))).toEqual([['last', 97, 3]]);
});

test('when a span has no length, nothing is divided by zero', () => {
  const none = { fromMs: 5, toMs: 5 };
  expect(boxesOf(aLane([5, null, 'now']), none, width)).toMatchObject([{ x: 0, width: 3 }]);
  expect(ticksOf(none, { width, apart: 10 })).toEqual([]);
  expect(timeAt(50, none, 0)).toBe(5);
});

test.each([
  [50, 50, true],
  [0, 8, false],
  [5, 8, false],
  [100, 92, false],
  [92, 92, true],
])('when a flag stands at %d, it is drawn whole at %d', (x, drawnAt, isWhole) => {
  expect(insideOf(x, 8, width)).toBe(drawnAt);
  expect(isInside(x, 8, width)).toBe(isWhole);
});

test('when markers crowd, they are one group at the place of the first', () => {
  const markers = [1_900, 1_100, 1_105, 1_700, 3_000].map((atMs) => ({ atMs, word: String(atMs) }));
  const groups = markerGroups(markers, span, { width, apart: 5 });
  expect(groups.map(({ x, markers: of }) => [x, of.map(({ word }) => word)])).toEqual([
    [10, ['1100', '1105']],
    [70, ['1700']],
    [90, ['1900']],
  ]);
});

test.each([
  [60_000, 600, [0, 15_000, 30_000, 45_000, 60_000]],
  [3_600_000, 400, [0, 900_000, 1_800_000, 2_700_000, 3_600_000]],
  [10 * 86_400_000, 500, [0, 2, 4, 6, 8, 10].map((days) => days * 86_400_000)],
])('when %d ms are drawn over %d pixels, ticks stand at round times', (lengthMs, wide, times) => {
  const ticks = ticksOf({ fromMs: 0, toMs: lengthMs }, { width: wide, apart: 96 });
  expect(ticks.map(({ atMs }) => atMs)).toEqual(times);
});

test('when the zone is ahead of UTC, days begin at its midnight', () => {
  const twoHours = 7_200_000;
  const [first] = ticksOf({ fromMs: 0, toMs: 4 * 86_400_000 }, { width: 400, apart: 96, offsetMs: twoHours });
  expect(first?.atMs).toBe(86_400_000 - twoHours);
});

test('when the cursor goes from change to change, it meets each once and stops at the edges', () => {
  const moments = momentsOf([aLane([500, 1_250, 'a'], [1_250, null, 'b'])], [{ atMs: 1_600, word: 'x' }], span);
  expect(moments).toEqual([1_000, 1_250, 1_600, 2_000]);
  expect(nextMoment(moments, 1_250, 1)).toBe(1_600);
  expect(nextMoment(moments, 1_300, -1)).toBe(1_250);
  expect(nextMoment(moments, 2_000, 1)).toBe(2_000);
  expect(nextMoment(moments, 1_000, -1)).toBe(1_000);
});

test('when a moment is asked for, the segment that holds then is told, the newer one at the change itself', () => {
  const lane = aLane([1_000, 1_250, 'a'], [1_250, null, 'b']);
  expect([999, 1_000, 1_249, 1_250, 9_999].map((atMs) => segmentAt(lane, atMs)?.word)).toEqual([
    undefined,
    'a',
    'a',
    'b',
    'b',
  ]);
});
