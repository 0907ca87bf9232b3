// The course of a rollout in words: every status with who or what caused it and when, waves, and how attempts ended.
import { useMemo, useState } from 'react';
import type { RolloutCourse } from '#contract/console-rollout-sights.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { type EventLine, eventLines } from './rollout-event-lines.ts';

const fewLines = 12;

export function RolloutEvents(props: {
  readonly rollout: RolloutView;
  readonly course: RolloutCourse | undefined;
  readonly onOpen: (deviceId: string) => void;
}) {
  const { rollout, course, onOpen } = props;
  const [isAll, setIsAll] = useState(false);
  const lines = useMemo(() => eventLines(rollout, course), [rollout, course]);
  const untold = (course?.ended ?? 0) - (course?.ends.length ?? 0);
  return (
    <section aria-labelledby="rollout-events">
      <h2 id="rollout-events" className="section">
        What happened
      </h2>
      <ol className="surface rollout-events">
        {(isAll ? lines : lines.slice(0, fewLines)).map((line) => (
          <Line key={line.key} line={line} onOpen={onOpen} />
        ))}
      </ol>
      <div className="rollout-acts">
        {lines.length > fewLines && (
          <Act variant="default" onClick={() => setIsAll(!isAll)}>
            {isAll ? 'Only the newest' : `All ${lines.length}`}
          </Act>
        )}
        {untold > 0 && (
          <span className="dimmed">
            {untold === 1 ? 'An older end of an attempt is' : `${untold} older ends of attempts are`} told device by
            device.
          </span>
        )}
      </div>
    </section>
  );
}

function Line({ line, onOpen }: { readonly line: EventLine; readonly onOpen: (deviceId: string) => void }) {
  const { atMs, mark, deviceId, text } = line;
  return (
    <li>
      <time dateTime={new Date(atMs).toISOString()}>{clockTime(atMs)}</time>
      <StatusMark words={mark} />
      <span className="break">
        {deviceId !== null && (
          <button type="button" className="rollout-device-link" onClick={() => onOpen(deviceId)}>
            {safeText(deviceId)}
          </button>
        )}{' '}
        {text}
      </span>
    </li>
  );
}
