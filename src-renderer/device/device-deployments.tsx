// The deployments that match one device: which apply, and of the others why not.
import { Link } from 'wouter';
import type { DeviceDeployment } from '#contract/console-rows.ts';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { deploymentPath, deploymentsPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { notAppliedWords, type StatusWords } from '#renderer/words/status-words.ts';

const applied: StatusWords = {
  word: 'Applied',
  meaning: 'Part of what the device was sent.',
  color: 'green',
  icon: 'good',
};
const notApplied: StatusWords = {
  word: 'Not applied',
  meaning: 'Matches, but is not sent.',
  color: 'gray',
  icon: 'none',
};

export function DeviceDeployments(props: {
  readonly deployments: readonly DeviceDeployment[];
  readonly base: string | null;
}) {
  if (props.deployments.length === 0) {
    return (
      <EmptyView title="No deployment matches">
        No target condition matches this device. Compare its tags with the conditions of the{' '}
        <Link href={deploymentsPath} className="plain-link">
          deployments
        </Link>
        .
      </EmptyView>
    );
  }
  return (
    <div className="surface scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Deployment</th>
            <th scope="col">On this device</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {props.deployments.map((deployment) => (
            <tr key={deployment.id} data-deployment={deployment.id}>
              <td>
                <Link href={deploymentPath(deployment.id)} className="strong-link">
                  {safeText(deployment.id)}
                </Link>
              </td>
              <td>
                <StatusMark words={deployment.applied ? applied : notApplied} />
              </td>
              <td className="dimmed">{safeText(whyOf(deployment, props.base))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function whyOf(deployment: DeviceDeployment, base: string | null): string {
  if (!deployment.applied) return notAppliedWords(deployment.reason);
  return deployment.id === base ? 'The base: its modules are what layers build on.' : 'A layer on the base.';
}
