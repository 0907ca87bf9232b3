// The course of a device as the state timeline draws it: its lanes in words, its markers named.
import type { DeviceCourse } from '#contract/console-history.ts';
import type { CourseLane, CourseMarker } from '#domain/journal/device-course.ts';
import { safeText } from '../words/safe-text.ts';
import type { TimelineLane, TimelineLook, TimelineMarker } from './timeline-layout.ts';

interface StateWords {
  readonly word: string;
  readonly look: TimelineLook;
}

const known: Readonly<Record<string, StateWords>> = {
  connected: { word: 'Connected', look: 'good' },
  disconnected: { word: 'Not connected', look: 'away' },
  sent: { word: 'Sent, not answered yet', look: 'busy' },
  applied: { word: 'Applied', look: 'good' },
  refused: { word: 'Could not be sent', look: 'bad' },
  running: { word: 'Running', look: 'good' },
  stopped: { word: 'Stopped', look: 'off' },
  backoff: { word: 'Restarting', look: 'bad' },
  unhealthy: { word: 'Unhealthy', look: 'bad' },
  failed: { word: 'Failed', look: 'bad' },
  dead: { word: 'Failed', look: 'bad' },
};

/** `stale:running` → `Running when last heard of`; states that are not known here as they were told, on their way. */
export function stateWords(state: string): StateWords {
  if (state.startsWith('stale:'))
    return { word: `${stateWords(state.slice('stale:'.length)).word} when last heard of`, look: 'unknown' };
  if (state.startsWith('failed:')) return { word: `Failed with code ${safeText(state.slice(7))}`, look: 'bad' };
  return Object.hasOwn(known, state) && known[state] ? known[state] : { word: safeText(state), look: 'busy' };
}

/** `prefix`: the device, where lanes of several stand together. */
export function lanesOf({ lanes }: DeviceCourse, prefix: string): readonly TimelineLane[] {
  return lanes.map((lane) => ({
    id: `${prefix} ${lane.id}`,
    name: prefix === '' ? laneName(lane) : `${prefix} · ${laneName(lane)}`,
    segments: lane.segments.map(({ fromMs, toMs, state }) => ({ fromMs, toMs, ...stateWords(state) })),
  }));
}

export function markersOf({ markers }: DeviceCourse, prefix: string): readonly TimelineMarker[] {
  const before = prefix === '' ? '' : `${prefix}: `;
  return markers.map((marker) => ({ atMs: marker.atMs, word: `${before}${markerWord(marker)}` }));
}

function laneName({ id }: CourseLane): string {
  if (id === 'connection') return 'Connection';
  return id === 'configuration' ? 'Configuration' : safeText(id.replace(/^module:/, ''));
}

function markerWord({ kind, deploymentId, number }: CourseMarker): string {
  const of = deploymentId === null ? '' : ` of ${safeText(deploymentId)}`;
  if (kind === 'configuration-changed')
    return `Revision ${number ?? '?'}${deploymentId === null ? '' : ` from ${safeText(deploymentId)}`}`;
  if (kind === 'rollout-sent') return `Rollout${of}, attempt ${number ?? '?'}`;
  if (kind === 'manifest-set') return 'Set by hand';
  return kind === 'device-created' ? 'Device added' : 'Device deleted';
}
