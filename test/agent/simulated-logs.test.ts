// What a simulated container writes can be followed, cut by time and read again as a real log can.
import { expect, test } from 'vitest';
import { simulatedLogs } from '#agent/simulated-logs.ts';
import type { ObservedContainer } from '#domain/updates/agent-state.ts';

const startedAtMs = Date.parse('2026-01-01T00:00:00Z');
const container = {
  id: 'c',
  name: 'm',
  module: 'm',
  specHash: 'h',
  image: 'm:1',
  imageId: 'i',
  state: 'running',
  health: 'none',
  exitCode: 0,
  startedAtMs,
  finishedAtMs: 0,
} as ObservedContainer;
const all = { tail: 10_000, sinceS: 0, untilS: 0 };

test('when it is read later, what was there stays and new lines come behind', () => {
  const early = simulatedLogs(container, all, startedAtMs + 60_000);
  const late = simulatedLogs(container, all, startedAtMs + 70_000);
  expect(late.slice(0, early.length)).toEqual(early);
  expect(late.length).toBeGreaterThan(early.length);
});

test('when a window or a number of lines is asked for, no other line comes', () => {
  const sinceS = startedAtMs / 1000 + 20;
  const some = simulatedLogs(container, { tail: 10_000, sinceS, untilS: sinceS + 10 }, startedAtMs + 60_000);
  const seconds = some.map(({ timestamp }) => Date.parse(timestamp) / 1000);
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(sinceS);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(sinceS + 10);
  expect(simulatedLogs(container, { ...all, tail: 3 }, startedAtMs + 60_000)).toHaveLength(3);
});

test('when it ended, the last line says how, and before it was started there is none', () => {
  const ended = {
    ...container,
    state: 'exited',
    exitCode: 139,
    finishedAtMs: startedAtMs + 5_000,
  } as ObservedContainer;
  expect(simulatedLogs(ended, all, startedAtMs + 99_000).at(-1)?.text).toBe('ended: code 139');
  expect(simulatedLogs({ ...container, startedAtMs: 0 }, all, startedAtMs)).toEqual([]);
  expect(simulatedLogs(undefined, all, startedAtMs)).toEqual([]);
});
