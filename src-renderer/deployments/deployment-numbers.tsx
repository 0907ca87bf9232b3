// The numbers of one deployment, each a link to its devices, with the bar they make and what its own metrics count.
import { Link } from 'wouter';
import type { CustomMetric } from '#contract/console-deployments.ts';
import type { DeploymentRow } from '#contract/console-rows.ts';
import { sharesText } from '#renderer/words/deployment-words.ts';
import { type DeploymentStanding, filterPath } from '#renderer/words/device-filter.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { DeploymentBar } from './deployment-marks.tsx';

export function DeploymentNumbers({
  row,
  metrics,
}: {
  readonly row: DeploymentRow;
  readonly metrics: readonly CustomMetric[];
}) {
  const counts: readonly (readonly [DeploymentStanding, string, number])[] = [
    ['targeted', 'Targeted', row.targetedCount],
    ['applied', 'Applied', row.appliedCount],
    ...(row.healthyCount === null
      ? []
      : ([
          ['succeeded', 'Report success', row.reportedSuccessfulCount],
          ['failed', 'Report failure', row.reportedFailedCount],
          ['healthy', 'Healthy', row.healthyCount],
        ] as const)),
  ];
  return (
    <section className="surface deployment-numbers" aria-label="How its devices stand">
      <ul className="number-tiles">
        {counts.map(([standing, word, count]) => (
          <li key={standing} data-part={standing}>
            <Link href={filterPath({ deployment: row.id, standing })} className="number-tile">
              <b className={standing === 'failed' && count > 0 ? 'alarm-count' : undefined}>{count}</b>
              <span>{word}</span>
            </Link>
          </li>
        ))}
      </ul>
      <DeploymentBar row={row} />
      <p className="shares-words">{sharesText(row)}</p>
      {metrics.length > 0 && (
        <dl className="metric-list" aria-label="Custom metrics">
          {metrics.map(({ name, query, count }) => (
            <div key={name}>
              <dt>{safeText(name)}</dt>
              <dd>
                <b>{count ?? 'not counted'}</b> <span className="mono dimmed">{safeText(query)}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
