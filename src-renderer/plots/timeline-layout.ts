// Where things stand on a state timeline: pure maths from times to pixels, so that it can be tested without a screen.

/** How a state looks: each has its own pattern besides its colour. `unknown`: nothing was told of that time. */
export type TimelineLook = 'good' | 'busy' | 'bad' | 'away' | 'off' | 'unknown';

export interface TimelineSegment {
  readonly fromMs: number;
  /** Null: it goes on. */
  readonly toMs: number | null;
  readonly word: string;
  readonly look: TimelineLook;
}

/** Its segments one after another, oldest first, without overlaps. */
export interface TimelineLane {
  readonly id: string;
  readonly name: string;
  readonly segments: readonly TimelineSegment[];
  /** Where its name leads. */
  readonly href?: string;
  /** What happened to it alone; what happened to all stands above the lanes. */
  readonly markers?: readonly TimelineMarker[];
}

/** Something that happened at one moment: a deployment, a rollout's attempt. */
export interface TimelineMarker {
  readonly atMs: number;
  readonly word: string;
}

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Box {
  readonly x: number;
  readonly width: number;
  readonly segment: TimelineSegment;
}

export interface MarkerGroup {
  readonly x: number;
  readonly markers: readonly TimelineMarker[];
}

export interface Tick {
  readonly x: number;
  readonly atMs: number;
}

// So that a second without a connection in a day can still be seen and hit.
const leastWidth = 3;

export function xOf(atMs: number, { fromMs, toMs }: TimeSpan, width: number): number {
  return toMs <= fromMs ? 0 : ((atMs - fromMs) / (toMs - fromMs)) * width;
}

export function timeAt(x: number, { fromMs, toMs }: TimeSpan, width: number): number {
  const share = width <= 0 ? 0 : Math.min(1, Math.max(0, x / width));
  return Math.round(fromMs + share * (toMs - fromMs));
}

/** The segments of a lane that are seen, cut at the edges of the span, each at least three pixels wide. */
export function boxesOf(lane: TimelineLane, span: TimeSpan, width: number): readonly Box[] {
  return lane.segments.flatMap((segment) => {
    const end = Math.min(segment.toMs ?? span.toMs, span.toMs);
    const start = Math.max(segment.fromMs, span.fromMs);
    if (end < start || segment.fromMs > span.toMs || (segment.toMs ?? span.toMs) < span.fromMs) return [];
    const x = Math.min(xOf(start, span, width), width - leastWidth);
    return [{ x, width: Math.max(leastWidth, xOf(end, span, width) - x), segment }];
  });
}

/** Moved inside by half its width where it would be cut at an edge of the plot. */
export function insideOf(x: number, halfWidth: number, width: number): number {
  return Math.max(halfWidth, Math.min(x, width - halfWidth));
}

/** Whether what is centred there is whole. */
export function isInside(x: number, halfWidth: number, width: number): boolean {
  return x - halfWidth >= 0 && x + halfWidth <= width;
}

/** Markers that would stand on one another are one group, at the place of its first. */
export function markerGroups(
  markers: readonly TimelineMarker[],
  span: TimeSpan,
  { width, apart }: { readonly width: number; readonly apart: number },
): readonly MarkerGroup[] {
  const groups: { x: number; markers: TimelineMarker[] }[] = [];
  const seen = markers.filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.toMs);
  for (const marker of [...seen].sort((one, other) => one.atMs - other.atMs)) {
    const x = xOf(marker.atMs, span, width);
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < apart) last.markers.push(marker);
    else groups.push({ x, markers: [marker] });
  }
  return groups;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  1_000,
  5_000,
  15_000,
  30_000,
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  28 * day,
];

/** Round times of the wall clock, at least `apart` pixels from one another. `offsetMs`: how far the zone is ahead of UTC. */
export function ticksOf(
  span: TimeSpan,
  { width, apart, offsetMs = 0 }: { readonly width: number; readonly apart: number; readonly offsetMs?: number },
): readonly Tick[] {
  const length = span.toMs - span.fromMs;
  if (length <= 0 || width <= 0) return [];
  const least = (length * apart) / width;
  const step = steps.find((one) => one >= least) ?? Math.ceil(least / (28 * day)) * 28 * day;
  const ticks: Tick[] = [];
  const first = Math.ceil((span.fromMs + offsetMs) / step) * step - offsetMs;
  for (let atMs = first; atMs <= span.toMs; atMs += step) ticks.push({ x: xOf(atMs, span, width), atMs });
  return ticks;
}

/** Every moment at which something changes in the span, oldest first: where the cursor goes from key to key. */
export function momentsOf(
  lanes: readonly TimelineLane[],
  markers: readonly TimelineMarker[],
  span: TimeSpan,
): readonly number[] {
  const times = [
    ...lanes.flatMap(({ segments, markers: own = [] }) => [...segments, ...own.map((m) => ({ fromMs: m.atMs }))]),
    ...markers.map((m) => ({ fromMs: m.atMs })),
  ].map(({ fromMs }) => fromMs);
  const within = times.filter((atMs) => atMs > span.fromMs && atMs < span.toMs);
  return [...new Set([span.fromMs, ...within, span.toMs])].sort((one, other) => one - other);
}

/** The moment before or after one, or the outermost. */
export function nextMoment(moments: readonly number[], atMs: number, direction: 1 | -1): number {
  const found = direction === 1 ? moments.find((moment) => moment > atMs) : moments.findLast((moment) => moment < atMs);
  return found ?? (direction === 1 ? moments.at(-1) : moments[0]) ?? atMs;
}

/** What holds in a lane at a moment; undefined before anything is known. */
export function segmentAt(lane: TimelineLane, atMs: number): TimelineSegment | undefined {
  return lane.segments.findLast((segment) => segment.fromMs <= atMs && (segment.toMs === null || segment.toMs >= atMs));
}

const mostTold = 6;

/**
 * What holds at a moment and what happened in it: `Rollout of line · Connection Connected · web Failed`. Of many lanes those that are
 * not as they should be, and how many are.
 */
export function toldAt(lanes: readonly TimelineLane[], markers: readonly TimelineMarker[], atMs: number): string {
  const own = lanes.flatMap(({ name, markers: of = [] }) => of.map((m) => ({ ...m, word: `${name}: ${m.word}` })));
  const happened = [...markers, ...own].filter((marker) => marker.atMs === atMs).map(({ word }) => word);
  const states = lanes.map((lane) => ({ name: lane.name, segment: segmentAt(lane, atMs) }));
  const isShort = lanes.length <= mostTold + 2;
  const listed = isShort ? states : states.filter(({ segment }) => segment?.look !== 'good');
  const told = listed.slice(0, isShort ? listed.length : mostTold);
  const more = listed.length - told.length;
  const good = states.length - listed.length;
  return [
    ...happened.slice(0, mostTold),
    ...told.map(({ name, segment }) => `${name} ${segment?.word ?? 'not there'}`),
    ...(more > 0 ? [`${more} more are not as they should be`] : []),
    ...(good > 0 ? [`${good} ${good === 1 ? 'is as it should be' : 'are as they should be'}`] : []),
  ].join(' · ');
}
