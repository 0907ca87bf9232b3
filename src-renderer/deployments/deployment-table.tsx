// The list of deployments: sorted by any column, each count a link to its devices, and what is under way beside it.
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { DeploymentRow } from '#contract/console-rows.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { type TableColumn, type TableOrder, VirtualTable } from '#renderer/tables/virtual-table.tsx';
import { appliedText, byRank } from '#renderer/words/deployment-words.ts';
import { type DeploymentStanding, filterPath } from '#renderer/words/device-filter.ts';
import { deploymentPath, rolloutPath } from '#renderer/words/paths.ts';
import { rolloutWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { DeploymentBar, TypeMark } from './deployment-marks.tsx';
import { DeploymentMetrics } from './deployment-metrics.tsx';

const keyOf = (row: DeploymentRow) => row.id;

type Compare = (left: DeploymentRow, right: DeploymentRow) => number;

/** Ascending. */
const orders: Readonly<Record<string, Compare>> = {
  id: (left, right) => (left.id < right.id ? -1 : 1),
  priority: (left, right) => byRank(right, left),
  targeted: (left, right) => left.targetedCount - right.targetedCount,
  applied: (left, right) => left.appliedCount - right.appliedCount,
  succeeded: (left, right) => left.reportedSuccessfulCount - right.reportedSuccessfulCount,
  failed: (left, right) => left.reportedFailedCount - right.reportedFailedCount,
  healthy: (left, right) => (left.healthyCount ?? -1) - (right.healthyCount ?? -1),
};

const columns: readonly TableColumn<DeploymentRow>[] = [
  { id: 'id', word: 'Deployment and its target', isSortable: true, cell: (row) => <Name row={row} /> },
  { id: 'priority', word: 'Priority', width: 92, isNumber: true, isSortable: true, cell: ({ priority }) => priority },
  { id: 'stands', word: 'How it stands', width: 140, cell: (row) => <Standing row={row} /> },
  counted('targeted', 'Targeted', (row) => row.targetedCount),
  counted('applied', 'Applied', (row) => row.appliedCount),
  counted('succeeded', 'Success', (row) => (row.healthyCount === null ? null : row.reportedSuccessfulCount)),
  counted('failed', 'Failure', (row) => (row.healthyCount === null ? null : row.reportedFailedCount)),
  counted('healthy', 'Healthy', (row) => row.healthyCount),
];

function counted(
  standing: DeploymentStanding,
  word: string,
  countOf: (row: DeploymentRow) => number | null,
): TableColumn<DeploymentRow> {
  return {
    id: standing,
    word,
    width: 82,
    isNumber: true,
    isSortable: true,
    cell: (row) => <Count id={row.id} standing={standing} word={word} count={countOf(row)} />,
  };
}

export function DeploymentTable({ rows }: { readonly rows: readonly DeploymentRow[] }) {
  const [order, setOrder] = useState<TableOrder>({ column: 'priority', direction: 'descending' });
  const [, navigate] = useLocation();
  const sorted = useMemo(() => {
    const compare = orders[order.column] ?? byRank;
    const sign = order.direction === 'ascending' ? 1 : -1;
    return rows.toSorted((left, right) => sign * compare(left, right));
  }, [rows, order]);
  return (
    <VirtualTable
      label="Deployments"
      noun="deployment"
      rows={sorted}
      keyOf={keyOf}
      columns={columns}
      rowHeight={64}
      isMeasured
      order={order}
      onOrder={(column) =>
        setOrder(({ column: last, direction }) => ({
          column,
          direction: last === column && direction === 'descending' ? 'ascending' : 'descending',
        }))
      }
      onOpen={({ id }) => navigate(deploymentPath(id))}
    />
  );
}

function Name({ row }: { readonly row: DeploymentRow }) {
  return (
    <div className="deployment-name">
      <div className="deployment-title">
        <Link href={deploymentPath(row.id)} className="strong-link break">
          {safeText(row.id)}
        </Link>
        <TypeMark type={row.type} />
      </div>
      <span className="mono deployment-condition">
        {row.targetCondition === '' ? (
          <span className="dimmed">no condition: targets nobody</span>
        ) : (
          safeText(row.targetCondition)
        )}
      </span>
      <DeploymentMetrics id={row.id} />
    </div>
  );
}

function Standing({ row }: { readonly row: DeploymentRow }) {
  const rollout = useProjection((state) => {
    const kept = state.rollouts.get(row.id)?.row;
    return kept === undefined ? undefined : rolloutWords(kept).word.toLowerCase();
  });
  return (
    <div className="deployment-name">
      <DeploymentBar row={row} />
      <span className="applied-words">{appliedText(row)}</span>
      {rollout !== undefined && (
        <Link href={rolloutPath(row.id)} className="plain-link">
          Rollout {rollout}
        </Link>
      )}
    </div>
  );
}

function Count(props: {
  readonly id: string;
  readonly standing: DeploymentStanding;
  readonly word: string;
  readonly count: number | null;
}) {
  const { id, standing, word, count } = props;
  if (count === null) return <span className="dimmed">–</span>;
  const isAlarm = standing === 'failed' && count > 0;
  return (
    <span data-part={standing}>
      <Link
        href={filterPath({ deployment: id, standing })}
        className={isAlarm ? 'plain-link count-link alarm-count' : 'plain-link count-link'}
        aria-label={`${word}: ${count}`}
      >
        {count}
      </Link>
    </span>
  );
}
