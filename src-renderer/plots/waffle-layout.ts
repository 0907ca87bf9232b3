// Where each device's square lies in the picture of a wave, and where a key moves the cursor. A square keeps its place as long as
// the devices of the wave are the same ones.

export interface WaffleGrid {
  readonly columns: number;
  /** Of a square with the gap behind it, in px. */
  readonly pitch: number;
}

/** Larger squares where there is room: a few devices are read off one by one, ten thousand as a surface. */
export function waffleGrid(devices: number, width: number): WaffleGrid {
  const pitch = devices <= 120 ? 28 : devices <= 1200 ? 20 : 12;
  return { pitch, columns: Math.max(1, Math.floor(width / pitch)) };
}

export function waffleHeight(devices: number, { columns, pitch }: WaffleGrid): number {
  return Math.ceil(devices / columns) * pitch;
}

export function squareAt(index: number, { columns, pitch }: WaffleGrid): { readonly x: number; readonly y: number } {
  return { x: (index % columns) * pitch, y: Math.floor(index / columns) * pitch };
}

/** Null: no square lies there. */
export function squareIndexAt(
  point: { readonly x: number; readonly y: number },
  devices: number,
  grid: WaffleGrid,
): number | null {
  const column = Math.floor(point.x / grid.pitch);
  const row = Math.floor(point.y / grid.pitch);
  if (column < 0 || row < 0 || column >= grid.columns) return null;
  const index = row * grid.columns + column;
  return index < devices ? index : null;
}

/** Where a key leads from a square; null: it is none of ours. Beyond the ends it stays. */
export function waffleStep(key: string, at: number, devices: number, { columns }: WaffleGrid): number | null {
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: devices - 1,
  }[key];
  if (to === undefined) return null;
  if (key === 'ArrowUp' && to < 0) return at;
  if (key === 'ArrowDown' && to > devices - 1)
    return Math.floor(at / columns) === Math.floor((devices - 1) / columns) ? at : devices - 1;
  return Math.min(devices - 1, Math.max(0, to));
}
