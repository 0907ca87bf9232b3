// How one device stood over the time that was asked for.
import { useCallback } from 'react';
import type { DeviceCourse, HistoryQuery } from '#contract/console-history.ts';
import { Act } from '../pieces/act.tsx';
import { clockTime } from '../words/age.ts';
import { lanesOf, markersOf } from '../plots/course-lanes.ts';
import { EmptyView } from '../pieces/empty-view.tsx';
import { type HistoryAddress, historyAddress } from '../link/history-query.ts';
import { useHub } from '../link/hub-store.ts';
import { ProblemView } from '../pieces/problem-view.tsx';
import { useProjection } from '../link/projection-store.ts';
import { safeText } from '../words/safe-text.ts';
import { StateTimeline } from '../plots/state-timeline.tsx';
import { useLatest } from '../link/use-latest.ts';
import { Link } from 'wouter';

const usualSpanMs = 86_400_000;
const mostOffered = 12;

export function HistoryTimeline(props: {
  readonly address: HistoryAddress;
  readonly query: HistoryQuery;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}) {
  const { address, query } = props;
  if (query.deviceId === null) return <DeviceChoice address={address} />;
  return <Course key={query.deviceId} deviceId={query.deviceId} query={query} onChange={props.onChange} />;
}

function DeviceChoice({ address }: { readonly address: HistoryAddress }) {
  const devices = useProjection((state) => state.devices);
  const offered = [...devices.keys()].slice(0, mostOffered);
  return (
    <EmptyView title="Choose a device">
      <p>
        Its connection, its configuration and each of its modules are drawn over time. Write its id above, or take one
        of these.
      </p>
      <ul className="history-choice">
        {offered.map((device) => (
          <li key={device}>
            <Link href={historyAddress({ ...address, device })} className="tab">
              {safeText(device)}
            </Link>
          </li>
        ))}
      </ul>
    </EmptyView>
  );
}

function Course(props: {
  readonly deviceId: string;
  readonly query: HistoryQuery;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}) {
  const { deviceId, query } = props;
  const client = useHub((state) => state.client);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      if (client === null) return null;
      const toMs = query.toMs ?? Date.now();
      const span = { fromMs: query.fromMs ?? toMs - usualSpanMs, toMs };
      const course = await client.deviceCourse.query({ deviceId, ...span }, { signal });
      return { course, span };
    },
    [client, deviceId, query],
  );
  const { value, problem, isAsking } = useLatest(ask);
  if (problem !== null) return <ProblemView text={problem} where={`The course of ${deviceId}`} />;
  if (!value) return <p className="dimmed">{isAsking ? 'Reading its rows …' : 'The hub is not there.'}</p>;
  const { course, span } = value;
  return (
    <section className="surface history-course" aria-label={`State of ${safeText(deviceId)}`}>
      <h2>{safeText(deviceId)}</h2>
      <CourseNotes course={course} isUsualSpan={query.fromMs === null} />
      {course.lanes.length === 0 ? (
        <p>Nothing was told of this device in that time, nor before it.</p>
      ) : (
        <StateTimeline
          label={`State of ${safeText(deviceId)} over time`}
          lanes={lanesOf(course, '')}
          markers={markersOf(course, '')}
          span={span}
        />
      )}
      <Act
        variant="default"
        onClick={() => props.onChange({ part: 'compare', device: deviceId, firstMs: span.fromMs, secondMs: span.toMs })}
      >
        Compare its beginning and its end …
      </Act>
    </section>
  );
}

function CourseNotes({ course, isUsualSpan }: { readonly course: DeviceCourse; readonly isUsualSpan: boolean }) {
  return (
    <>
      {isUsualSpan && <p className="dimmed">The last 24 hours; choose another time above.</p>}
      {course.toldFromMs !== null && (
        <p role="status">
          This device told more than can be drawn at once: what is shown begins at {clockTime(course.toldFromMs)}.
          Choose a shorter time to see what was before.
        </p>
      )}
      <p className="dimmed">
        What its agent reported last holds until it reports something else; while it is not connected nothing is known.
      </p>
    </>
  );
}
