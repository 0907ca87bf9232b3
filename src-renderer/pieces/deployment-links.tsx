// Deployments named in a row: the first few as links, the rest as a number.
import { deploymentPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { RowLink } from './row-link.tsx';

const most = 3;

export function DeploymentLinks({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return <span className="dimmed">none</span>;
  const shown = ids.slice(0, most);
  return (
    <span>
      {shown.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <RowLink path={deploymentPath(id)} className="plain-link">
            {safeText(id)}
          </RowLink>
        </span>
      ))}
      {ids.length > most && <span className="dimmed"> and {ids.length - most} more</span>}
    </span>
  );
}
