// The rollouts under way, each with its measured progress; what stands still first.
import '#renderer/look/rollouts.css';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { RolloutRow } from '#contract/console-rows.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { RolloutProgress } from '#renderer/pieces/rollout-progress.tsx';
import { Since } from '#renderer/pieces/since.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { newRolloutPath, rolloutPath, rolloutsPath } from '#renderer/words/paths.ts';
import { openWaveInWords, rolloutWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const mostShown = 5;
const openStatuses: ReadonlySet<string> = new Set(['paused', 'rolling-back', 'in-progress', 'pending', 'scheduled']);

export function isOpenRollout({ status }: RolloutRow): boolean {
  return openStatuses.has(status);
}

export function SiteRollouts() {
  const kept = useProjection((state) => state.rollouts);
  const open = useMemo(() => {
    const order = [...openStatuses];
    const rankOf = (row: RolloutRow): number => (row.waitsForPerson === null ? order.indexOf(row.status) : -1);
    return [...kept.values()]
      .map(({ row }) => row)
      .filter(isOpenRollout)
      .toSorted((left, right) => rankOf(left) - rankOf(right));
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
        <StatusMark words={rolloutWords(row)} />
        <span className="dimmed">
          {row.wave !== null && `wave ${row.wave.number} of ${row.waves} · `}
          <Since atMs={row.waitsForPerson?.sinceMs ?? row.cause.atMs} />
        </span>
      </div>
      {row.waitsForPerson !== null && (
        <Link href={rolloutPath(row.deploymentId)} className="plain-link">
          {openWaveInWords(row.waitsForPerson)}
        </Link>
      )}
      <RolloutProgress row={row} />
    </div>
  );
}
