// The console's procedures for the history: looking through the journal, one device's course, two moments beside one another.
// A page ends after a bounded time whether it is full or not; who wants more goes on from `next`.
import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';
import type { CourseLane, CourseMarker } from '#domain/journal/device-course.ts';
import type { SummarySegment } from '#domain/journal/device-course-summary.ts';
import type { ValueChange } from '#domain/values/value-difference.ts';
import type { DeviceJournalRow } from './console-device-page.ts';
import { largestPage } from './console-rows.ts';

const id = z.string().min(1).max(128);
const momentMs = z.int().min(0).max(8.64e15);

export const historyQuery = z.strictObject({
  /** Both inclusive; null: open. */
  fromMs: momentMs.nullable(),
  toMs: momentMs.nullable(),
  /** None: of every kind. One that is no kind finds nothing. */
  kinds: z.array(z.string().max(64)).max(64),
  /** None: whoever did it. */
  actors: z.array(z.enum(['console', 'service', 'hub', 'device'])).max(4),
  deviceId: id.nullable(),
  deploymentId: id.nullable(),
  /** Each word is to occur in the kind, an id or the detail. */
  words: z.string().max(200),
});
export type HistoryQuery = z.infer<typeof historyQuery>;

export const historyRequest = z.strictObject({
  query: historyQuery,
  /** Rows below this number; null: from the newest on. */
  before: z.int().min(1).nullable(),
  limit: z.int().min(1).max(largestPage),
  /** Details whole, for a file; such a page also ends at about half a megabyte. */
  isWhole: z.boolean().default(false),
});
export type HistoryRequest = z.infer<typeof historyRequest>;

export const historyRowRequest = z.strictObject({ seq: z.int().min(1) });

export const courseRequest = z.strictObject({ deviceId: id, fromMs: momentMs, toMs: momentMs });
type CourseRequest = z.infer<typeof courseRequest>;

/** Of several devices at once; who wants more asks again. */
export const mostCourses = 8;
export const coursesRequest = z.strictObject({
  deviceIds: z.array(id).min(1).max(mostCourses),
  fromMs: momentMs,
  toMs: momentMs,
});
type CoursesRequest = z.infer<typeof coursesRequest>;

export const momentsRequest = z.strictObject({
  /** Null: of the site. */
  deviceId: id.nullable(),
  atMs: momentMs,
  otherMs: momentMs,
});
type MomentsRequest = z.infer<typeof momentsRequest>;

export interface HistoryRow extends DeviceJournalRow {
  /** Its detail is the top of it alone (journal-brief.ts). */
  readonly isBrief: boolean;
}

export interface HistoryPage {
  /** Newest first. */
  readonly rows: readonly HistoryRow[];
  /** `before` of the next page, which may turn out to be empty; null: there is nothing more. */
  readonly next: number | null;
  /** The newest row of the journal when this was read. */
  readonly newestSeq: number;
}

interface HistoryRowDetail {
  readonly row: HistoryRow;
  /** Its whole detail as JSON text, cut at 256 KB. */
  readonly text: string;
  readonly isCut: boolean;
}

/** What came since the subscription began. */
export interface HistoryNews {
  readonly newestSeq: number;
  /** Rows that fit the query. */
  readonly fitting: number;
}

export interface DeviceCourse {
  readonly lanes: readonly CourseLane[];
  /** Oldest first. */
  readonly markers: readonly CourseMarker[];
  /** Not all rows of this time were read, for there are too many: before this nothing is told. Null: all were. */
  readonly toldFromMs: number | null;
}

/** More changes of one device are not told beside others; the newest are. */
export const mostSummaries = 500;

/** One device among several: as a whole, by what weighed most in it. */
export interface DeviceLine {
  readonly deviceId: string;
  readonly segments: readonly SummarySegment[];
  /** Oldest first. */
  readonly markers: readonly CourseMarker[];
  /** When it failed first in this time; null: it did not. */
  readonly failedAtMs: number | null;
  /** As of one device alone. */
  readonly toldFromMs: number | null;
}

interface DeviceLines {
  /** In the order they were asked for. */
  readonly lines: readonly DeviceLine[];
}

export interface DeviceMoment {
  readonly atMs: number;
  readonly exists: boolean;
  readonly isConnected: boolean | null;
  readonly revision: number | null;
}

export interface SectionChanges {
  readonly section: 'tags' | 'desired' | 'reported';
  /** Null: of the device itself. */
  readonly moduleId: string | null;
  /** The first of all. */
  readonly changes: readonly ValueChange[];
  readonly count: number;
  /** What it held at both moments; null: together with the others it is too much to be looked at side by side. */
  readonly documents: { readonly first: JsonObject; readonly second: JsonObject } | null;
}

export interface DeviceMoments {
  readonly kind: 'device';
  readonly first: DeviceMoment;
  readonly second: DeviceMoment;
  readonly sections: readonly SectionChanges[];
  /** What cannot be told, in sentences. */
  readonly untold: readonly string[];
}

export interface DeploymentAtMoment {
  readonly id: string;
  /** `both`: and it was not changed in between. */
  readonly stands: 'first' | 'second' | 'both' | 'changed';
}

export interface SiteMoments {
  readonly kind: 'site';
  readonly first: SiteMoment;
  readonly second: SiteMoment;
  readonly deployments: readonly DeploymentAtMoment[];
  readonly untold: readonly string[];
}

interface SiteMoment {
  readonly atMs: number;
  readonly devices: number;
  readonly deployments: number;
  readonly rollouts: number;
}

/** What answers; it throws `AppError`. `signal` ends the work for whoever left. */
export interface ConsoleHistory {
  history(request: HistoryRequest, signal: AbortSignal | undefined): Promise<HistoryPage>;
  /** Null: there is no such row. */
  historyRow(request: z.infer<typeof historyRowRequest>): HistoryRowDetail | null;
  course(request: CourseRequest, signal: AbortSignal | undefined): Promise<DeviceCourse>;
  courses(request: CoursesRequest, signal: AbortSignal | undefined): Promise<DeviceLines>;
  moments(request: MomentsRequest, signal: AbortSignal | undefined): Promise<DeviceMoments | SiteMoments>;
  /** News at most twice a second. */
  follow(query: HistoryQuery, signal: AbortSignal | undefined): AsyncGenerator<HistoryNews, void, undefined>;
}
