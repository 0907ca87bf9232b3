// What of a picture of devices is drawn anew: what changed and the cursor, or all of it when its places are others.
import { expect, test } from 'vitest';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import { changedSquares, type WafflePicture } from '#renderer/plots/waffle-changes.ts';

const aCell = (deviceId: string, standing: RolloutCell['standing'] = 'pending') =>
  ({ deviceId, wave: 0, standing, attempt: 0, isAwake: true }) as RolloutCell;
const cells = ['a', 'b', 'c', 'd'].map((id) => aCell(id));
const aPicture = (given: Partial<WafflePicture> = {}): WafflePicture => ({
  cells,
  grid: { columns: 2, pitch: 12 },
  width: 24,
  scale: 1,
  cursor: null,
  ...given,
});
const withChanged = (index: number) => cells.with(index, aCell(cells[index]?.deviceId ?? '', 'success'));

test('when nothing was drawn yet, or squares lie elsewhere, all of it is drawn', () => {
  expect(changedSquares(null, aPicture())).toBeNull();
  for (const other of [
    { width: 36 },
    { scale: 2 },
    { grid: { columns: 3, pitch: 12 } },
    { grid: { columns: 2, pitch: 20 } },
    { cells: cells.slice(1) },
  ])
    expect(changedSquares(aPicture(), aPicture(other))).toBeNull();
});

test('when the same devices stand as they did, nothing is drawn, in whatever list they come', () => {
  expect(changedSquares(aPicture(), aPicture({ cells: [...cells] }))).toEqual([]);
  expect(changedSquares(aPicture({ cursor: 'b' }), aPicture({ cursor: 'b' }))).toEqual([]);
});

test('when one changed, it alone is drawn, and the cursor behind it, whose frame it may have cut', () => {
  expect(changedSquares(aPicture(), aPicture({ cells: withChanged(2) }))).toEqual([2]);
  expect(changedSquares(aPicture({ cursor: 'a' }), aPicture({ cursor: 'a', cells: withChanged(2) }))).toEqual([2, 0]);
  expect(changedSquares(aPicture({ cursor: 'c' }), aPicture({ cursor: 'c', cells: withChanged(2) }))).toEqual([2]);
});

test('when the cursor moves, where it was and where it is are drawn', () => {
  expect(changedSquares(aPicture({ cursor: 'a' }), aPicture({ cursor: 'd' }))).toEqual([0, 3]);
  expect(changedSquares(aPicture({ cursor: 'a' }), aPicture())).toEqual([0]);
  expect(changedSquares(aPicture(), aPicture({ cursor: 'b' }))).toEqual([1]);
});
