// The columns of the list of devices: what every device has, and the tags that a person chose to see.
import type { DeviceRow } from '#contract/console-rows.ts';
import { useView } from '#renderer/link/view-store.ts';
import { DeploymentLinks } from '#renderer/pieces/deployment-links.tsx';
import { RowLink } from '#renderer/pieces/row-link.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import type { TableColumn } from '#renderer/tables/virtual-table.tsx';
import { agoInWords, clockTime } from '#renderer/words/age.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { deviceStateWords } from '#renderer/words/status-words.ts';
import { tagOfColumn } from './devices-look.ts';

const idColumn: TableColumn<DeviceRow> = {
  id: 'device',
  word: 'Device',
  isSortable: true,
  cell: (row) => (
    <RowLink path={devicePath(row.deviceId)} className="strong-link" title={safeText(row.deviceId)}>
      {safeText(row.deviceId)}
    </RowLink>
  ),
};

export const columnWords: Readonly<Record<string, string>> = {
  state: 'State',
  modules: 'Modules running',
  deployments: 'Applied deployments',
  seen: 'Last seen',
};

const plain: Readonly<Record<string, Omit<TableColumn<DeviceRow>, 'id' | 'word'>>> = {
  state: { width: 140, isSortable: true, cell: (row) => <StatusMark words={deviceStateWords[row.state]} /> },
  modules: { width: 162, isSortable: true, cell: (row) => <ModuleCount row={row} /> },
  deployments: { isSortable: true, cell: (row) => <DeploymentLinks ids={row.applied} /> },
  seen: { width: 150, isSortable: true, cell: (row) => <LastSeen row={row} /> },
};

/** The id, then the chosen ones. */
export function columnsOf(chosen: readonly string[]): readonly TableColumn<DeviceRow>[] {
  return [idColumn, ...chosen.flatMap((id) => columnOf(id) ?? [])];
}

function columnOf(id: string): TableColumn<DeviceRow> | null {
  const tag = tagOfColumn(id);
  if (tag !== null)
    return { id, word: safeText(tag), width: 150, isSortable: true, cell: (row) => <TagValue row={row} path={tag} /> };
  const column = plain[id];
  return column === undefined ? null : { id, word: columnWords[id] ?? id, ...column };
}

function TagValue({ row: { tags }, path }: { readonly row: DeviceRow; readonly path: string }) {
  const value = Object.hasOwn(tags, path) ? tags[path] : undefined;
  if (value === undefined) return <span className="dimmed">–</span>;
  const text = safeText(String(value));
  return <span title={text}>{text}</span>;
}

function ModuleCount({ row }: { readonly row: DeviceRow }) {
  if (row.wantedModules === 0) return <span className="dimmed">none wanted</span>;
  return (
    <>
      <RowLink path={devicePath(row.deviceId)} className="plain-link">
        {row.runningModules} of {row.wantedModules}
      </RowLink>
      {!row.connected && row.lastSeenAtMs !== null && <span className="dimmed">, last told</span>}
    </>
  );
}

/** A connected device answers keep-alives: it is seen now, however long ago it last had something to say. */
function LastSeen({ row }: { readonly row: DeviceRow }) {
  if (row.lastSeenAtMs === null) return <span className="dimmed">never</span>;
  if (row.connected) return <span>now, connected</span>;
  return <Ago atMs={row.lastSeenAtMs} />;
}

/** Drawn anew when its words change, not each second. */
function Ago({ atMs }: { readonly atMs: number }) {
  const words = useView((view) => agoInWords(view.nowMs - atMs));
  return <span title={clockTime(atMs)}>{words}</span>;
}
