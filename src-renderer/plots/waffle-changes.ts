// Which squares of a drawn picture are another since: while a rollout over ten thousand devices runs, a few hundred change between two
// pictures, and all others stay as they are on the canvas.
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { WaffleGrid } from './waffle-layout.ts';

export interface WafflePicture {
  /** A cell that did not change is the same object. */
  readonly cells: readonly RolloutCell[];
  readonly grid: WaffleGrid;
  /** In px of the page. */
  readonly width: number;
  /** Of the screen to one of the page. */
  readonly scale: number;
  readonly cursor: string | null;
}

/** Their places, that of the cursor last, for its frame reaches over its neighbours; null: the whole picture is another. */
export function changedSquares(before: WafflePicture | null, now: WafflePicture): readonly number[] | null {
  const { cells, grid, cursor } = now;
  const isSamePlace =
    before !== null &&
    before.width === now.width &&
    before.scale === now.scale &&
    before.grid.pitch === grid.pitch &&
    before.grid.columns === grid.columns &&
    before.cells.length === cells.length;
  if (!isSamePlace) return null;
  const changed: number[] = [];
  let cursorAt: number | null = null;
  for (const [index, cell] of cells.entries()) {
    if (cell.deviceId === cursor) cursorAt = index;
    else if (cell !== before.cells[index] || cell.deviceId === before.cursor) changed.push(index);
  }
  const isCursorSame = cursorAt === null || (before.cursor === cursor && before.cells[cursorAt] === cells[cursorAt]);
  if (changed.length === 0 && isCursorSame) return [];
  return cursorAt === null ? changed : [...changed, cursorAt];
}
