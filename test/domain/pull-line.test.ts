// Whose turn it is in the line of pulls.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { nextInLine, type StandingInLine } from '#domain/images/pull-line.ts';

function standing(name: string, underway: number, place: number): StandingInLine {
  return { deviceId: name as DeviceId, underway, place };
}

test.each([
  { line: [], next: null },
  { line: [standing('pump', 2, 1), standing('oven', 0, 3), standing('press', 0, 2)], next: 'press' },
  { line: [standing('pump', 2, 1), standing('press', 1, 9)], next: 'press' },
  { line: [standing('pump', 1, 1), standing('press', 1, 9)], next: 'pump' },
])('when $line.length devices wait, it is the turn of $next', ({ line, next }) => {
  expect(nextInLine(line)?.deviceId ?? null).toBe(next);
});

test('when devices with nothing under way wait, none is passed over more often than there are others', () => {
  const device = fc.record({ underway: fc.integer({ min: 0, max: 9 }), place: fc.integer({ min: 1, max: 1_000 }) });
  fc.assert(
    fc.property(fc.uniqueArray(device, { minLength: 1, maxLength: 30, selector: ({ place }) => place }), (given) => {
      const line = given.map(({ underway, place }, at) => ({ ...standing(`d${at}`, underway, place) }));
      const idle = line.filter(({ underway }) => underway === 0);
      const turns: string[] = [];
      // Every turn ends before the next is given, and whoever had one waits again at the back.
      for (let turn = 0, place = 1_001; turn < line.length; turn++, place++) {
        const next = nextInLine(line);
        if (next === null) throw new Error('somebody waits');
        turns.push(next.deviceId);
        line.splice(line.indexOf(next), 1, { ...next, place });
      }
      const inOrder = idle.toSorted((a, b) => a.place - b.place).map(({ deviceId }) => deviceId);
      expect(turns.slice(0, idle.length)).toEqual(inOrder);
    }),
  );
});
