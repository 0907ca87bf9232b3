// Deployments named in a row: the first few as links, the rest as a number.
import { Link } from 'wouter';
import { deploymentPath } from '../words/paths.ts';
import { safeText } from '../words/safe-text.ts';

const most = 3;

export function DeploymentLinks({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return <span className="dimmed">none</span>;
  const shown = ids.slice(0, most);
  return (
    <span>
      {shown.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link href={deploymentPath(id)} className="plain-link">
            {safeText(id)}
          </Link>
        </span>
      ))}
      {ids.length > most && <span className="dimmed"> and {ids.length - most} more</span>}
    </span>
  );
}
