// How states changed over time: a lane for each thing, drawn to scale. A state is told by pattern, word and colour; the arrow keys
// go from change to change, and the same stands below as a table.
import './state-timeline.css';
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useId, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useLook } from '#renderer/look/look.ts';
import { useTextScale } from '#renderer/look/text-scale.ts';
import { clockTime } from '#renderer/words/age.ts';
import { safeLine, safeText } from '#renderer/words/safe-text.ts';
import {
  boxesOf,
  insideOf,
  isInside,
  markerGroups,
  momentsOf,
  nextMoment,
  ticksOf,
  timeAt,
  type TimelineLane,
  type TimelineMarker,
  type TimeSpan,
  toldAt,
  xOf,
} from './timeline-layout.ts';
import { Legend, Patterns } from './timeline-legend.tsx';
import { TimelineTable } from './timeline-table.tsx';

// In pixels at the usual size of text.
const laneHeightAtOne = 30;
const barMargin = 4;
const axisHeightAtOne = 26;
const markersHeight = 24;
const apartMarkers = 18;
const apartNotches = 10;
const halfMarker = 8;
const halfNotch = 7;
// Of words in bars and at the axis; what does not fit is told at the cursor.
const letterWidthAtOne = 7.2;
const letterless = 16;

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

  const laneHeight = useLaneHeight(lanes);
  const told = safeLine(toldAt(lanes, markers, cursorMs));
  return (
    <div className="timeline">
      <div className="timeline-body">
        <Names lanes={lanes} laneHeight={laneHeight} />
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
          {width > 0 && <Plot {...{ lanes, markers, span, width, cursorMs, laneHeight }} />}
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

/** A name that leads somewhere is a target, which sunlight wants larger. */
function useLaneHeight(lanes: readonly TimelineLane[]): number {
  const { look } = useLook();
  const usual = Math.round(laneHeightAtOne * useTextScale());
  return look === 'sunlight' && lanes.some(({ href }) => href !== undefined) ? Math.max(44, usual) : usual;
}

function Names({ lanes, laneHeight }: { readonly lanes: readonly TimelineLane[]; readonly laneHeight: number }) {
  const isLinked = lanes.some(({ href }) => href !== undefined);
  return (
    <ul className="timeline-names" aria-hidden={isLinked ? undefined : true}>
      {lanes.map(({ id, name, href }) => (
        <li key={id} title={safeText(name)} style={{ height: laneHeight, lineHeight: `${laneHeight}px` }}>
          {href === undefined ? (
            safeText(name)
          ) : (
            <Link href={href} className="plain-link">
              {safeText(name)}
            </Link>
          )}
        </li>
      ))}
    </ul>
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

function Plot(props: {
  readonly lanes: readonly TimelineLane[];
  readonly markers: readonly TimelineMarker[];
  readonly span: TimeSpan;
  readonly width: number;
  readonly cursorMs: number;
  readonly laneHeight: number;
}) {
  const { lanes, markers, span, width, cursorMs, laneHeight } = props;
  const barHeight = laneHeight - 2 * barMargin;
  const patterns = useId();
  const scale = useTextScale();
  const letterWidth = letterWidthAtOne * scale;
  const axisHeight = Math.round(axisHeightAtOne * scale);
  const height = markersHeight + lanes.length * laneHeight + axisHeight;
  const cursorX = insideOf(xOf(cursorMs, span, width), 1, width);
  return (
    <svg width={width} height={height} aria-hidden>
      <Patterns prefix={patterns} />
      <Axis {...{ span, width, height, axisHeight, letterWidth }} />
      {lanes.map((lane, index) => (
        <g key={lane.id} transform={`translate(0 ${markersHeight + index * laneHeight})`}>
          {boxesOf(lane, span, width).map(({ x, width: wide, segment }) => (
            <g key={segment.fromMs} className={`state-${segment.look}`}>
              <title>{`${safeText(segment.word)} · ${clockTime(segment.fromMs)}`}</title>
              <rect className="bar" x={x} width={wide} y={barMargin} height={barHeight} rx={Math.min(4, wide / 2)} />
              <rect
                className="veil"
                fill={`url(#${patterns}-${segment.look})`}
                x={x}
                width={wide}
                y={barMargin}
                height={barHeight}
              />
              {segment.word.length * letterWidth + 12 < wide && (
                <>
                  <rect
                    className="ground"
                    x={x + 4}
                    width={segment.word.length * letterWidth + 8}
                    y={barMargin + 3}
                    height={barHeight - 6}
                  />
                  <text x={x + 8} y={laneHeight / 2} dominantBaseline="central">
                    {safeText(segment.word)}
                  </text>
                </>
              )}
            </g>
          ))}
          <Notches markers={lane.markers ?? []} span={span} width={width} />
        </g>
      ))}
      <Markers markers={markers} span={span} width={width} height={height - axisHeight} />
      <line className="cursor" x1={cursorX} x2={cursorX} y1={0} y2={height - axisHeight} />
    </svg>
  );
}

function Axis(props: {
  readonly span: TimeSpan;
  readonly width: number;
  readonly height: number;
  readonly axisHeight: number;
  readonly letterWidth: number;
}) {
  const { span, width, height, axisHeight, letterWidth } = props;
  const offsetMs = -new Date(span.fromMs).getTimezoneOffset() * 60_000;
  const lengthMs = span.toMs - span.fromMs;
  const exact: Intl.DateTimeFormatOptions =
    lengthMs > 2 * 86_400_000
      ? { dateStyle: 'medium' }
      : { timeStyle: lengthMs < 10 * 60_000 ? 'medium' : 'short', hourCycle: 'h23' };
  const words = new Intl.DateTimeFormat(undefined, exact);
  const wordWidth = words.format(span.toMs).length * letterWidth;
  return ticksOf(span, { width, apart: wordWidth + letterless, offsetMs }).map(({ x, atMs }) => (
    <g key={atMs} className="tick">
      <line x1={x} x2={x} y1={markersHeight} y2={height - axisHeight + 4} />
      {isInside(x, wordWidth / 2, width) && (
        <text x={x} y={height - axisHeight / 3} textAnchor="middle">
          {words.format(atMs)}
        </text>
      )}
    </g>
  ));
}

interface MarkersProps {
  readonly markers: readonly TimelineMarker[];
  readonly span: TimeSpan;
  readonly width: number;
}

/** Of what happened a moment ago the flag stands beside its line rather than half outside. */
function Markers({ markers, span, width, height }: MarkersProps & { readonly height: number }) {
  return markerGroups(markers, span, { width, apart: apartMarkers }).map(({ x, markers: group }) => {
    const lineX = insideOf(x, 1, width);
    const flagX = insideOf(x, halfMarker, width);
    return (
      <g key={x} className="marker">
        <title>{wordsOf(group)}</title>
        <line x1={lineX} x2={lineX} y1={11} y2={height} />
        <path d={`M ${flagX - 7} 2 h 14 v 9 L ${lineX} 17 L ${flagX - 7} 11 z`} />
        {group.length > 1 && (
          <text x={flagX} y={11} textAnchor="middle">
            {group.length > 9 ? '9+' : group.length}
          </text>
        )}
      </g>
    );
  });
}

function Notches({ markers, span, width }: MarkersProps) {
  return markerGroups(markers, span, { width, apart: apartNotches }).map(({ x, markers: group }) => (
    <g key={x} className="notch">
      <title>{wordsOf(group)}</title>
      <path d={`M ${insideOf(x, halfNotch, width) - 6} 0 h 12 L ${insideOf(x, 1, width)} 9 z`} />
    </g>
  ));
}

function wordsOf(markers: readonly TimelineMarker[]): string {
  return markers.map(({ atMs, word }) => `${clockTime(atMs)}: ${safeText(word)}`).join('\n');
}
