// The line in which steps of rollouts wait: one a turn, and each once.
import { expect, test } from 'vitest';
import { createRolloutLine } from '#hub/rollout-line.ts';

/** A line whose turns are taken one by one. */
function newLine() {
  const timers: (() => void)[] = [];
  const done: string[] = [];
  const clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    after(_delayMs: number, work: () => void) {
      timers.push(work);
      return () => void timers.splice(timers.indexOf(work), 1);
    },
  };
  const line = createRolloutLine(clock, (work) => work());
  const add = (name: string, more?: () => void): void =>
    line.add(name, () => {
      done.push(name);
      more?.();
    });
  return { line, add, done, timers, turn: () => timers.shift()?.() };
}

test('when several pieces of work wait, each has a turn of its own, in the order in which they came', () => {
  const { add, done, timers, turn } = newLine();
  add('look');
  add('go on');
  add('hand over');
  expect(timers).toHaveLength(1);
  turn();
  expect(done).toEqual(['look']);
  turn();
  turn();
  expect(done).toEqual(['look', 'go on', 'hand over']);
  expect(timers).toEqual([]);
});

test('when a piece of work is told again while it waits, it is done once, and told while it is done, once more', () => {
  const { add, done, timers, turn } = newLine();
  add('go on', () => add('go on'));
  add('go on');
  turn();
  expect(done).toEqual(['go on']);
  expect(timers).toHaveLength(1);
  turn();
  expect(done).toEqual(['go on', 'go on']);
  expect(timers).toEqual([]);
});

test('when it is cleared, nothing of it is done, and what is told later is', () => {
  const { line, add, done, timers, turn } = newLine();
  add('look');
  line.clear();
  expect(timers).toEqual([]);
  add('go on');
  turn();
  expect(done).toEqual(['go on']);
});
