// The courses of devices as they are drawn: in words, with what nobody knows said as such, and who failed first on top.
import { describe, expect, test } from 'vitest';
import type { DeviceCourse, DeviceLine } from '#contract/console-history.ts';
import type { DeviceRow } from '#contract/console-rows.ts';
import { mostUrgent } from '#renderer/history/chosen-devices.ts';
import { firstFailedFirst, withDevice } from '#renderer/history/history-lines.tsx';
import { readHistory } from '#renderer/link/history-query.ts';
import { laneOfLine, lanesOf } from '#renderer/plots/course-lanes.ts';
import { toldAt } from '#renderer/plots/timeline-layout.ts';

const span = { fromMs: 100, toMs: 200 };
const connected = { fromMs: 150, toMs: null, state: 'connected' };
const added = { atMs: 120, seq: 1, kind: 'device-created', deploymentId: null, number: null } as const;

const aCourse = (course: Partial<DeviceCourse> = {}): DeviceCourse => ({
  lanes: [{ id: 'connection', segments: [connected] }],
  markers: [],
  toldFromMs: null,
  ...course,
});
const aLine = (line: Partial<DeviceLine> = {}): DeviceLine => ({
  deviceId: 'press-1',
  segments: [],
  markers: [],
  failedAtMs: null,
  toldFromMs: null,
  ...line,
});

const onlySeventyFails = (id: string) => ({ state: id === 'd70' ? 'failing' : 'healthy' }) as DeviceRow;

describe('the time before anything was told', () => {
  test.each<[string, Partial<DeviceCourse>, number, string]>([
    ['there is no record', {}, 100, 'Not known: no record'],
    ['it was not read', { toldFromMs: 150 }, 100, 'Not read: there are too many rows'],
    ['the device was added and did not connect', { markers: [added] }, 120, 'Not connected yet'],
  ])('when %s, the connection says so', (_, course, fromMs, word) => {
    const [lane] = lanesOf(aCourse(course), span);
    expect(lane?.segments.map((segment) => [segment.fromMs, segment.toMs, segment.word])).toEqual([
      [fromMs, 150, word],
      [150, null, 'Connected'],
    ]);
  });

  test('when the state at the beginning is known, nothing is put before it', () => {
    const lanes = [{ id: 'connection', segments: [{ ...connected, fromMs: 50 }] }];
    expect(lanesOf(aCourse({ lanes }), span)[0]?.segments).toHaveLength(1);
  });

  test('when a module was not there, its lane is empty until it is', () => {
    const lanes = [{ id: 'module:web', segments: [{ ...connected, state: 'running' }] }];
    expect(lanesOf(aCourse({ lanes }), span)).toMatchObject([{ name: 'web', segments: [{ fromMs: 150 }] }]);
  });
});

describe('one lane for a device', () => {
  test('when a module weighs most, it is named, and the name leads to the device', () => {
    const segments = [
      { fromMs: 90, toMs: 150, state: 'well', lane: null },
      { fromMs: 150, toMs: 170, state: 'backoff', lane: 'module:web' },
      { fromMs: 170, toMs: null, state: 'hub-off', lane: 'connection' },
    ];
    const markers = [{ atMs: 140, seq: 3, kind: 'rollout-sent', deploymentId: 'line', number: 2 } as const];
    const lane = laneOfLine(aLine({ segments, markers }), span);
    expect(lane.segments.map(({ word, look }) => [word, look])).toEqual([
      ['As it should be', 'good'],
      ['web: Restarting', 'bad'],
      ['Not known: the hub was off', 'unknown'],
    ]);
    expect(lane).toMatchObject({
      href: '/devices/press-1',
      markers: [{ atMs: 140, word: 'Rollout of line, attempt 2' }],
    });
    expect(toldAt([lane], [], 140)).toBe('press-1: Rollout of line, attempt 2 · press-1 As it should be');
  });

  test('when nothing at all is known of a device, the whole time says so', () => {
    expect(laneOfLine(aLine(), span).segments).toMatchObject([
      { fromMs: 100, toMs: 200, word: 'Not known: no record', look: 'unknown' },
    ]);
  });

  test('when there are many, those that are not as they should be are told by name, and the others counted', () => {
    const well = { fromMs: 90, toMs: null, state: 'well', lane: null };
    const lanes = Array.from({ length: 20 }, (_, n) =>
      laneOfLine(aLine({ deviceId: `d${n}`, segments: [n < 8 ? { ...well, state: 'failed' } : well] }), span),
    );
    expect(toldAt(lanes, [], 150)).toBe(
      `${[0, 1, 2, 3, 4, 5].map((n) => `d${n} Failed`).join(' · ')} · 2 more are not as they should be · 12 are as they should be`,
    );
  });
});

test('when several are drawn, the first that failed is on top, and those that did not follow by id', () => {
  const lines = [
    aLine({ deviceId: 'b' }),
    aLine({ deviceId: 'late', failedAtMs: 9 }),
    aLine({ deviceId: 'a' }),
    aLine({ deviceId: 'early', failedAtMs: 5 }),
  ];
  expect(firstFailedFirst(lines).map(({ deviceId }) => deviceId)).toEqual(['early', 'late', 'a', 'b']);
});

test('when there are more than can be drawn, who failed comes first, then who fails now, and twenty-four are taken', () => {
  const ids = Array.from({ length: 100 }, (_, n) => `d${String(n).padStart(2, '0')}`);
  const taken = mostUrgent(ids, onlySeventyFails, ['d90']);
  expect(taken.slice(0, 4)).toEqual(['d90', 'd70', 'd00', 'd01']);
  expect(taken).toHaveLength(24);
});

test('when a device is put beside others, it is drawn once', () => {
  const address = { ...readHistory(''), device: 'a', also: ['b'] };
  expect(withDevice(address, 'c')).toEqual({ also: ['b', 'c'] });
  for (const known of ['a', 'b', '']) expect(withDevice(address, known)).toEqual({});
});
