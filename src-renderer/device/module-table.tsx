// Each module as it is wanted beside what the device reports, and which deployment asked for it.
import { Link } from 'wouter';
import type { DeviceDownload, ModuleDetail, ModuleOrigin } from '#contract/console-rows.ts';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { Pill } from '#renderer/pieces/pill.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { exitCodeWords, lastExitOf } from '#renderer/words/exit-code-words.ts';
import { deploymentPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { SlashedName } from '#renderer/words/slashed-name.tsx';
import { moduleWords } from '#renderer/words/status-words.ts';
import { fetchingInWords } from './device-download.tsx';
import { tabPath } from './device-tabs.tsx';

export function ModuleTable(props: {
  readonly modules: readonly ModuleDetail[];
  readonly download: DeviceDownload | null;
  readonly deviceId: string;
}) {
  const { modules, download, deviceId } = props;
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
      <table className="grid module-table">
        <thead>
          <tr>
            <th scope="col">Module</th>
            <th scope="col">State</th>
            <th scope="col">Wanted</th>
            <th scope="col">Reported</th>
            <th scope="col" className="number">
              Restarts
            </th>
            <th scope="col">Last exit</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {modules.map((module) => (
            <ModuleRow
              key={`${module.isSystem ? 'system ' : ''}${module.name}`}
              module={module}
              fetching={fetchingInWords(download, module.name)}
              deviceId={deviceId}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ModuleRow(props: {
  readonly module: ModuleDetail;
  readonly fetching: string | null;
  readonly deviceId: string;
}) {
  const { module, fetching, deviceId } = props;
  const { wanted, reported } = module;
  return (
    <tr data-module={module.name}>
      <td>
        <span style={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{safeText(module.name)}</span>{' '}
        {module.isSystem && <Pill color="gray" word="system" />}
        {!module.isSystem && reported !== null && (
          <div>
            <Link href={tabPath(deviceId, 'logs', { module: module.name })} className="plain-link module-log">
              Its log
            </Link>
          </div>
        )}
      </td>
      <td>
        <StatusMark words={moduleWords(module)} />
        {fetching !== null && <div className="dimmed">{fetching}</div>}
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
      <td className="exit-code">
        <ExitCode reported={reported} />
      </td>
      <td className="module-origins">
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
      <div className="mono module-image">
        {props.image === null ? 'no image named' : <SlashedName name={safeText(props.image)} />}
      </div>
      <div className="dimmed">{safeText(props.status ?? 'no status')}</div>
      {props.detail && props.detail !== props.status && <div className="dimmed">{safeText(props.detail)}</div>}
    </td>
  );
}

function ExitCode({ reported }: Pick<ModuleDetail, 'reported'>) {
  const last = lastExitOf(reported);
  if (last === null) return <span className="dimmed">–</span>;
  const { code, endedAtMs } = last;
  const words = exitCodeWords(code);
  return (
    <>
      {code !== null && <strong>{code}</strong>}
      {words !== null && `: ${words.word}`}
      {endedAtMs !== null && <div className={code === null ? '' : 'dimmed'}>{clockTime(endedAtMs)}</div>}
      {words !== null && <div className="dimmed">{words.next}</div>}
    </>
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
