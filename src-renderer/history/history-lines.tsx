// Several devices below one another over the same time, the one that failed first on top: each is one lane, told by what weighed most
// in it, and leads to its device.
import { IconX } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { DeviceLine } from '#contract/console-history.ts';
import type { HistoryAddress } from '#renderer/link/history-query.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { laneOfLine } from '#renderer/plots/course-lanes.ts';
import { StateTimeline } from '#renderer/plots/state-timeline.tsx';
import type { TimeSpan } from '#renderer/plots/timeline-layout.ts';
import { clockTime } from '#renderer/words/age.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { ChosenDevices } from './chosen-devices.ts';
import { useLines } from './use-lines.ts';

interface LinesProps {
  readonly title: string;
  readonly chosen: ChosenDevices;
  readonly span: TimeSpan;
  readonly address: HistoryAddress;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}

export function HistoryLines({ title, chosen, span, address, onChange }: LinesProps) {
  const asked = chosen.ids.join('\n');
  const ids = useMemo(() => (asked === '' ? [] : asked.split('\n')), [asked]);
  const { lines, isReading, problem, end } = useLines(ids, span);
  const ordered = useMemo(() => (isReading ? lines : firstFailedFirst(lines)), [lines, isReading]);
  const lanes = useMemo(() => ordered.map((line) => laneOfLine(line, span)), [ordered, span]);
  const more = chosen.total - ids.length;
  if (ids.length === 0)
    return (
      <EmptyView title="No device belongs to it">
        There is nobody to draw: choose another group or deployment above, or write the id of a device.
      </EmptyView>
    );
  return (
    <section className="surface history-course" aria-label={title}>
      <h2>{title}</h2>
      {address.device !== '' && <Chosen address={address} onChange={onChange} />}
      {problem !== null && <ProblemView text={problem} where={title} />}
      <div role="status" className="history-reach">
        {isReading && (
          <>
            <span>
              {lines.length} of {ids.length} devices are read …
            </span>
            <Act variant="default" onClick={end}>
              Stop
            </Act>
          </>
        )}
      </div>
      {!isReading && lines.length < ids.length && problem === null && (
        <p>
          Stopped: {lines.length} of {ids.length} devices were read.
        </p>
      )}
      {!isReading && <FirstFailure line={ordered[0]} />}
      {lanes.length > 0 && <StateTimeline label={title} lanes={lanes} markers={noMarkers} span={span} />}
      {more > 0 && (
        <p>
          <Link href={chosen.href} className="plain-link">
            {more} more
          </Link>{' '}
          {more === 1 ? 'is' : 'are'} not drawn: those that fail now come first, and then those by id.
        </p>
      )}
    </section>
  );
}

const noMarkers = [] as const;

function FirstFailure({ line }: { readonly line: DeviceLine | undefined }) {
  if (line === undefined) return null;
  if (line.failedAtMs === null) return <p>None of them failed in this time, as far as is known.</p>;
  return (
    <p>
      The first to fail was{' '}
      <Link href={devicePath(line.deviceId)} className="plain-link">
        {safeText(line.deviceId)}
      </Link>{' '}
      at {clockTime(line.failedAtMs)}.
    </p>
  );
}

/** Then those that did not, by id. */
export function firstFailedFirst(lines: readonly DeviceLine[]): readonly DeviceLine[] {
  const never = Number.MAX_SAFE_INTEGER;
  return [...lines].sort(
    (one, other) => (one.failedAtMs ?? never) - (other.failedAtMs ?? never) || (one.deviceId < other.deviceId ? -1 : 1),
  );
}

function Chosen({ address, onChange }: Pick<LinesProps, 'address' | 'onChange'>) {
  return (
    <ul className="history-choice" aria-label="Devices that are drawn">
      {[address.device, ...address.also].map((id) => (
        <li key={id}>
          <Act
            variant="default"
            rightSection={<IconX size={16} aria-hidden />}
            aria-label={`Leave out ${safeText(id)}`}
            onClick={() => onChange(without(address, id))}
          >
            {safeText(id)}
          </Act>
        </li>
      ))}
    </ul>
  );
}

function without({ device, also }: HistoryAddress, id: string): Partial<HistoryAddress> {
  const [first = '', ...rest] = [device, ...also].filter((one) => one !== id);
  return { device: first, also: rest };
}

/** The address that draws one device more. */
export function withDevice(address: HistoryAddress, id: string): Partial<HistoryAddress> {
  if (id === '' || id === address.device || address.also.includes(id)) return {};
  return address.device === '' ? { device: id } : { also: [...address.also, id] };
}
