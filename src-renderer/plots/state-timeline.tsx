// How states changed over time: a lane for each thing, drawn to scale. A state is told by pattern, word and colour; the arrow keys
// go from change to change, and the same stands below as a table.
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useId, useMemo, useState } from 'react';
import { clockTime } from '../words/age.ts';
import { safeText } from '../words/safe-text.ts';
import './state-timeline.css';
import {
  boxesOf,
  markerGroups,
  momentsOf,
  nextMoment,
  segmentAt,
  ticksOf,
  timeAt,
  type TimelineLane,
  type TimelineLook,
  type TimelineMarker,
  type TimeSpan,
  xOf,
} from './timeline-layout.ts';
import { TimelineTable } from './timeline-table.tsx';

const laneHeight = 30;
const barHeight = 22;
const axisHeight = 26;
const markersHeight = 24;
const apartTicks = 96;
const apartMarkers = 18;
// Of a word in a bar; what does not fit is told at the cursor.
const letterWidth = 7.2;

interface StateTimelineProps {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly lanes: readonly TimelineLane[];
  readonly markers: readonly TimelineMarker[];
  readonly span: TimeSpan;
  /** The cursor was put on a moment. */
  readonly onMoment?: (atMs: number) => void;
}

export function StateTimeline({ label, lanes, markers, span, onMoment }: StateTimelineProps) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [chosen, setChosen] = useState<number | null>(null);
  const cursorMs = Math.min(span.toMs, Math.max(span.fromMs, chosen ?? span.toMs));
  const moments = useMemo(() => momentsOf(lanes, markers, span), [lanes, markers, span]);

  function put(atMs: number): void {
    setChosen(atMs);
    onMoment?.(atMs);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const target = targetOf(event.key, moments, cursorMs);
    if (target === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    put(target);
  }

  const told = toldAt(lanes, markers, cursorMs);
  return (
    <div className="timeline">
      <div className="timeline-body">
        <ul className="timeline-names" aria-hidden>
          {lanes.map(({ id, name }) => (
            <li key={id} title={safeText(name)}>
              {safeText(name)}
            </li>
          ))}
        </ul>
        <div
          ref={ref}
          className="timeline-plot"
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-orientation="horizontal"
          aria-valuemin={span.fromMs}
          aria-valuemax={span.toMs}
          aria-valuenow={cursorMs}
          aria-valuetext={`${clockTime(cursorMs)}: ${told}`}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => put(timeAt(offsetIn(event), span, width))}
        >
          {width > 0 && <Plot lanes={lanes} markers={markers} span={span} width={width} cursorMs={cursorMs} />}
        </div>
      </div>
      <p className="timeline-told">
        <b>{clockTime(cursorMs)}</b> {told}
      </p>
      <Legend lanes={lanes} />
      <TimelineTable label={label} lanes={lanes} markers={markers} span={span} />
    </div>
  );
}

function offsetIn(event: PointerEvent<HTMLDivElement>): number {
  return event.clientX - event.currentTarget.getBoundingClientRect().left;
}

function targetOf(key: string, moments: readonly number[], cursorMs: number): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return nextMoment(moments, cursorMs, 1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return nextMoment(moments, cursorMs, -1);
    case 'Home':
      return moments[0] ?? null;
    case 'End':
      return moments.at(-1) ?? null;
    default:
      return null;
  }
}

/** What holds at a moment, and what happened in it. */
function toldAt(lanes: readonly TimelineLane[], markers: readonly TimelineMarker[], atMs: number): string {
  const states = lanes.map((lane) => `${safeText(lane.name)} ${safeText(segmentAt(lane, atMs)?.word ?? 'not known')}`);
  const happened = markers.filter((marker) => marker.atMs === atMs).map(({ word }) => safeText(word));
  return [...happened, ...states].join(' · ');
}

function Plot(props: {
  readonly lanes: readonly TimelineLane[];
  readonly markers: readonly TimelineMarker[];
  readonly span: TimeSpan;
  readonly width: number;
  readonly cursorMs: number;
}) {
  const { lanes, markers, span, width, cursorMs } = props;
  const patterns = useId();
  const height = markersHeight + lanes.length * laneHeight + axisHeight;
  const cursorX = xOf(cursorMs, span, width);
  return (
    <svg width={width} height={height} aria-hidden>
      <Patterns prefix={patterns} />
      <Axis span={span} width={width} height={height} />
      {lanes.map((lane, index) => (
        <g key={lane.id} transform={`translate(0 ${markersHeight + index * laneHeight})`}>
          {boxesOf(lane, span, width).map(({ x, width: wide, segment }) => (
            <g key={segment.fromMs} className={`state-${segment.look}`}>
              <title>{`${safeText(segment.word)} · ${clockTime(segment.fromMs)}`}</title>
              <rect className="bar" x={x} width={wide} y={4} height={barHeight} rx={Math.min(4, wide / 2)} />
              <rect
                className="veil"
                fill={`url(#${patterns}-${segment.look})`}
                x={x}
                width={wide}
                y={4}
                height={barHeight}
              />
              {segment.word.length * letterWidth + 12 < wide && (
                <text x={x + 8} y={19}>
                  {safeText(segment.word)}
                </text>
              )}
            </g>
          ))}
        </g>
      ))}
      <Markers markers={markers} span={span} width={width} height={height - axisHeight} />
      <line className="cursor" x1={cursorX} x2={cursorX} y1={0} y2={height - axisHeight} />
    </svg>
  );
}

