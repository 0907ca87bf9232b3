// Each module as it is wanted beside what the device reports, and which deployment asked for it.
import { Link } from 'wouter';
import type { ModuleDetail, ModuleOrigin } from '#contract/console-rows.ts';
import { EmptyView } from './empty-view.tsx';
import { deploymentPath } from './paths.ts';
import { Pill } from './pill.tsx';
import { safeText } from './safe-text.ts';
import { StatusMark } from './status-mark.tsx';
import { moduleHealthWords } from './status-words.ts';

export function ModuleTable({ modules }: { readonly modules: readonly ModuleDetail[] }) {
  if (modules.length === 0) {
    return (
      <EmptyView title="No modules">
        Nothing is wanted here and nothing is reported. A deployment whose target condition matches this device brings
        modules.
      </EmptyView>
    );
  }
  return (
    <div className="surface scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Module</th>
            <th scope="col">State</th>
            <th scope="col">Wanted</th>
            <th scope="col">Reported</th>
            <th scope="col" className="number">
              Restarts
            </th>
            <th scope="col" className="number">
              Exit code
            </th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {modules.map((module) => (
            <ModuleRow key={`${module.isSystem ? 'system ' : ''}${module.name}`} module={module} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ModuleRow({ module }: { readonly module: ModuleDetail }) {
  const { wanted, reported } = module;
  return (
    <tr data-module={module.name}>
      <td>
        <span style={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{safeText(module.name)}</span>{' '}
        {module.isSystem && <Pill color="gray" word="system" />}
      </td>
      <td>
        <StatusMark words={moduleHealthWords[module.health]} />
      </td>
      <Side
        image={wanted?.image ?? null}
        status={wanted?.status ?? null}
        missing="not wanted"
        isThere={wanted !== null}
      />
      <Side
        image={reported?.image ?? null}
        status={reported?.runtimeStatus ?? null}
        detail={reported?.statusDescription === reported?.runtimeStatus ? null : (reported?.statusDescription ?? null)}
        missing="not reported"
        isThere={reported !== null}
      />
      <td className="number">{reported?.restartCount ?? <span className="dimmed">–</span>}</td>
      <td className="number">{reported?.exitCode ?? <span className="dimmed">–</span>}</td>
      <td>
        <Origins origins={module.origins} />
      </td>
    </tr>
  );
}

function Side(props: {
  readonly image: string | null;
  readonly status: string | null;
  readonly detail?: string | null;
  readonly missing: string;
  readonly isThere: boolean;
}) {
  if (!props.isThere) return <td className="dimmed">{props.missing}</td>;
  return (
    <td>
      <div className="mono">{safeText(props.image ?? 'no image named')}</div>
      <div className="dimmed">{safeText(props.status ?? 'no status')}</div>
      {props.detail && props.detail !== props.status && <div className="dimmed">{safeText(props.detail)}</div>}
    </td>
  );
}

function Origins({ origins }: { readonly origins: readonly ModuleOrigin[] }) {
  if (origins.length === 0) return <span className="dimmed">–</span>;
  return origins.map((origin) => (
    <div key={`${origin.deploymentId} ${origin.paths.join(' ')}`}>
      <Link href={deploymentPath(origin.deploymentId)} className="plain-link">
        {safeText(origin.deploymentId)}
      </Link>
      {origin.paths.length > 0 && <span className="dimmed"> sets {safeText(origin.paths.join(', '))}</span>}
    </div>
  ));
}
