// The site at two moments: what changed in sentences, its counts, and its deployments; those that stayed as they were are folded away.
import type { DeploymentAtMoment, SiteMoments } from '#contract/console-history.ts';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { deploymentPath } from '#renderer/words/paths.ts';
import { siteChanges } from './compared-words.ts';
import { TwoColumns } from './two-columns.tsx';

const standsWords = {
  first: ['there', 'gone'],
  second: ['not yet', 'there'],
  both: ['there', 'there, unchanged'],
  changed: ['there', 'there, changed'],
} as const;

export function ComparedSite({ moments }: { readonly moments: SiteMoments }) {
  const { first, second, deployments } = moments;
  const changes = siteChanges(moments);
  const at = [first.atMs, second.atMs] as const;
  const moved = deployments.filter(({ stands }) => stands !== 'both');
  const same = deployments.filter(({ stands }) => stands === 'both');
  return (
    <>
      {changes.length === 0 ? (
        <EmptyView title="Nothing changed">The site has the same devices and deployments at both moments.</EmptyView>
      ) : (
        <section aria-label="What changed">
          <h2>What changed</h2>
          <ul className="history-changes">
            {changes.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
      <TwoColumns
        label="The site at both moments"
        at={at}
        rows={[
          ['Devices', String(first.devices), String(second.devices)],
          ['Deployments', String(first.deployments), String(second.deployments)],
          ['Rollouts started so far', String(first.rollouts), String(second.rollouts)],
        ]}
      />
      {moved.length > 0 && <Deployments deployments={moved} at={at} />}
      {same.length > 0 && (
        <details className="history-list">
          <summary>
            {same.length} {same.length === 1 ? 'deployment' : 'deployments'} unchanged
          </summary>
          <Deployments deployments={same} at={at} />
        </details>
      )}
    </>
  );
}

function Deployments(props: {
  readonly deployments: readonly DeploymentAtMoment[];
  readonly at: readonly [number, number];
}) {
  return (
    <TwoColumns
      label="Deployments at both moments"
      at={props.at}
      rows={props.deployments.map(({ id, stands }) => [id, ...standsWords[stands]])}
      linkOf={deploymentPath}
    />
  );
}