function Axis({ span, width, height }: { readonly span: TimeSpan; readonly width: number; readonly height: number }) {
  const offsetMs = -new Date(span.fromMs).getTimezoneOffset() * 60_000;
  const lengthMs = span.toMs - span.fromMs;
  const exact: Intl.DateTimeFormatOptions =
    lengthMs > 2 * 86_400_000
      ? { dateStyle: 'medium' }
      : { timeStyle: lengthMs < 10 * 60_000 ? 'medium' : 'short', hourCycle: 'h23' };
  const words = new Intl.DateTimeFormat(undefined, exact);
  return ticksOf(span, { width, apart: apartTicks, offsetMs }).map(({ x, atMs }) => (
    <g key={atMs} className="tick">
      <line x1={x} x2={x} y1={markersHeight} y2={height - axisHeight + 4} />
      {x > 30 && x < width - 40 && (
        <text x={x} y={height - 8} textAnchor="middle">
          {words.format(atMs)}
        </text>
      )}
    </g>
  ));
}

function Markers(props: {
  readonly markers: readonly TimelineMarker[];
  readonly span: TimeSpan;
  readonly width: number;
  readonly height: number;
}) {
  const { markers, span, width, height } = props;
  return markerGroups(markers, span, { width, apart: apartMarkers }).map(({ x, markers: group }) => (
    <g key={x} className="marker">
      <title>{group.map(({ atMs, word }) => `${clockTime(atMs)}: ${safeText(word)}`).join('\n')}</title>
      <line x1={x} x2={x} y1={16} y2={height} />
      <path d={`M ${x - 7} 2 h 14 v 9 l -7 6 l -7 -6 z`} />
      {group.length > 1 && (
        <text x={x} y={11} textAnchor="middle">
          {group.length > 9 ? '9+' : group.length}
        </text>
      )}
    </g>
  ));
}

/** Drawn over the bars, so that states differ in grey as well. */
function Patterns({ prefix }: { readonly prefix: string }) {
  return (
    <defs>
      <pattern id={`${prefix}-busy`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="3" height="8" />
      </pattern>
      <pattern id={`${prefix}-bad`} width="6" height="6" patternUnits="userSpaceOnUse">
        <path d="M0 0 L6 6 M6 0 L0 6" />
      </pattern>
      <pattern id={`${prefix}-away`} width="7" height="7" patternUnits="userSpaceOnUse">
        <circle cx="2" cy="2" r="1.2" />
      </pattern>
      <pattern id={`${prefix}-off`} width="6" height="6" patternUnits="userSpaceOnUse">
        <rect width="6" height="1.5" />
      </pattern>
      <pattern id={`${prefix}-good`} width="1" height="1" patternUnits="userSpaceOnUse" />
      <pattern id={`${prefix}-unknown`} width="1" height="1" patternUnits="userSpaceOnUse" />
    </defs>
  );
}

const legendWords: Readonly<Record<TimelineLook, string>> = {
  good: 'As it should be',
  busy: 'On its way',
  bad: 'Failed',
  away: 'Not connected',
  off: 'Stopped',
  unknown: 'Nothing was told',
};

function Legend({ lanes }: { readonly lanes: readonly TimelineLane[] }) {
  const prefix = useId();
  const seen = new Set(lanes.flatMap(({ segments }) => segments.map(({ look }) => look)));
  const looks = (Object.keys(legendWords) as TimelineLook[]).filter((look) => seen.has(look));
  return (
    <ul className="timeline-legend" aria-label="What the patterns mean">
      {looks.map((look) => (
        <li key={look} className={`state-${look}`}>
          <svg width="26" height="14" aria-hidden>
            <Patterns prefix={prefix} />
            <rect className="bar" x="0.5" y="0.5" width="25" height="13" rx="3" />
            <rect className="veil" fill={`url(#${prefix}-${look})`} width="26" height="14" />
          </svg>
          {legendWords[look]}
        </li>
      ))}
    </ul>
  );
}
