// The table of any length, as far as it is not drawn: what its keys do, and which rows are chosen.
import { describe, expect, test } from 'vitest';
import { rowHeightIn } from '#renderer/tables/row-height.ts';
import { choiceOf, withAll, withRange, withToggled } from '#renderer/tables/table-choice.ts';
import { tableStep } from '#renderer/tables/table-keys.ts';

const key = (name: string, held: 'shift' | 'ctrl' | 'alt' | '' = '') => ({
  key: name,
  shiftKey: held === 'shift',
  ctrlKey: held === 'ctrl',
  metaKey: false,
  altKey: held === 'alt',
});

test.each([
  ['j', 5, 6],
  ['k', 5, 4],
  ['ArrowDown', 5, 6],
  ['ArrowUp', 0, 0],
  ['ArrowDown', 99, 99],
  ['PageDown', 5, 15],
  ['PageDown', 95, 99],
  ['PageUp', 5, 0],
  ['Home', 50, 0],
  ['End', 5, 99],
])('when %s is pressed on row %i of 100, the cursor goes to %i', (name, at, to) => {
  expect(tableStep(key(name), { at, count: 100, page: 10 })).toEqual({ kind: 'move', to, isExtending: false });
});

test('when other keys are pressed, they open, choose, extend, choose all, or are not the table’s', () => {
  const step = (...pressed: Parameters<typeof key>) => tableStep(key(...pressed), { at: 5, count: 100, page: 10 });
  expect(step('Enter')).toEqual({ kind: 'open' });
  expect(step('x')).toEqual({ kind: 'choose' });
  expect(step('X', 'shift')).toEqual({ kind: 'extend' });
  expect(step('ArrowDown', 'shift')).toEqual({ kind: 'move', to: 6, isExtending: true });
  expect(step('a', 'ctrl')).toEqual({ kind: 'all' });
  expect([step('a'), step('ArrowDown', 'alt'), step('Tab'), step('c', 'ctrl')]).toEqual([null, null, null, null]);
  expect(tableStep(key('j'), { at: -1, count: 0, page: 10 })).toBeNull();
});

const sorted = (chosen: ReadonlySet<string>) => [...chosen].sort().join('');

describe('chosen rows', () => {
  const keys = ['a', 'b', 'c', 'd'];
  test('when a range is chosen, it is as its anchor is; without one, it is the row alone', () => {
    expect(sorted(withRange(new Set(['b']), { keys, anchor: 'b', key: 'd' }))).toBe('bcd');
    expect(sorted(withRange(new Set(['c']), { keys, anchor: 'c', key: 'a' }))).toBe('abc');
    expect(sorted(withRange(new Set(['b', 'c', 'd']), { keys, anchor: 'a', key: 'c' }))).toBe('d');
    expect(sorted(withRange(new Set(), { keys, anchor: null, key: 'c' }))).toBe('c');
    expect(sorted(withRange(new Set(), { keys, anchor: 'gone', key: 'c' }))).toBe('c');
  });
  test('when all are chosen, what the list does not show stays as it was', () => {
    expect(sorted(withAll(new Set(['z', 'a']), keys))).toBe('abcdz');
    expect(sorted(withAll(new Set(['z', ...keys]), keys))).toBe('z');
    expect(sorted(withToggled(new Set(['a']), 'a'))).toBe('');
  });
  test.each([
    [[], 'none'],
    [['z'], 'none'],
    [['a', 'z'], 'some'],
    [keys, 'all'],
  ])('when %j are chosen, the box in the head shows %s', (chosen, state) => {
    expect(choiceOf(new Set(chosen), keys)).toBe(state);
  });
});

test.each([
  ['light', 100, 44, 44],
  ['dark', 200, 34, 68],
  ['sunlight', 100, 44, 50],
  ['sunlight', 100, 34, 46],
  ['sunlight', 80, 34, 46],
] as const)(
  'when the look is %s and text is of %i %, a row of %i px is %i px high',
  (look, textSize, usual, height) => {
    expect(rowHeightIn({ look, textSize }, usual)).toBe(height);
  },
);
