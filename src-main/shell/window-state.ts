// Where the window was, and where it goes now: on a display that exists, no larger than it, its title bar within reach.
import { z } from 'zod';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  readonly bounds: Rectangle;
  readonly isMaximized: boolean;
}

export interface Place extends Partial<Rectangle> {
  readonly width: number;
  readonly height: number;
}

export const smallestWindow = { width: 720, height: 480 } as const;
const usualSize = { width: 1_280, height: 840 } as const;
/** So much of the title bar must be on a display for a hand to reach it. */
const reach = { width: 120, height: 32 } as const;

const pixel = z.int().min(-1_000_000).max(1_000_000);
const extent = z.int().positive().max(100_000);
const stateFile = z.strictObject({
  bounds: z.strictObject({ x: pixel, y: pixel, width: extent, height: extent }),
  isMaximized: z.boolean(),
});

/** Null for a file that is damaged, or of another version: the window opens as on the first day. */
export function readWindowState(text: string): WindowState | null {
  try {
    const parsed = stateFile.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * Size and place for a window: as it was, shrunk and moved into the display it was on most; without a place, so that the
 * system centres it, where that display is gone.
 * Example: a window at x 2000 of a second screen that is no longer there → its size alone.
 */
export function placeWindow(saved: WindowState | null, workAreas: readonly Rectangle[]): Place {
  const wanted = saved?.bounds ?? null;
  const area = wanted === null ? workAreas[0] : mostCovered(wanted, workAreas);
  const size = { width: wanted?.width ?? usualSize.width, height: wanted?.height ?? usualSize.height };
  if (wanted === null || area === undefined) return fitted(size, area ?? workAreas[0]);
  const { width, height } = fitted(size, area);
  return {
    width,
    height,
    x: clamp(wanted.x, area.x, area.x + area.width - width),
    y: clamp(wanted.y, area.y, area.y + area.height - height),
  };
}

/** The display that shows most of it; undefined: none shows enough of its title bar. */
function mostCovered(bounds: Rectangle, areas: readonly Rectangle[]): Rectangle | undefined {
  const titleBar = { ...bounds, height: reach.height };
  const reachable = areas.filter((area) => {
    const seen = overlap(titleBar, area);
    return seen.width >= Math.min(reach.width, bounds.width) && seen.height >= reach.height / 2;
  });
  return reachable.toSorted((left, right) => surface(overlap(bounds, right)) - surface(overlap(bounds, left)))[0];
}

function overlap(one: Rectangle, other: Rectangle): { readonly width: number; readonly height: number } {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return { width: Math.max(0, width), height: Math.max(0, height) };
}

function surface({ width, height }: { readonly width: number; readonly height: number }): number {
  return width * height;
}

function fitted(size: { readonly width: number; readonly height: number }, area: Rectangle | undefined): Place {
  return {
    width: clamp(size.width, smallestWindow.width, area?.width ?? size.width),
    height: clamp(size.height, smallestWindow.height, area?.height ?? size.height),
  };
}

/** The upper limit goes before the lower: a display may be smaller than the smallest window. */
function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
