// How devices stood over a stretch of time, from their rows of the journal: read newest first in turns, and folded oldest first. While
// the hub was off nobody could tell, which its own rows say for all of them.
import { type ConsoleHistory, type DeviceCourse, type DeviceLine, mostSummaries } from '#contract/console-history.ts';
import { courseSummary, firstFailureMs } from '#domain/journal/device-course-summary.ts';
import {
  courseKinds,
  courseLanes,
  courseMarkerIn,
  type CourseMarker,
  courseSignsIn,
} from '#domain/journal/device-course.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { hubAbsences, type RowSigns } from './hub-absences.ts';
import { anySearch, walkJournal, type WalkNeeds } from './journal-walk.ts';

/** A device that reports every second has as many rows in an hour. */
const mostRows = 5_000;
/** Of each of several. */
const mostRowsOfEach = 2_000;
/** Of before, for how it stood when the time began. */
const rowsBefore = 300;
/** A device that reports by the second connected long before those; it is looked for among some thousands of its rows. */
const presenceRows = 20;
const presenceLooks = 60;
const presenceKinds: readonly JournalKind[] = ['device-connected', 'device-disconnected'];

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

type Signal = AbortSignal | undefined;

export function createDeviceCourses(needs: WalkNeeds): Pick<ConsoleHistory, 'course' | 'courses'> {
  return {
    async course({ deviceId, ...span }, signal) {
      const hub = await hubAbsences(needs, span.toMs, signal);
      return courseOf(needs, { ...span, deviceId, most: mostRows, hub }, signal);
    },
    async courses({ deviceIds, ...span }, signal) {
      const hub = await hubAbsences(needs, span.toMs, signal);
      const lines: DeviceLine[] = [];
      for (const deviceId of deviceIds) {
        const course = await courseOf(needs, { ...span, deviceId, most: mostRowsOfEach, hub }, signal);
        lines.push(lineOf(deviceId, course, span));
      }
      return { lines };
    },
  };
}

async function courseOf(
  needs: WalkNeeds,
  asked: Span & { readonly deviceId: string; readonly most: number; readonly hub: readonly RowSigns[] },
  signal: Signal,
): Promise<DeviceCourse> {
  const { deviceId, fromMs, toMs, most, hub } = asked;
  const rows: RowSigns[] = [...hub];
  const markers: CourseMarker[] = [];
  let oldestMs = toMs;
  const search = { ...anySearch, kinds: courseKinds, deviceId };
  const isAll = await walkJournal(needs, { search: { ...search, fromMs, toMs }, most, signal }, (entry) => {
    rows.push({ seq: entry.seq, signs: courseSignsIn(entry) });
    const marker = courseMarkerIn(entry);
    if (marker !== null) markers.push(marker);
    oldestMs = Math.min(oldestMs, entry.atMs);
  });
  const take = (entry: JournalEntry) => void rows.push({ seq: entry.seq, signs: courseSignsIn(entry) });
  const before = { ...search, toMs: fromMs - 1 };
  if (isAll) await walkJournal(needs, { search: before, most: rowsBefore, signal }, take);
  const isPresent = rows.some(({ signs }) => signs.some(({ lane }) => lane === 'connection'));
  if (isAll && !isPresent) {
    const presence = { search: { ...before, kinds: presenceKinds }, most: presenceRows, mostLooks: presenceLooks };
    await walkJournal(needs, { ...presence, signal }, take);
  }
  const signs = rows.sort((one, other) => one.seq - other.seq).flatMap((row) => row.signs);
  return {
    lanes: courseLanes(signs, fromMs),
    markers: markers.toReversed(),
    toldFromMs: isAll ? null : oldestMs,
  };
}

function lineOf(deviceId: string, { lanes, markers, toldFromMs }: DeviceCourse, { fromMs }: Span): DeviceLine {
  const summary = courseSummary(lanes).filter(({ toMs }) => toMs === null || toMs >= fromMs);
  const segments = summary.slice(-mostSummaries);
  const isCut = segments.length < summary.length;
  return {
    deviceId,
    segments,
    markers,
    failedAtMs: firstFailureMs(summary, fromMs),
    toldFromMs: isCut ? (segments[0]?.fromMs ?? toldFromMs) : toldFromMs,
  };
}
