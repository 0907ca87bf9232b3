// Who names an image: deployments and devices, each a link.
import { Link } from 'wouter';
import type { ImageUsers } from '#contract/console-image-rows.ts';
import { filterPath } from '#renderer/words/device-filter.ts';
import { devicePath, deploymentPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const mostShown = 2;

export function ImageUsersWords({ users }: { readonly users: ImageUsers }) {
  const { deployments, deploymentCount, devices, deviceCount } = users;
  if (deploymentCount === 0 && deviceCount === 0) return <span className="dimmed">nobody</span>;
  return (
    <>
      <Named ids={deployments} count={deploymentCount} pathOf={deploymentPath} />
      {deviceCount > 0 && (
        <div className="dimmed">
          on {deviceCount > 1 && <DeviceCount users={users} />}
          <Named ids={devices} count={deviceCount} pathOf={devicePath} />
        </div>
      )}
    </>
  );
}

/** Those of several deployments together have no list of their own: each deployment leads to its own devices. */
function DeviceCount({ users: { deployments, deploymentCount, deviceCount } }: { readonly users: ImageUsers }) {
  const [deployment] = deployments;
  const words = `${deviceCount} devices`;
  if (deployment === undefined || deploymentCount > 1) return `${words}: `;
  return (
    <>
      <Link href={filterPath({ deployment, standing: 'applied' })} className="plain-link">
        {words}
      </Link>
      {': '}
    </>
  );
}

function Named(props: {
  readonly ids: readonly string[];
  readonly count: number;
  readonly pathOf: (id: string) => string;
}) {
  const shown = props.ids.slice(0, mostShown);
  return (
    <span>
      {shown.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link href={props.pathOf(id)} className="plain-link id">
            {safeText(id)}
          </Link>
        </span>
      ))}
      {props.count > shown.length && <span className="dimmed"> and {props.count - shown.length} more</span>}
    </span>
  );
}
