// What a rollout is and where it stands: its status, who or what brought it there and when, why it stands so and what would move it
// on, and how far it is, each count a link to those devices.
import { Link } from 'wouter';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { deploymentPath, rolloutPath } from '../words/paths.ts';
import { partPath, type RolloutFilter, type RolloutPart } from './rollout-filter.ts';
import { ProgressBar } from '../pieces/rollout-progress.tsx';
import { excludedOf, progressParts } from '../words/rollout-tally-words.ts';
import { causerInWords, rolloutStatusWords } from '../rollout-words.ts';
import { safeText } from '../words/safe-text.ts';
import { Since } from '../pieces/since.tsx';
import { StatusMark } from '../pieces/status-mark.tsx';

export function RolloutHead(props: {
  readonly rollout: RolloutView;
  readonly takesBack: string | null;
  readonly filter: RolloutFilter;
}) {
  const { rollout, takesBack } = props;
  const { deploymentId, status, cause } = rollout;
  return (
    <>
      <div className="screen-head under-back">
        <h1 className="break">{safeText(deploymentId)}</h1>
      </div>
      <p className="status-line">
        <StatusMark words={rolloutStatusWords[status]} />
        <span>
          {causerInWords(cause.by)}, <Since atMs={cause.atMs} />
        </span>
        {rollout.isHurried && <span>Hurried: maintenance windows hold nobody back</span>}
        {takesBack !== null && (
          <span>
            It takes back{' '}
            <Link href={rolloutPath(takesBack)} className="plain-link">
              {safeText(takesBack)}
            </Link>
          </span>
        )}
        <Link href={deploymentPath(deploymentId)} className="plain-link">
          The deployment
        </Link>
      </p>
      <div className="surface rollout-why">
        <p data-explanation>{safeText(rollout.explanation)}</p>
        <ProgressBar row={rollout} />
        <ProgressLinks rollout={rollout} />
      </div>
    </>
  );
}

function ProgressLinks({ rollout }: { readonly rollout: RolloutView }) {
  const { counts, totals } = rollout;
  const parts: readonly (readonly [RolloutPart, number, string])[] = [
    ...progressParts(counts).map(({ id, devices, word }) => [id, devices, word] as const),
    ['asleep', totals.asleep, 'switched off, waiting'],
    ['excluded', excludedOf(counts), 'left out, in no share'],
  ];
  return (
    <ul className="rollout-counts" aria-label="Devices by how they stand">
      <li>
        <b>{counts.meant}</b> {counts.meant === 1 ? 'device' : 'devices'} it is for
      </li>
      {parts
        .filter(([part, devices]) => devices > 0 || part === 'done' || part === 'failed')
        .map(([part, devices, word]) => (
          <li key={part}>
            <Link href={partPath(rollout.deploymentId, { part, wave: null })} className="plain-link">
              <b>{devices}</b> {word}
            </Link>
          </li>
        ))}
    </ul>
  );
}
