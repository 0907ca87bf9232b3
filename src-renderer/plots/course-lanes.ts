// The courses of devices as the state timeline draws them: lanes in words, markers named, and what nobody knows said as such.
import type { DeviceCourse, DeviceLine } from '#contract/console-history.ts';
import type { CourseLane, CourseMarker } from '#domain/journal/device-course.ts';
import { moodOf, type SummarySegment } from '#domain/journal/device-course-summary.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { TimelineLane, TimelineLook, TimelineMarker, TimelineSegment, TimeSpan } from './timeline-layout.ts';

interface StateWords {
  readonly word: string;
  readonly look: TimelineLook;
}

const known: Readonly<Record<string, string>> = {
  'agent-off': 'Its agent was stopped',
  'hub-off': 'Not known: the hub was off',
  applied: 'Applied',
  backoff: 'Restarting',
  connected: 'Connected',
  dead: 'Failed',
  disconnected: 'Not connected',
  empty: 'No configuration yet',
  failed: 'Failed',
  refused: 'Could not be sent',
  running: 'Running',
  sent: 'Sent, not answered yet',
  stopped: 'Stopped',
  unhealthy: 'Unhealthy',
  unknown: 'Not there yet',
  well: 'As it should be',
};

/** `stale:running` → `Running when last heard of`; states that are not known here as they were told, on their way. */
export function stateWords(state: string): StateWords {
  if (state.startsWith('stale:'))
    return { word: `${stateWords(state.slice('stale:'.length)).word} when last heard of`, look: 'unknown' };
  if (state.startsWith('failed:')) return { word: `Failed with code ${safeText(state.slice(7))}`, look: 'bad' };
  const word = Object.hasOwn(known, state) ? (known[state] ?? state) : safeText(state);
  return { word, look: state === 'well' ? 'good' : moodOf(state) };
}

/** The lanes of one device. */
export function lanesOf(course: DeviceCourse, span: TimeSpan): readonly TimelineLane[] {
  return course.lanes.map((lane) => {
    const segments = lane.segments.map(({ fromMs, toMs, state }) => ({ fromMs, toMs, ...stateWords(state) }));
    return {
      id: lane.id,
      name: laneName(lane.id),
      segments: lane.id.startsWith('module:') ? segments : [...untold(segments, span, course), ...segments],
    };
  });
}

/** One lane for a device among others: what weighed most in it, with its own markers, and the way to it. */
export function laneOfLine(line: DeviceLine, span: TimeSpan): TimelineLane {
  const segments = line.segments.map((segment) => ({
    fromMs: segment.fromMs,
    toMs: segment.toMs,
    ...summaryWords(segment),
  }));
  return {
    id: line.deviceId,
    name: line.deviceId,
    href: devicePath(line.deviceId),
    segments: [...untold(segments, span, line), ...segments],
    markers: line.markers.map(({ atMs, ...marker }) => ({ atMs, word: markerWord(marker) })),
  };
}

function summaryWords({ state, lane }: SummarySegment): StateWords {
  const told = stateWords(state);
  if (lane === null || lane === 'connection') return told;
  return { ...told, word: `${laneName(lane)}: ${told.word}` };
}

/** The time before the first that is known: nobody told, or it was not read. */
function untold(
  segments: readonly TimelineSegment[],
  { fromMs, toMs }: TimeSpan,
  { markers, toldFromMs }: Pick<DeviceCourse, 'markers' | 'toldFromMs'>,
): readonly TimelineSegment[] {
  const firstMs = segments[0]?.fromMs ?? toMs;
  if (firstMs <= fromMs) return [];
  const look = 'unknown';
  if (toldFromMs !== null) return [{ fromMs, toMs: firstMs, word: 'Not read: there are too many rows', look }];
  const addedMs = markers.find(({ kind, atMs }) => kind === 'device-created' && atMs <= firstMs)?.atMs;
  if (addedMs === undefined) return [{ fromMs, toMs: firstMs, word: 'Not known: no record', look }];
  return addedMs === firstMs ? [] : [{ fromMs: addedMs, toMs: firstMs, word: 'Not connected yet', look: 'away' }];
}

export function markersOf({ markers }: DeviceCourse): readonly TimelineMarker[] {
  return markers.map(({ atMs, ...marker }) => ({ atMs, word: markerWord(marker) }));
}

function laneName(id: CourseLane['id']): string {
  if (id === 'connection') return 'Connection';
  return id === 'configuration' ? 'Configuration' : safeText(id.replace(/^module:/, ''));
}

function markerWord({ kind, deploymentId, number }: Omit<CourseMarker, 'atMs'>): string {
  const of = deploymentId === null ? '' : ` of ${safeText(deploymentId)}`;
  if (kind === 'configuration-changed')
    return `Revision ${number ?? '?'}${deploymentId === null ? '' : ` from ${safeText(deploymentId)}`}`;
  if (kind === 'rollout-sent') return `Rollout${of}, attempt ${number ?? '?'}`;
  if (kind === 'manifest-set') return 'Set by hand';
  return kind === 'device-created' ? 'Device added' : 'Device deleted';
}
