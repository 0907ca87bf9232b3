// The picture of a wave: squares in their places, found again under a pointer, and walked over by keys.
import { describe, expect, test } from 'vitest';
import { asleepGlyph, glyphOf, glyphs } from '#renderer/plots/waffle-glyphs.ts';
import { squareAt, squareIndexAt, waffleGrid, waffleHeight, waffleStep } from '#renderer/plots/waffle-layout.ts';
import { standings } from '#renderer/words/rollout-words.ts';

describe('the squares of a wave', () => {
  test.each([
    [1, 300],
    [40, 300],
    [1_000, 900],
    [10_000, 1_200],
    [7, 5],
  ])('when there are %i in %i px, each is found where it lies, and nothing beside them', (devices, width) => {
    const grid = waffleGrid(devices, width);
    for (let index = 0; index < devices; index += 1) {
      const { x, y } = squareAt(index, grid);
      expect(squareIndexAt({ x: x + 1, y: y + 1 }, devices, grid)).toBe(index);
    }
    expect(squareIndexAt({ x: 0, y: waffleHeight(devices, grid) + 1 }, devices, grid)).toBeNull();
    expect(squareIndexAt({ x: grid.columns * grid.pitch, y: 0 }, devices, grid)).toBeNull();
    expect(squareIndexAt({ x: -1, y: 0 }, devices, grid)).toBeNull();
  });

  const grid = { columns: 4, pitch: 10 };
  test.each([
    ['ArrowRight', 0, 1],
    ['ArrowRight', 9, 9],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 1, 5],
    ['ArrowDown', 7, 9],
    ['ArrowDown', 8, 8],
    ['ArrowUp', 5, 1],
    ['ArrowUp', 2, 2],
    ['Home', 7, 0],
    ['End', 0, 9],
    ['x', 3, null],
  ] as const)('when %s is pressed on square %i of 10, the cursor goes to %s', (key, at, expected) => {
    expect(waffleStep(key, at, 10, grid)).toBe(expected);
  });
});

test('when two devices stand otherwise, their squares differ by shape and not by colour alone', () => {
  const shapes = standings.map((standing) => {
    const { fill, cut, stroke } = glyphs[standing];
    return JSON.stringify([fill, cut, stroke]);
  });
  expect(new Set(shapes).size).toBe(standings.length);
  expect(glyphOf({ standing: 'pending', isAwake: false })).toBe(asleepGlyph);
  expect(glyphOf({ standing: 'success', isAwake: false })).toBe(glyphs.success);
});
