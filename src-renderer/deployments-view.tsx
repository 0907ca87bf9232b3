// The deployments: base or layer, whom they mean, and IoT Hub's four counts, each a link to those devices.
import { useMemo } from 'react';
import { Link, useSearch } from 'wouter';
import type { DeploymentRow } from '#contract/console-rows.ts';
import { type DeploymentStanding, filterPath } from './device-filter.ts';
import { EmptyView } from './empty-view.tsx';
import { deploymentPath, deploymentsPath } from './paths.ts';
import { Pill } from './pill.tsx';
import { useProjection } from './projection-store.ts';
import { safeText } from './safe-text.ts';

const typePills = {
  base: { color: 'blue', word: 'Base' },
  layer: { color: 'teal', word: 'Layer' },
  device: { color: 'grape', word: 'Device settings' },
  module: { color: 'grape', word: 'Module settings' },
} as const;

export function DeploymentsView() {
  const kept = useProjection((state) => state.deployments);
  const isComplete = useProjection((state) => state.isComplete);
  const chosen = new URLSearchParams(useSearch()).get('id');
  const rows = useMemo(
    () =>
      [...kept.values()]
        .map(({ row }) => row)
        .sort((left, right) => right.priority - left.priority || right.createdAtMs - left.createdAtMs),
    [kept],
  );
  if (rows.length === 0) return isComplete ? <NoDeployments /> : <p className="dimmed">Reading the deployments …</p>;
  const shown = chosen === null ? rows : rows.filter((row) => row.id === chosen);
  return (
    <>
      <h1 style={{ fontSize: 24, margin: '26px 0 16px' }}>Deployments</h1>
      {chosen !== null && (
        <p style={{ margin: '0 0 12px' }}>
          {shown.length === 0 ? 'There is no deployment ' : 'Only '}
          <span className="mono">{safeText(chosen)}</span>
          {' · '}
          <Link href={deploymentsPath} className="plain-link">
            show all
          </Link>
        </p>
      )}
      {shown.length > 0 && <DeploymentTable rows={shown} />}
    </>
  );
}

function DeploymentTable({ rows }: { readonly rows: readonly DeploymentRow[] }) {
  return (
    <div className="surface scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Deployment</th>
            <th scope="col">Type</th>
            <th scope="col" className="number">
              Priority
            </th>
            <th scope="col">Target condition</th>
            <th scope="col" className="number">
              Targeted
            </th>
            <th scope="col" className="number">
              Applied
            </th>
            <th scope="col" className="number">
              Success
            </th>
            <th scope="col" className="number">
              Failure
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-deployment={row.id}>
              <td>
                <Link href={deploymentPath(row.id)} className="strong-link">
                  {safeText(row.id)}
                </Link>
              </td>
              <td>
                <Pill {...typePills[row.type]} />
              </td>
              <td className="number">{row.priority}</td>
              <td className="mono">
                {row.targetCondition === '' ? (
                  <span className="dimmed">none: targets nobody</span>
                ) : (
                  safeText(row.targetCondition)
                )}
              </td>
              <Count row={row} standing="targeted" count={row.targetedCount} />
              <Count row={row} standing="applied" count={row.appliedCount} />
              <Count row={row} standing="succeeded" count={row.reportedSuccessfulCount} />
              <Count row={row} standing="failed" count={row.reportedFailedCount} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Count(props: { readonly row: DeploymentRow; readonly standing: DeploymentStanding; readonly count: number }) {
  const { row, standing, count } = props;
  const isAlarm = standing === 'failed' && count > 0;
  return (
    <td className="number" data-standing={standing}>
      <Link
        href={filterPath({ deployment: row.id, standing })}
        className="plain-link"
        style={isAlarm ? { color: 'var(--mantine-color-red-text)', fontWeight: 650 } : undefined}
      >
        {count}
      </Link>
    </td>
  );
}

function NoDeployments() {
  const site = useProjection((state) => state.site);
  return (
    <div style={{ marginTop: 26 }}>
      <EmptyView title="No deployments yet">
        A deployment says which modules the devices of its target condition run. Create one with any IoT Hub tool, for
        example <span className="mono">Registry.addConfiguration</span> of azure-iothub
        {site === null ? '' : ` against ${site.https}`}: a base carries the whole{' '}
        <span className="mono">$edgeAgent</span> section, a layer adds to it.
      </EmptyView>
    </div>
  );
}
