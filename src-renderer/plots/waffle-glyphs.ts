// The square of a device: its shape alone says how it stands, its colour says it again. Drawn in a field of 16 by 16, by the same
// paths on the canvas and in the legend.
import type { DeviceStanding } from '#domain/rollouts/rollout-state.ts';

export interface Glyph {
  /** Of the theme: `green`. */
  readonly color: string;
  /** Filled with the colour, and what stands out of it in the colour of the surface. */
  readonly fill?: string;
  readonly cut?: string;
  /** Drawn as lines. */
  readonly stroke?: string;
}

const square = 'M1 1H15V15H1Z';
const frame = 'M1.75 1.75H14.25V14.25H1.75Z';
const dot = 'M8 6A2 2 0 1 1 8 10A2 2 0 1 1 8 6Z';

export const glyphs: Readonly<Record<DeviceStanding, Glyph>> = {
  pending: { color: 'gray', stroke: frame },
  // It fills from below: a third, two thirds, all but a hole.
  downloading: { color: 'blue', stroke: frame, fill: 'M1 11H15V15H1Z' },
  installing: { color: 'blue', stroke: frame, fill: 'M1 6.5H15V15H1Z' },
  verifying: { color: 'blue', fill: square, cut: 'M8 4A4 4 0 1 1 8 12A4 4 0 1 1 8 4Z' },
  success: { color: 'green', fill: square, cut: 'M3.4 8.2L5 6.6L7 8.6L11.2 4.4L12.8 6L7 11.8Z' },
  'already-installed': { color: 'green', fill: square, cut: 'M4 5H12V6.8H4ZM4 9.2H12V11H4Z' },
  failure: {
    color: 'red',
    fill: square,
    cut: 'M3.6 5L5 3.6L8 6.6L11 3.6L12.4 5L9.4 8L12.4 11L11 12.4L8 9.4L5 12.4L3.6 11L6.6 8Z',
  },
  'rolled-back': { color: 'yellow', fill: square, cut: 'M3 8L8 3.5V6.6H13V9.4H8V12.5Z' },
  'not-applicable': { color: 'gray', fill: dot },
  aborted: { color: 'gray', stroke: 'M4 12L12 4' },
  decommissioned: { color: 'gray', stroke: 'M4 4L12 12M12 4L4 12' },
};

/** Of one that is switched off and still to come: only its corners. */
export const asleepGlyph: Glyph = {
  color: 'gray',
  stroke: 'M1.75 5V1.75H5M11 1.75H14.25V5M14.25 11V14.25H11M5 14.25H1.75V11',
};

const stillOpen: ReadonlySet<DeviceStanding> = new Set(['pending', 'downloading', 'installing', 'verifying']);

export function glyphOf({
  standing,
  isAwake,
}: {
  readonly standing: DeviceStanding;
  readonly isAwake: boolean;
}): Glyph {
  return !isAwake && stillOpen.has(standing) ? asleepGlyph : glyphs[standing];
}
