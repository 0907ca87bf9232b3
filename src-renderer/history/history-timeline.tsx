// How devices stood over the time that was asked for: one with all its lanes, or several below one another.
import { useCallback, useMemo } from 'react';
import { Link } from 'wouter';
import type { DeviceCourse, HistoryQuery } from '#contract/console-history.ts';
import { type HistoryAddress, historyAddress } from '#renderer/link/history-query.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useGroups } from '#renderer/link/use-groups.ts';
import { shownNowMs } from '#renderer/link/use-history.ts';
import { useLatest } from '#renderer/link/use-latest.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { lanesOf, markersOf } from '#renderer/plots/course-lanes.ts';
import { StateTimeline } from '#renderer/plots/state-timeline.tsx';
import type { TimeSpan } from '#renderer/plots/timeline-layout.ts';
import { clockTime } from '#renderer/words/age.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { mostUrgent, useChosenDevices } from './chosen-devices.ts';
import { HistoryLines } from './history-lines.tsx';

const usualSpanMs = 86_400_000;
const mostOffered = 12;

interface TimelineProps {
  readonly address: HistoryAddress;
  readonly query: HistoryQuery;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}

export function HistoryTimeline({ address, query, onChange }: TimelineProps) {
  const { fromMs, toMs } = query;
  const span = useMemo(() => {
    const endMs = toMs ?? shownNowMs();
    return { fromMs: fromMs ?? endMs - usualSpanMs, toMs: endMs };
  }, [fromMs, toMs]);
  const { device, also, group, deployment } = address;
  if (device === '' && group === '' && deployment === '') return <DeviceChoice address={address} />;
  if (device !== '' && also.length === 0)
    return <Course key={device} deviceId={device} span={span} onChange={onChange} />;
  return <Lines address={address} span={span} onChange={onChange} />;
}

function Lines({ address, span, onChange }: Omit<TimelineProps, 'query'> & { readonly span: TimeSpan }) {
  const chosen = useChosenDevices(address);
  const title = titleOf(address);
  if (chosen.problem !== null) return <ProblemView text={chosen.problem} where={title} />;
  if (chosen.devices === null) return <p className="dimmed">Asking who belongs to it …</p>;
  return <HistoryLines title={title} chosen={chosen.devices} span={span} address={address} onChange={onChange} />;
}

function titleOf({ device, also, group, deployment }: HistoryAddress): string {
  if (device !== '') return `${also.length + 1} devices over time`;
  return group === '' ? `Devices of ${safeText(deployment)} over time` : `Group ${safeText(group)} over time`;
}

function DeviceChoice({ address }: { readonly address: HistoryAddress }) {
  const devices = useProjection((state) => state.devices);
  const deployments = useProjection((state) => state.deployments);
  const groups = useGroups();
  const urgent = mostUrgent([...devices.keys()], (id) => devices.get(id)?.row);
  return (
    <EmptyView title="Choose what is drawn">
      <p>
        One device with its connection, its configuration and each of its modules; or several below one another, to see
        who failed first. Write an id above, or take one of these.
      </p>
      <Choice
        word="Devices, those that need attention first"
        ids={urgent.slice(0, mostOffered)}
        hrefOf={(device) => historyAddress({ ...address, device })}
      />
      <Choice
        word="All of a group"
        ids={groups.map(({ id }) => id).slice(0, mostOffered)}
        hrefOf={(group) => historyAddress({ ...address, group })}
      />
      <Choice
        word="All of a deployment and its rollout"
        ids={[...deployments.keys()].slice(0, mostOffered)}
        hrefOf={(deployment) => historyAddress({ ...address, deployment })}
      />
    </EmptyView>
  );
}

function Choice(props: {
  readonly word: string;
  readonly ids: readonly string[];
  readonly hrefOf: (id: string) => string;
}) {
  if (props.ids.length === 0) return null;
  return (
    <>
      <h3 className="history-choice-word">{props.word}</h3>
      <ul className="history-choice">
        {props.ids.map((id) => (
          <li key={id}>
            <Link href={props.hrefOf(id)} className="tab">
              {safeText(id)}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function Course({ deviceId, span, onChange }: Pick<TimelineProps, 'onChange'> & CourseOf) {
  const client = useHub((state) => state.client);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      if (client === null) return null;
      return { course: await client.deviceCourse.query({ deviceId, ...span }, { signal }), span };
    },
    [client, deviceId, span],
  );
  const { value, problem, isAsking } = useLatest(ask);
  if (problem !== null) return <ProblemView text={problem} where={`The course of ${deviceId}`} />;
  if (!value) return <p className="dimmed">{isAsking ? 'Reading its rows …' : 'The hub is not there.'}</p>;
  const { course } = value;
  return (
    <section className="surface history-course" aria-label={`State of ${safeText(deviceId)}`}>
      <h2>
        <Link href={devicePath(deviceId)} className="plain-link">
          {safeText(deviceId)}
        </Link>
      </h2>
      <CourseNotes course={course} />
      {course.lanes.length === 0 ? (
        <p>Nothing was told of this device in that time, nor before it. Choose a longer time above.</p>
      ) : (
        <StateTimeline
          label={`State of ${safeText(deviceId)} over time`}
          lanes={lanesOf(course, value.span)}
          markers={markersOf(course)}
          span={value.span}
        />
      )}
      <Act
        variant="default"
        onClick={() => onChange({ part: 'compare', device: deviceId, firstMs: span.fromMs, secondMs: span.toMs })}
      >
        Compare its beginning and its end …
      </Act>
    </section>
  );
}

interface CourseOf {
  readonly deviceId: string;
  readonly span: TimeSpan;
}

function CourseNotes({ course }: { readonly course: DeviceCourse }) {
  return (
    <>
      {course.toldFromMs !== null && (
        <p role="status">
          This device told more than can be drawn at once: what is shown begins at {clockTime(course.toldFromMs)}.
          Choose a shorter time to see what was before.
        </p>
      )}
      <p className="dimmed">
        What its agent reported last holds until it reports something else; while it is not connected, or the hub is
        off, nothing is known.
      </p>
    </>
  );
}
