// How a device stood as a whole: of its lanes at each moment the one that weighs most, so that many devices stand below one another
// and the first that failed is seen.
import { ownValue } from '#base/json.ts';
import type { CourseLane, CourseSegment } from './device-course.ts';

/** `unknown`: nobody could tell. `away`: not connected. `off`: stopped, as may be wanted. */
export type CourseMood = 'good' | 'busy' | 'bad' | 'away' | 'off' | 'unknown';

export interface SummarySegment extends CourseSegment {
  /** The lane that weighs most then; null: all are as they should be. */
  readonly lane: string | null;
}

const moods: Readonly<Record<string, CourseMood>> = {
  'agent-off': 'away',
  'hub-off': 'unknown',
  applied: 'good',
  backoff: 'bad',
  connected: 'good',
  dead: 'bad',
  disconnected: 'away',
  empty: 'off',
  failed: 'bad',
  refused: 'bad',
  running: 'good',
  stopped: 'off',
  unhealthy: 'bad',
};

const weights: Readonly<Record<CourseMood, number>> = { unknown: 5, away: 4, bad: 3, busy: 2, good: 1, off: 0 };

/** `running` → good, `failed:500` → bad, `stale:failed` → unknown; a state that is not known here is on its way. */
export function moodOf(state: string): CourseMood {
  if (state.startsWith('stale:')) return 'unknown';
  if (state.startsWith('failed:')) return 'bad';
  return ownValue(moods, state) ?? 'busy';
}

/**
 * One lane of all: not connected before failed, failed before on its way; where all is well no lane is named. Connected with a
 * module `web` that runs and then fails → well, then `module:web` failed.
 */
export function courseSummary(lanes: readonly CourseLane[]): readonly SummarySegment[] {
  const edges = lanes.flatMap(({ segments }) => segments.flatMap(({ fromMs, toMs }) => [fromMs, toMs ?? fromMs]));
  const times = [...new Set(edges)].sort((one, other) => one - other);
  const cursors = lanes.map(({ id, segments }): Cursor => ({ id, segments, at: 0 }));
  const summary: SummarySegment[] = [];
  for (const fromMs of times) {
    const heaviest = heaviestAt(cursors, fromMs);
    const last = summary.at(-1);
    if (last !== undefined && last.toMs === null) {
      if (last.state === heaviest?.state && last.lane === heaviest.lane) continue;
      summary[summary.length - 1] = { ...last, toMs: fromMs };
    }
    if (heaviest !== null) summary.push({ fromMs, toMs: null, ...heaviest });
  }
  return summary;
}

/** When it failed first, at `fromMs` or later, by what it told while it could tell; null: it did not. */
export function firstFailureMs(summary: readonly SummarySegment[], fromMs: number): number | null {
  const failed = summary.find(({ state, toMs }) => moodOf(state) === 'bad' && (toMs === null || toMs > fromMs));
  return failed === undefined ? null : Math.max(failed.fromMs, fromMs);
}

interface Cursor extends CourseLane {
  /** Of the segment it was at; it only goes on. */
  at: number;
}

type Heaviest = Pick<SummarySegment, 'state' | 'lane'>;

function heaviestAt(cursors: readonly Cursor[], atMs: number): Heaviest | null {
  let heaviest: Heaviest | null = null;
  let weight = -1;
  for (const cursor of cursors) {
    const segment = segmentAt(cursor, atMs);
    if (segment === undefined) continue;
    const mine = weightOf(segment.state);
    if (mine <= weight) continue;
    weight = mine;
    heaviest = { state: segment.state, lane: cursor.id };
  }
  return heaviest !== null && weight <= weights.good ? { state: 'well', lane: null } : heaviest;
}

function segmentAt(cursor: Cursor, atMs: number): CourseSegment | undefined {
  let segment = cursor.segments[cursor.at];
  while (segment !== undefined && segment.toMs !== null && segment.toMs <= atMs) {
    cursor.at += 1;
    segment = cursor.segments[cursor.at];
  }
  return segment !== undefined && segment.fromMs <= atMs ? segment : undefined;
}

/** What is stale is so because its device is away or the hub was, which weigh by themselves. */
function weightOf(state: string): number {
  return state.startsWith('stale:') ? weights.good + 0.5 : weights[moodOf(state)];
}
