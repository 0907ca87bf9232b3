// The squares of one wave on a canvas: ten thousand elements would be too many for a page. Drawn when its devices, its room, its
// cursor or the look changed, and only the squares that are others; colours are the theme's.
import { type MouseEvent, useEffect, useRef } from 'react';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import { useLook } from '#renderer/look/look.ts';
import { changedSquares, type WafflePicture } from './waffle-changes.ts';
import { type Glyph, glyphOf } from './waffle-glyphs.ts';
import { squareAt, squareIndexAt, type WaffleGrid, waffleHeight } from './waffle-layout.ts';

interface WaffleCanvasProps {
  readonly cells: readonly RolloutCell[];
  readonly grid: WaffleGrid;
  readonly width: number;
  /** The device under the cursor. */
  readonly cursor: string | null;
  readonly onPick: (deviceId: string) => void;
}

/** Drawn anew in another look. */
export function WaffleCanvas(props: WaffleCanvasProps) {
  const { look } = useLook();
  return <Squares key={look} {...props} />;
}

function Squares(props: WaffleCanvasProps) {
  const { cells, grid, width, cursor, onPick } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<WafflePicture | null>(null);
  const height = waffleHeight(cells.length, grid);
  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    const picture = { cells, grid, width, cursor, scale: window.devicePixelRatio };
    draw(canvas.current, picture, changedSquares(drawn.current, picture));
    drawn.current = picture;
  }, [cells, grid, width, cursor]);

  function pick({ nativeEvent }: MouseEvent): void {
    const at = squareIndexAt({ x: nativeEvent.offsetX, y: nativeEvent.offsetY }, cells.length, grid);
    const cell = at === null ? undefined : cells[at];
    if (cell !== undefined) onPick(cell.deviceId);
  }

  // The field around it hears the keys and says what is under the cursor.
  return <canvas ref={canvas} className="waffle-canvas" aria-hidden style={{ width, height }} onClick={pick} />;
}

/** `changed` null: all of it, on an empty canvas. */
function draw(canvas: HTMLCanvasElement, picture: WafflePicture, changed: readonly number[] | null): void {
  const { cells, grid, width, scale, cursor } = picture;
  if (changed === null) {
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(waffleHeight(cells.length, grid) * scale);
  }
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(canvas);
  const colorOf = (name: string) => style.getPropertyValue(name);
  const surface = colorOf('--house-surface');
  const size = grid.pitch - Math.max(2, Math.round(grid.pitch / 7));
  const shapes = new Map<Glyph, (x: number, y: number) => void>();
  for (const index of changed ?? cells.keys()) {
    const cell = cells[index];
    if (cell === undefined) continue;
    const { x, y } = squareAt(index, grid);
    if (changed !== null) clear(context, { x, y, pitch: grid.pitch, scale });
    const glyph = glyphOf(cell);
    const paint =
      shapes.get(glyph) ?? painter(context, glyph, { size, scale, surface, color: colorOf(textColor(glyph)) });
    shapes.set(glyph, paint);
    paint(x + 1, y + 1);
    if (cell.deviceId === cursor) outline(context, { x, y, size: size + 2, scale, color: colorOf('--house-focus') });
  }
}

/** With what the frame of a cursor reached over; the glyphs beside it begin behind that. */
function clear(
  context: CanvasRenderingContext2D,
  { x, y, pitch, scale }: { readonly x: number; readonly y: number; readonly pitch: number; readonly scale: number },
): void {
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(x - 1, y - 1, pitch + 2, pitch + 2);
}

function textColor({ color }: Glyph): string {
  return `--mantine-color-${color}-text`;
}

function painter(
  context: CanvasRenderingContext2D,
  glyph: Glyph,
  how: { readonly size: number; readonly scale: number; readonly surface: string; readonly color: string },
): (x: number, y: number) => void {
  const paths = {
    fill: glyph.fill === undefined ? null : new Path2D(glyph.fill),
    cut: glyph.cut === undefined ? null : new Path2D(glyph.cut),
    stroke: glyph.stroke === undefined ? null : new Path2D(glyph.stroke),
  };
  const factor = (how.size * how.scale) / 16;
  return (x, y) => {
    context.setTransform(factor, 0, 0, factor, x * how.scale, y * how.scale);
    context.fillStyle = how.color;
    context.strokeStyle = how.color;
    context.lineWidth = 1.5;
    if (paths.fill !== null) context.fill(paths.fill);
    if (paths.stroke !== null) context.stroke(paths.stroke);
    if (paths.cut === null) return;
    context.fillStyle = how.surface;
    context.fill(paths.cut);
  };
}

function outline(
  context: CanvasRenderingContext2D,
  at: { readonly x: number; readonly y: number; readonly size: number; readonly scale: number; readonly color: string },
): void {
  context.setTransform(at.scale, 0, 0, at.scale, 0, 0);
  context.strokeStyle = at.color;
  context.lineWidth = 2;
  context.strokeRect(at.x + 0.5, at.y + 0.5, at.size - 1, at.size - 1);
}
