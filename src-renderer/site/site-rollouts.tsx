// The rollouts under way, each with its measured progress; what stands still first.
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { RolloutRow } from '#contract/console-rows.ts';
import '../look/rollouts.css';
import { newRolloutPath, rolloutPath, rolloutsPath } from '../words/paths.ts';
import { useProjection } from '../link/projection-store.ts';
import { RolloutProgress } from '../pieces/rollout-progress.tsx';
import { rolloutStatusWords } from '../rollout-words.ts';
import { safeText } from '../words/safe-text.ts';
import { Since } from '../pieces/since.tsx';
import { StatusMark } from '../pieces/status-mark.tsx';

const mostShown = 5;
const openStatuses: ReadonlySet<string> = new Set(['paused', 'rolling-back', 'in-progress', 'pending', 'scheduled']);

export function isOpenRollout({ status }: RolloutRow): boolean {
  return openStatuses.has(status);
}

export function SiteRollouts() {
  const kept = useProjection((state) => state.rollouts);
  const open = useMemo(() => {
    const order = [...openStatuses];
    return [...kept.values()]
      .map(({ row }) => row)
      .filter(isOpenRollout)
      .toSorted((left, right) => order.indexOf(left.status) - order.indexOf(right.status));
  }, [kept]);
  return (
    <section className="site-part" aria-labelledby="site-rollouts">
      <h2 id="site-rollouts">Rollouts under way</h2>
      {open.length === 0 && (
        <p className="surface site-quiet">
          <span className="dimmed">None right now.</span>
          <Link href={newRolloutPath} className="plain-link">
            Start one
          </Link>
        </p>
      )}
      {open.slice(0, mostShown).map((row) => (
        <Row key={row.deploymentId} row={row} />
      ))}
      {open.length > mostShown && (
        <Link href={rolloutsPath} className="plain-link">
          All {open.length}
        </Link>
      )}
    </section>
  );
}

function Row({ row }: { readonly row: RolloutRow }) {
  return (
    <div className="surface site-row" data-rollout={row.deploymentId}>
      <div className="site-row-head">
        <Link href={rolloutPath(row.deploymentId)} className="strong-link break">
          {safeText(row.deploymentId)}
        </Link>
        <StatusMark words={rolloutStatusWords[row.status]} />
        <span className="dimmed">
          {row.wave !== null && `wave ${row.wave.number} of ${row.waves} · `}
          <Since atMs={row.cause.atMs} />
        </span>
      </div>
      <RolloutProgress row={row} />
    </div>
  );
}
