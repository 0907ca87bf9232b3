// The states of a device over time as a picture, over the time that the address names, or else that fits how old the device is.
import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import type { DeviceCourse } from '#contract/console-history.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import type { HubClient } from '#renderer/link/console-client.ts';
import { historyAddress } from '#renderer/link/history-query.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useNews } from '#renderer/link/use-news.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { lanesOf, markersOf } from '#renderer/plots/course-lanes.ts';
import { StateTimeline } from '#renderer/plots/state-timeline.tsx';
import type { TimeSpan } from '#renderer/plots/timeline-layout.ts';
import { clockTime } from '#renderer/words/age.ts';
import { deviceSpans, spanShown, spansOffered, spanUntil } from './device-spans.ts';
import { tabPath } from './device-tabs.tsx';

/** As the history draws it: both read the same rows in the same way. */
export function DevicePicture({ detail }: { readonly detail: DeviceDetail }) {
  const { deviceId } = detail.row;
  const [, navigate] = useLocation();
  // As it was opened: a picture does not change its scale while one looks at it.
  const [openedAtMs] = useState(() => Date.now());
  const { createdAtMs } = detail;
  const ageMs = openedAtMs - createdAtMs;
  const name = spanShown(new URLSearchParams(useSearch()).get('over'), ageMs);
  const client = useHub((state) => state.client);
  const ask = useMemo(
    () => client && (() => readCourse(client, deviceId, spanUntil(name, Date.now(), createdAtMs))),
    [client, deviceId, name, createdAtMs],
  );
  const { value, problem } = useAnswer(ask, useNews(detail));
  return (
    <section aria-label="States over time" className="surface device-picture">
      <div className="log-controls">
        <NativeSelect
          label="States over"
          value={name}
          data={spansOffered(ageMs).map((one) => ({ value: one, label: deviceSpans[one].word }))}
          onChange={(event) =>
            navigate(tabPath(deviceId, 'timeline', { over: event.currentTarget.value }), { replace: true })
          }
        />
        <Link
          href={historyAddress({ part: 'timeline', device: deviceId, range: deviceSpans[name].range })}
          className="plain-link field-beside"
        >
          Beside other devices, or over another time
        </Link>
      </div>
      {problem !== null && <ProblemView text={problem} where={`The course of ${deviceId}`} />}
      {value !== undefined && <Drawn {...value} />}
    </section>
  );
}

interface Drawn {
  readonly course: DeviceCourse;
  readonly span: TimeSpan;
}

async function readCourse(client: HubClient, deviceId: string, span: TimeSpan): Promise<Drawn> {
  return { course: await client.deviceCourse.query({ deviceId, ...span }), span };
}

function Drawn({ course, span }: Drawn) {
  const drawn = useMemo(() => ({ lanes: lanesOf(course, span), markers: markersOf(course), span }), [course, span]);
  if (drawn.lanes.length === 0) return <p className="dimmed">Nothing was told of it in that time, nor before.</p>;
  return (
    <>
      {course.toldFromMs !== null && (
        <p>It told more than can be drawn: this begins at {clockTime(course.toldFromMs)}.</p>
      )}
      <StateTimeline label="States of this device over time" {...drawn} />
    </>
  );
}
