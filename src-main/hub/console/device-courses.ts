// How a device stood over a stretch of time, from its rows of the journal: read newest first in turns, and folded oldest first.
import type { Clock } from '#base/clock.ts';
import type { ConsoleHistory, DeviceCourse } from '#contract/console-history.ts';
import {
  courseKinds,
  courseLanes,
  courseMarkerIn,
  type CourseMarker,
  type CourseSign,
  courseSignsIn,
} from '#domain/journal/device-course.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import type { JournalSearch } from '#domain/journal/journal-search.ts';
import type { Store } from '#store/store-types.ts';
import { assertAsked } from '../turns/asked.ts';
import { createTurns } from '../turns/turns.ts';

/** A device that reports every second has as many rows in an hour. */
const mostRows = 5_000;
/** Of before, for how it stood when the time began. */
const rowsBefore = 300;

interface CourseNeeds {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
}

export function createDeviceCourses({ store: { read }, clock }: CourseNeeds): ConsoleHistory['course'] {
  /** Newest first, in turns; resolves with whether all that fit were read. */
  async function walk(
    search: JournalSearch,
    most: number,
    signal: AbortSignal | undefined,
    take: Take,
  ): Promise<boolean> {
    const turns = createTurns(clock);
    let taken = 0;
    let before: number | null = null;
    do {
      assertAsked(signal);
      const look = read.journalSearch.look(search, { before, limit: most - taken });
      for (const { detail, detailBytes: _, ...row } of look.rows) {
        const entry = detail === null ? read.journalSearch.entry(row.seq) : { ...row, detail };
        if (entry !== undefined) take(entry);
        if (detail === null) await turns.next();
      }
      taken += look.rows.length;
      before = look.next;
      await turns.next();
    } while (before !== null && taken < most);
    return before === null;
  }

  return async ({ deviceId, fromMs, toMs }, signal): Promise<DeviceCourse> => {
    const signs: (readonly CourseSign[])[] = [];
    const markers: CourseMarker[] = [];
    let oldestMs = toMs;
    const search = { fromMs, toMs, kinds: courseKinds, actors: [], deviceId, deploymentId: null, words: [] };
    const isAll = await walk(search, mostRows, signal, (entry) => {
      signs.push(courseSignsIn(entry));
      const marker = courseMarkerIn(entry);
      if (marker !== null) markers.push(marker);
      oldestMs = Math.min(oldestMs, entry.atMs);
    });
    if (isAll)
      await walk({ ...search, fromMs: null, toMs: fromMs - 1 }, rowsBefore, signal, (entry) => {
        signs.push(courseSignsIn(entry));
      });
    return {
      lanes: courseLanes(signs.toReversed().flat(), fromMs),
      markers: markers.toReversed(),
      toldFromMs: isAll ? null : oldestMs,
    };
  };
}

type Take = (entry: JournalEntry) => void;
