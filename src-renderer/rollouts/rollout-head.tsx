// What a rollout is and where it stands, to be read in two seconds: its status, why, what failed, what is next; and how far it is,
// each count a link to those devices.
import { Link } from 'wouter';
import type { RolloutCourse } from '#contract/console-rollout-sights.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { ProgressBar } from '#renderer/pieces/rollout-progress.tsx';
import { Since } from '#renderer/pieces/since.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { deploymentPath, rolloutPath } from '#renderer/words/paths.ts';
import { alikeFailures } from '#renderer/words/rollout-failure-words.ts';
import { partCount, progressParts } from '#renderer/words/rollout-tally-words.ts';
import {
  causerInWords,
  devicesInWords,
  partWords,
  rolloutWords,
  type RolloutPart,
} from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { CountLink } from './count-link.tsx';
import { noFilter } from './rollout-filter.ts';

const mostReasons = 3;

export function RolloutHead(props: {
  readonly rollout: RolloutView;
  readonly course: RolloutCourse | undefined;
  readonly takesBack: string | null;
  readonly onOpen: (deviceId: string) => void;
}) {
  const { rollout, takesBack } = props;
  const { deploymentId, status, cause, waitsForPerson } = rollout;
  return (
    <>
      <div className="screen-head under-back">
        <h1 className="break">{safeText(deploymentId)}</h1>
      </div>
      <section className="surface rollout-why" data-status={status} aria-label="Where it stands">
        <p className="status-line rollout-status">
          <StatusMark words={rolloutWords(rollout)} />
          <span className="dimmed">
            {waitsForPerson === null ? (
              <>
                {causerInWords(cause.by)}, <Since atMs={cause.atMs} />
              </>
            ) : (
              <Since atMs={waitsForPerson.sinceMs} />
            )}
          </span>
          {rollout.isHurried && <span>Hurried: maintenance windows hold nobody back</span>}
          {takesBack !== null && (
            <span>
              It rolls back{' '}
              <Link href={rolloutPath(takesBack)} className="plain-link">
                {safeText(takesBack)}
              </Link>
            </span>
          )}
          <Link href={deploymentPath(deploymentId)} className="plain-link">
            The deployment
          </Link>
        </p>
        <dl className="rollout-answers" data-explanation>
          <div>
            <dt>Why</dt>
            <dd>{safeText(rollout.reason)}</dd>
          </div>
          <Failures {...props} />
          <div>
            <dt>What next</dt>
            <dd>{safeText(rollout.next)}</dd>
          </div>
        </dl>
        <ProgressBar row={rollout} />
        <ProgressLinks rollout={rollout} />
      </section>
    </>
  );
}

/** Of those that are told; the list has all. */
function Failures(props: {
  readonly rollout: RolloutView;
  readonly course: RolloutCourse | undefined;
  readonly onOpen: (deviceId: string) => void;
}) {
  const failures = alikeFailures(props.course?.ends ?? []);
  if (failures.length === 0) return null;
  const others = failures.length - mostReasons;
  return (
    <div>
      <dt>What failed</dt>
      <dd>
        <ul data-failures>
          {failures.slice(0, mostReasons).map(({ reason, deviceIds }) => (
            <li key={reason} className="break">
              <FailedDevices deviceIds={deviceIds} onOpen={props.onOpen} />: {safeText(reason)}
            </li>
          ))}
          {others > 0 && <li>{others === 1 ? 'Another reason' : `${others} other reasons`}, told device by device.</li>}
        </ul>
      </dd>
    </div>
  );
}

function FailedDevices(props: { readonly deviceIds: readonly string[]; readonly onOpen: (deviceId: string) => void }) {
  const [first, ...others] = props.deviceIds;
  if (first === undefined) return null;
  return (
    <>
      <button
        type="button"
        className="rollout-device-link"
        aria-label={`${safeText(first)}: attempts and logs`}
        onClick={() => props.onOpen(first)}
      >
        {safeText(first)}
      </button>
      {others.length > 0 && ` and ${devicesInWords(others.length).replace(' ', ' more ')}`}
    </>
  );
}

function ProgressLinks({ rollout }: { readonly rollout: RolloutView }) {
  const { counts, totals, deploymentId } = rollout;
  const parts: readonly (readonly [RolloutPart, number])[] = [
    ...progressParts(counts).map(({ id, devices }) => [id, devices] as const),
    ['asleep', totals.asleep],
    ['excluded', partCount(counts, 'excluded')],
  ];
  return (
    <ul className="rollout-counts" aria-label="Devices by how they stand">
      <li>
        <CountLink deploymentId={deploymentId} filter={noFilter}>
          All <b>{counts.devices}</b>
        </CountLink>
      </li>
      {parts
        .filter(([part, devices]) => devices > 0 || part === 'done' || part === 'failed')
        .map(([part, devices]) => (
          <li key={part} className={part === 'excluded' ? 'rollout-apart' : undefined}>
            <CountLink deploymentId={deploymentId} filter={{ part, wave: null }}>
              {partWords[part].word} <b>{devices}</b>
              {part === 'done' && ` of ${counts.meant}`}
            </CountLink>
          </li>
        ))}
    </ul>
  );
}
