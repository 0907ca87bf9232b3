// Where a deployment stands among those that share devices with it: the stack as devices fold it, highest first.
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { DeploymentRow } from '#contract/console-rows.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { byRank, countOf } from '#renderer/words/deployment-words.ts';
import { deploymentPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { TypeMark } from './deployment-marks.tsx';

// A stack is seldom higher; what is left out above and below is counted.
const mostShown = 30;

export function DeploymentStack({ row }: { readonly row: DeploymentRow }) {
  const devices = useProjection((state) => state.devices);
  const deployments = useProjection((state) => state.deployments);
  const stack = useMemo(() => {
    const shared = new Map<string, number>();
    for (const { row: device } of devices.values()) {
      const ids = [...device.applied, ...device.notApplied];
      if (!ids.includes(row.id)) continue;
      for (const id of ids) shared.set(id, (shared.get(id) ?? 0) + 1);
    }
    return [...deployments.values()]
      .map((kept) => ({ row: kept.row, shared: shared.get(kept.row.id) ?? 0 }))
      .filter((layer) => layer.row.healthyCount !== null && (layer.shared > 0 || layer.row.id === row.id))
      .sort((left, right) => byRank(left.row, right.row));
  }, [row.id, devices, deployments]);
  const own = stack.findIndex((layer) => layer.row.id === row.id);
  const from = Math.max(0, Math.min(own - mostShown / 2, stack.length - mostShown));
  const below = stack.length - from - mostShown;
  return (
    <section aria-labelledby="stack-head">
      <h2 id="stack-head" className="section">
        Its place in the stack
      </h2>
      <p className="dimmed">
        The deployments that match some of the same devices, highest first: what stands higher is written over what
        stands below. One base applies, and layers only above it.
      </p>
      {from > 0 && <p>{from} more above</p>}
      <ol className="layer-stack" start={from + 1}>
        {stack.slice(from, from + mostShown).map((layer) => (
          <li
            key={layer.row.id}
            className={`stack-layer of-${layer.row.type}`}
            aria-current={layer.row.id === row.id ? 'true' : undefined}
          >
            <TypeMark type={layer.row.type} />
            <span className="layer-name break">
              {layer.row.id === row.id ? (
                <b>{safeText(layer.row.id)} (this one)</b>
              ) : (
                <Link href={deploymentPath(layer.row.id)} className="plain-link">
                  {safeText(layer.row.id)}
                </Link>
              )}
            </span>
            <span>priority {layer.row.priority}</span>
            <span className="dimmed">
              {layer.row.id === row.id ? 'all its devices' : `on ${countOf(layer.shared, 'device')} of them`}
            </span>
          </li>
        ))}
      </ol>
      {below > 0 && <p>{below} more below</p>}
    </section>
  );
}
